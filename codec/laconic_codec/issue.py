"""The mark in front of a frame that tells when the expander made it (wire profile, section 37).

    78..7f xx xx   down   seconds from the `opened` frame of the epoch to this one, modulo 2^19

Counted on the clock with which the expander began the epoch: neither end needs to know the time of
day, and no jump of a clock matters.
"""

from typing import Final

MODULUS_SECONDS: Final = 1 << 19
"""Six days. What is older by exactly so much looks young."""

MARK_BYTES: Final = 3

_HEAD: Final = 0x78
_HEAD_BITS: Final = 0xF8


def mark(seconds: int, encoded: bytes) -> bytes:
    """Return a frame behind its mark; `seconds` counts from the `opened` frame of the epoch."""
    number = (_HEAD << 16) | (seconds % MODULUS_SECONDS)
    return number.to_bytes(MARK_BYTES, "big") + encoded


def split(payload: bytes) -> tuple[int | None, bytes]:
    """Return the seconds of a mark and the frame behind it; None and the payload without one."""
    if len(payload) <= MARK_BYTES or payload[0] & _HEAD_BITS != _HEAD:
        return None, payload
    seconds = int.from_bytes(payload[:MARK_BYTES], "big") % MODULUS_SECONDS
    return seconds, payload[MARK_BYTES:]
