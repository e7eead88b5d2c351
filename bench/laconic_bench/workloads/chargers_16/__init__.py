"""Chargers on OCPP 1.6: makes, stations, connectors, sessions."""
