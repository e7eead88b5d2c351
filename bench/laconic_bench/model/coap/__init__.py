"""What one would build in a week: CoAP under OSCORE without a codec or a gateway's core.

Message layer, contexts and link are those of Laconic; only what travels in the requests differs.
"""
