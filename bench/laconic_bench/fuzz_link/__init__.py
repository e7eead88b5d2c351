"""Feeds both ends of the link with datagrams that nobody meant to send; `make fuzz-link`."""
