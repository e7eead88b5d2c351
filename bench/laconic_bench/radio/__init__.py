"""What a radio link does to IP packets: without a clock and without I/O.

The emulated link over real kernels (`live`) and the model in virtual time (`model`) both use it, so
the same seed loses the same packets.
"""
