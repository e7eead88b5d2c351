"""The prior: what training has left. Frozen data that belongs to an edition of the registry.

    prior = "LCP1" cells letters weights letter-weights successors

All integers have the lowest byte first. The file holds the zlib stream of these bytes.
"""

import sys
import zlib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

from laconic_codec.adaptive.memory import Integers, Memory
from laconic_codec.adaptive.shapes import Successors
from laconic_codec.adaptive.state import Prior

_MAGIC: Final = b"LCP1"

FILE: Final = "prior.bin"
"""Its name in the package `laconic_codec.registry`."""


def stored() -> bytes:
    """Return the content of the file."""
    return resources.files("laconic_codec.registry").joinpath(FILE).read_bytes()


@cache
def load() -> Prior:
    """Return the prior."""
    return parse(zlib.decompress(stored()))


def parse(dumped: bytes) -> Prior:
    """Return the prior in some bytes.

    Raises:
        ValueError: they are none.
    """
    prior = Prior(Memory(), Successors())
    at = len(_MAGIC)
    for table in _tables(prior):
        size = len(table) * table.itemsize
        table[:] = _of_bytes(table, dumped[at : at + size])
        at += size
    if not dumped.startswith(_MAGIC) or at != len(dumped):
        raise ValueError("not a prior")
    return prior


def dump(prior: Prior) -> bytes:
    """Return a prior as bytes."""
    return _MAGIC + b"".join(_to_bytes(table) for table in _tables(prior))


def _tables(prior: Prior) -> Iterator[Integers]:
    memory = prior.memory
    yield from (memory.cells, memory.letters, memory.weights, memory.letter_weights)
    yield prior.successors.table


def _to_bytes(table: Integers) -> bytes:
    if sys.byteorder == "big":
        table = table[:]
        table.byteswap()
    return table.tobytes()


def _of_bytes(like: Integers, data: bytes) -> Integers:
    table = like[:0]
    table.frombytes(data)
    if sys.byteorder == "big":
        table.byteswap()
    return table
