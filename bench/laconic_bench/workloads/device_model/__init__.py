"""The device model of OCPP 2.0.1 and 2.1, as a CSMS reads and sets it."""
