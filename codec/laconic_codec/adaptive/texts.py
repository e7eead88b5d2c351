"""Texts as values: ids, the texts that were learned, what was recent and what followed what.

A text id has 32 bits: the number of a text of the registry, one of three for true, false and null,
or bit 31 and the low 28 bits of the CRC-32 of a learned text. Bounded.
"""

from array import array
from typing import Final, TypeAlias

from laconic_codec.adaptive import hashing
from laconic_codec.adaptive.tokens import LEARNED
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.registry import Registry
from laconic_codec.registry.names import VENDOR_FIRST

NULL: Final = 1 << 28
FALSE: Final = NULL + 1
TRUE: Final = NULL + 2
SPECIAL: Final = {NULL: None, FALSE: False, TRUE: True}

TEXTS_MAX: Final = 2_048
TEXTS_MAX_BYTES: Final = 32_768
TEXT_MAX_BYTES: Final = 255
"""Longer texts are not remembered as a whole."""

LISTS: Final = 32
LIST_MAX: Final = 255
FOLLOWERS_BITS: Final = 13

TextValue: TypeAlias = "str | bool | None"

CODE_BITS: Final = 12
CODE_VENDOR: Final = (1 << CODE_BITS) - 1
"""Stands before the number of a text of a vendor's part."""


def code_of(text_id: int) -> int:
    """Return what a text of the registry, a truth value or null is coded as."""
    if text_id >= NULL:
        return text_id - NULL
    return CODE_VENDOR if text_id >= VENDOR_FIRST else text_id + len(SPECIAL)


def id_of_code(code: int) -> int:
    """Return the id of a code below `CODE_VENDOR`."""
    return code + NULL if code < len(SPECIAL) else code - len(SPECIAL)


class Texts:
    """What is known about texts."""

    __slots__ = ("_bytes", "_names", "_numbers", "followers", "learned", "recent")

    def __init__(self, registry: Registry) -> None:
        self._numbers = registry.text_numbers
        self._names = {number: name for name, number in registry.text_numbers.items()}
        self.learned: dict[int, str] = {}
        """By id, the least recently used first."""
        self._bytes = 0
        self.recent = [array("I") for _ in range(LISTS)]
        """By the low 5 bits of a class: ids, the most recent first."""
        self.followers = array("I", [0]) * (1 << FOLLOWERS_BITS)
        """By hash of a class and an id: the id of the text that came next."""

    def copy(self) -> "Texts":
        """Return texts that go their own way from here."""
        other = Texts.__new__(Texts)
        other._numbers, other._names = self._numbers, self._names
        other.learned = self.learned.copy()
        other._bytes = self._bytes
        other.recent = [entries[:] for entries in self.recent]
        other.followers = self.followers[:]
        return other

    def id_of(self, value: TextValue) -> int:
        """Return the id of a text, a truth value or null."""
        if value is None:
            return NULL
        if isinstance(value, bool):
            return TRUE if value else FALSE
        number = self._numbers.get(value)
        return LEARNED | hashing.of_text(value) & 0xFFF_FFFF if number is None else number

    def is_known(self, text_id: int) -> bool:
        """Tell whether an id stands for a text."""
        if text_id & LEARNED:
            return text_id in self.learned
        return text_id in SPECIAL or text_id in self._names

    def value(self, text_id: int) -> TextValue:
        """Return the text of a known id."""
        if text_id & LEARNED:
            return self.learned[text_id]
        return SPECIAL[text_id] if text_id in SPECIAL else self._names[text_id]

    def agrees(self, text_id: int, value: TextValue) -> bool:
        """Tell whether an id stands for just this value, and not for another with its hash."""
        return not text_id & LEARNED or self.learned.get(text_id) == value

    def at_rank(self, class_: int, rank: int) -> int:
        """Return the id at a place among the recent ones of a class.

        Raises:
            FrameError: BAD_STATE, there is none, or its text is not known any more.
        """
        entries = self.recent[class_ & (LISTS - 1)]
        if rank > len(entries) or not self.is_known(entries[rank - 1]):
            raise FrameError(FrameFault.BAD_STATE, "a text that is not known")
        return entries[rank - 1]

    def touch(self, text_id: int, value: TextValue) -> None:
        """Note that a text was used; a new one is remembered, and old ones make room."""
        if not text_id & LEARNED or not isinstance(value, str):
            return
        before = self.learned.pop(text_id, None)
        if before != value:
            self._bytes -= len(before.encode()) if before is not None else 0
            size = len(value.encode())
            if size > TEXT_MAX_BYTES:
                return
            self._bytes += size
            while self._bytes > TEXTS_MAX_BYTES or len(self.learned) >= TEXTS_MAX:
                oldest = next(iter(self.learned))
                self._bytes -= len(self.learned.pop(oldest).encode())
        self.learned[text_id] = value

    def rank(self, class_: int, text_id: int) -> int:
        """Return the place of an id among the recent ones of a class, from 1; 0: it has none."""
        entries = self.recent[class_ & (LISTS - 1)]
        return entries.index(text_id) + 1 if text_id in entries else 0

    def promote(self, class_: int, text_id: int) -> None:
        """Make an id the most recent one of a class."""
        entries = self.recent[class_ & (LISTS - 1)]
        if entries and entries[0] == text_id:
            return
        if text_id in entries:
            entries.remove(text_id)
        elif len(entries) == LIST_MAX:
            entries.pop()
        entries.insert(0, text_id)

    def follower(self, key: int) -> int:
        """Return the id that came after what `key` is a hash of; 0 may mean none."""
        return self.followers[key >> (32 - FOLLOWERS_BITS)]

    def follow(self, key: int, text_id: int) -> None:
        """Note which id came after what `key` is a hash of."""
        self.followers[key >> (32 - FOLLOWERS_BITS)] = text_id
