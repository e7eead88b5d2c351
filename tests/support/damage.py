"""Damages files as worn flash does."""

import random


def flip(sound: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Flips one bit; returns the result and which bit it was."""
    place, bit = chance.randrange(len(sound)), chance.randrange(8)
    damaged = bytearray(sound)
    damaged[place] ^= 1 << bit
    return bytes(damaged), f"bit {bit} of byte {place} of {len(sound)}"
