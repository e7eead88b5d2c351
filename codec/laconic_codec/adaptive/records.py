"""Records: what a slot had last, for one connector, EVSE or transaction; in flat memory.

A site with one charger needs a few hundred rows, one with a hundred chargers thousands. So the
table doubles when it would have to forget what was said lately, up to a bound.
"""

import struct
from array import array
from typing import Final, TypeAlias

ROWS_BITS: Final = 11
"""Of a new table."""
ROWS_BITS_MAX: Final = 13
GROWTH_MESSAGES: Final = 4_096
"""What was written less than so many messages ago is not given up before the table has grown."""
_WAYS: Final = 4

INTS: Final = 6
SHORTS: Final = 8
_ROW: Final = struct.Struct(f"<q{INTS}i{SHORTS}H")
ROW_BYTES: Final = _ROW.size
_LONG: Final = struct.Struct("<q")
_INT_LIMIT: Final = 1 << 31

Row: TypeAlias = tuple[int, ...]
"""One integer of 64, `INTS` of 32 and `SHORTS` unsigned ones of 16 bits."""


class Records:
    """A table of rows, each found by a tag of 32 bits in one of four places.

    What the integers of a row mean is up to who writes it: see `past`, `text_slots`, `time_slots`.
    A write may move all rows: what `find` has returned is good until the next one.
    """

    __slots__ = ("bits", "rows", "stamps", "tags")

    def __init__(self, bits: int = ROWS_BITS) -> None:
        self.bits = bits
        """The table has 2^`bits` rows."""
        self.tags = array("I", [0]) * (1 << bits)
        self.stamps = array("I", [0]) * (1 << bits)
        """When the row was last written, in messages; 0: it is empty."""
        self.rows = bytearray((1 << bits) * ROW_BYTES)

    def copy(self) -> "Records":
        """Return records that go their own way from here."""
        other = Records.__new__(Records)
        other.bits = self.bits
        other.tags = self.tags[:]
        other.stamps = self.stamps[:]
        other.rows = self.rows[:]
        return other

    def find(self, tag: int) -> int:
        """Return the row with a tag, or -1."""
        first = tag >> (32 - self.bits) & -_WAYS
        tags = self.tags
        if tags[first] == tag:
            return first
        if tags[first + 1] == tag:
            return first + 1
        if tags[first + 2] == tag:
            return first + 2
        return first + 3 if tags[first + 3] == tag else -1

    def read(self, row: int) -> Row:
        """Return the integers of a row."""
        return _ROW.unpack_from(self.rows, row * ROW_BYTES)

    def long(self, row: int) -> int:
        """Return the first integer of a row."""
        return int(_LONG.unpack_from(self.rows, row * ROW_BYTES)[0])

    def short(self, row: int) -> int:
        """Return the first integer of 16 bits of a row."""
        at = (row + 1) * ROW_BYTES - 2 * SHORTS
        return self.rows[at] | self.rows[at + 1] << 8

    def write(self, tag: int, stamp: int, values: Row) -> None:
        """Write the row with a tag; integers of 32 bits become 0 if they do not fit."""
        at = self._claim(tag, stamp) * ROW_BYTES
        try:
            _ROW.pack_into(self.rows, at, *values)
        except struct.error:
            ints = [n if abs(n) < _INT_LIMIT else 0 for n in values[1 : 1 + INTS]]
            _ROW.pack_into(self.rows, at, values[0], *ints, *values[1 + INTS :])

    def write_single(self, tag: int, stamp: int, long: int, short: int = 0) -> None:
        """Write a row that has but one or two integers."""
        at = self._claim(tag, stamp) * ROW_BYTES
        _ROW.pack_into(self.rows, at, long, 0, 0, 0, 0, 0, 0, short, 0, 0, 0, 0, 0, 0, 0)

    def forget_before(self, stamp: int) -> None:
        """Empty the rows that were last written before some message."""
        for row, written in enumerate(self.stamps):
            if written < stamp:
                self.tags[row] = self.stamps[row] = 0
                self.rows[row * ROW_BYTES : (row + 1) * ROW_BYTES] = bytes(ROW_BYTES)

    def _claim(self, tag: int, stamp: int) -> int:
        """Return the row with a tag; if there is none, the oldest of its places becomes it."""
        row = self.find(tag)
        while row < 0:
            first = tag >> (32 - self.bits) & -_WAYS
            stamps = self.stamps[first : first + _WAYS]
            oldest = min(stamps)
            if oldest and stamp - oldest < GROWTH_MESSAGES and self.bits < ROWS_BITS_MAX:
                self._double()
                continue
            row = first + stamps.index(oldest)
            self.tags[row] = tag
        self.stamps[row] = stamp
        return row

    def _double(self) -> None:
        """Go over to twice as many rows; each keeps its place among the four."""
        larger = Records(self.bits + 1)
        for row, (tag, stamp) in enumerate(zip(self.tags, self.stamps, strict=True)):
            if stamp:
                at = tag >> (32 - larger.bits) & -_WAYS | row & _WAYS - 1
                larger.tags[at], larger.stamps[at] = tag, stamp
                place = slice(row * ROW_BYTES, (row + 1) * ROW_BYTES)
                larger.rows[at * ROW_BYTES : (at + 1) * ROW_BYTES] = self.rows[place]
        self.bits, self.tags, self.stamps = larger.bits, larger.tags, larger.stamps
        self.rows = larger.rows
