"""Battery swap cabinets on OCPP 2.1: stations, slots, batteries."""
