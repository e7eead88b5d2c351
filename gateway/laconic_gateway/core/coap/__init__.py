"""The CoAP message layer: exchanges, duplicates, addresses, over OSCORE."""
