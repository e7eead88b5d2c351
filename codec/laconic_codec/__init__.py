"""The Laconic wire profile: OCPP messages as compact frames, and back, byte for byte."""

__version__ = "0.1.0"
