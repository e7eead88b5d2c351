"""The UDP socket, OSCORE contexts and keys."""
