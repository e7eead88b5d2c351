"""Chargers on OCPP 2.0.1 and 2.1: makes, stations, EVSEs, transactions."""
