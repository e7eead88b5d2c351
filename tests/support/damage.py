"""Damages files as worn flash does."""

import asyncio
import random
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path

from laconic_gateway.edge.storage.database import StorageError


def flip(sound: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Flips one bit; returns the result and which bit it was."""
    place, bit = chance.randrange(len(sound)), chance.randrange(8)
    damaged = bytearray(sound)
    damaged[place] ^= 1 << bit
    return bytes(damaged), f"bit {bit} of byte {place} of {len(sound)}"


def open_damaged(
    sound: bytes,
    path: Path,
    story: Callable[[], Coroutine[None, None, None]],
    *,
    flips: int,
    seed: int,
) -> int:
    """Plays a story that opens a file, each time with another bit flipped and nothing beside it.

    Returns how often the file was refused; then the error names it.
    """
    chance, refused = random.Random(seed), 0
    for _ in range(flips):
        for left in path.parent.iterdir():
            left.unlink()
        damaged, what = flip(sound, chance)
        path.write_bytes(damaged)
        try:
            asyncio.run(story())
        except StorageError as error:
            assert str(path) in str(error)
            refused += 1
        except BaseException as error:
            error.add_note(f"{what}, seed {seed}")
            raise
    return refused


def change(path: Path, statement: str) -> None:
    """Changes a database behind the back of its owner, which has closed it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)
