"""Records: what a slot had last, for one connector, EVSE or transaction; in flat arrays."""

from array import array
from typing import Final, TypeAlias

ROWS_BITS: Final = 11
_WAYS: Final = 4
ROWS: Final = 1 << ROWS_BITS

Integers: TypeAlias = "array[int]"

LONGS: Final = 3
INTS: Final = 4
SHORTS: Final = 8


class Records:
    """A table of rows, each found by a tag of 32 bits in one of four places.

    A row has 3 integers of 64 bits, 4 of 32 bits and 8 of 16 bits; `slots.py` says what they mean.
    """

    __slots__ = ("ints", "longs", "shorts", "stamps", "tags")

    def __init__(self) -> None:
        self.tags = array("I", [0]) * ROWS
        self.stamps = array("I", [0]) * ROWS
        """When the row was last written, in messages; 0: it is empty."""
        self.longs = array("q", [0]) * (ROWS * LONGS)
        self.ints = array("i", [0]) * (ROWS * INTS)
        self.shorts = array("H", [0]) * (ROWS * SHORTS)

    def copy(self) -> "Records":
        """Return records that go their own way from here."""
        other = Records.__new__(Records)
        other.tags = self.tags[:]
        other.stamps = self.stamps[:]
        other.longs = self.longs[:]
        other.ints = self.ints[:]
        other.shorts = self.shorts[:]
        return other

    def find(self, tag: int) -> int:
        """Return the row with a tag, or -1."""
        first = tag >> (32 - ROWS_BITS) & -_WAYS
        tags = self.tags
        if tags[first] == tag:
            return first
        if tags[first + 1] == tag:
            return first + 1
        if tags[first + 2] == tag:
            return first + 2
        return first + 3 if tags[first + 3] == tag else -1

    def claim(self, tag: int, stamp: int) -> int:
        """Return the row with a tag; if there is none, the oldest of its places becomes it."""
        row = self.find(tag)
        if row < 0:
            first = tag >> (32 - ROWS_BITS) & -_WAYS
            stamps = self.stamps[first : first + _WAYS]
            row = first + stamps.index(min(stamps))
            self.tags[row] = tag
        self.stamps[row] = stamp
        return row

    def read(self, row: int) -> "Row":
        """Return the integers of a row."""
        return (
            self.longs[row * LONGS : (row + 1) * LONGS],
            self.ints[row * INTS : (row + 1) * INTS],
            self.shorts[row * SHORTS : (row + 1) * SHORTS],
        )

    def write(self, tag: int, stamp: int, values: "Row") -> None:
        """Write the row with a tag."""
        row = self.claim(tag, stamp)
        longs, ints, shorts = values
        self.longs[row * LONGS : (row + 1) * LONGS] = longs
        self.ints[row * INTS : (row + 1) * INTS] = ints
        self.shorts[row * SHORTS : (row + 1) * SHORTS] = shorts


Row: TypeAlias = tuple[Integers, Integers, Integers]
"""The integers of a row: of 64, of 32 and of 16 bits."""


def row_of(
    longs: tuple[int, int, int], ints: tuple[int, int, int, int], shorts: tuple[int, ...]
) -> Row:
    """Return the integers of a row; those of 32 bits become 0 if they do not fit."""
    return (
        array("q", longs),
        array("i", [number if abs(number) < 1 << 31 else 0 for number in ints]),
        array("H", shorts),
    )


def single_row(number: int, short: int = 0) -> Row:
    """Return the integers of a row that has but one or two."""
    return row_of((number, 0, 0), (0, 0, 0, 0), (short, 0, 0, 0, 0, 0, 0, 0))
