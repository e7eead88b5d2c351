"""Damages files as worn flash does."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path


def flip(sound: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Flips one bit; returns the result and which bit it was."""
    place, bit = chance.randrange(len(sound)), chance.randrange(8)
    damaged = bytearray(sound)
    damaged[place] ^= 1 << bit
    return bytes(damaged), f"bit {bit} of byte {place} of {len(sound)}"


def change(path: Path, statement: str) -> None:
    """Changes a database behind the back of its owner, which has closed it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)
