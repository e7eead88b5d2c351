"""The WebSocket server towards the chargers."""
