"""Changes bytes a little, as fuzzers need it: the result is nearly right."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

Change = Callable[[bytearray, int, Sequence[bytes], Random], None]
"""Changes bytes in place, at a place in them or at their end; may take from others."""


class Mutator:
    """Makes changes that suit any bytes, and some that know the format (`own`).

    The first `fixed_bytes` stay as they are, and nothing is longer than `longest_bytes`.
    """

    def __init__(self, longest_bytes: int, *own: Change, fixed_bytes: int = 0) -> None:
        self._longest_bytes = longest_bytes
        self._fixed_bytes = fixed_bytes
        self._changes = (*_GENERAL, *own)

    def mutated(self, data: bytes, others: Sequence[bytes], chance: Random) -> bytes:
        """Return the bytes with one to eight changes."""
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 1, 2, 4, 8))):
            at = chance.randint(self._fixed_bytes, len(changed))
            chance.choice(self._changes)(changed, at, others, chance)
        return bytes(changed[: self._longest_bytes])


def _flip_a_bit(data: bytearray, at: int, others: Sequence[bytes], chance: Random) -> None:
    if at < len(data):
        data[at] ^= 1 << chance.randrange(8)
    else:
        data.append(chance.randrange(256))


def _set_a_byte(data: bytearray, at: int, others: Sequence[bytes], chance: Random) -> None:
    data[at : at + 1] = bytes([chance.choice((0x00, 0xFF, 0x80, 0x7F, chance.randrange(256)))])


def _insert(data: bytearray, at: int, others: Sequence[bytes], chance: Random) -> None:
    data[at:at] = chance.randbytes(chance.randint(1, 4))


def _delete(data: bytearray, at: int, others: Sequence[bytes], chance: Random) -> None:
    del data[at : at + chance.randint(1, 8)]


def _cut(data: bytearray, at: int, others: Sequence[bytes], chance: Random) -> None:
    del data[at:]


def _splice(data: bytearray, at: int, others: Sequence[bytes], chance: Random) -> None:
    """Go on like another one."""
    other = chance.choice(others)
    data[at:] = other[chance.randrange(len(other) + 1) :]


def _repeat(data: bytearray, at: int, others: Sequence[bytes], chance: Random) -> None:
    piece = data[at : at + chance.randint(1, 32)]
    data[at:at] = piece * chance.choice((1, 1, 2, 8, 64))


def _go_on_by_chance(data: bytearray, at: int, others: Sequence[bytes], chance: Random) -> None:
    data[at:] = chance.randbytes(chance.choice((1, 8, 64, 512)))


_GENERAL: Final[tuple[Change, ...]] = (
    _flip_a_bit,
    _flip_a_bit,
    _set_a_byte,
    _insert,
    _delete,
    _cut,
    _splice,
    _repeat,
    _go_on_by_chance,
)
