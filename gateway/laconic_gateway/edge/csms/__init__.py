"""The WebSockets towards the CSMS, one for each charger."""
