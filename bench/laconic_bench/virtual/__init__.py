"""Real cores, endpoints and OSCORE contexts in virtual time; every accident comes from a seed."""
