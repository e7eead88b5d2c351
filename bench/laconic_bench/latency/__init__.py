"""How long a driver waits for an Authorize: Laconic and OCPP-J over TLS on one emulated link."""
