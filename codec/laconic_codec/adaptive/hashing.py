"""Hashes that contexts, records and tokens are found by.

A context is a sum of numbers, each times a constant, modulo 2^32; its highest 15 bits name a cell.
"""

from typing import Final
from zlib import crc32

MASK_32: Final = 0xFFFF_FFFF

SALT: Final = 0x9E37_79B1
"""Factor of the number that tells one use of a context from another."""
FIRST: Final = 0x85EB_CA77
SECOND: Final = 0xC2B2_AE3D
THIRD: Final = 0x27D4_EB2F
FOURTH: Final = 0x1656_67B1
"""Factors of what else a context depends on."""


def step(start: int, number: int) -> int:
    """Return a hash of 32 bits of a hash and a number."""
    mixed = ((start * THIRD ^ number) * SALT + FOURTH) & MASK_32
    mixed = ((mixed ^ mixed >> 15) * FIRST) & MASK_32
    return mixed ^ mixed >> 13


def of_text(text: str) -> int:
    """Return the CRC-32 of a text in UTF-8."""
    return crc32(text.encode())
