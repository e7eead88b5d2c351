"""Texts letter by letter: what no list and no registry knows, predicted from texts before.

While the letters go as they went once before, one flag a letter is enough. Else a letter is coded
under four contexts: the letters before it, and the key of the text.
"""

import re
from array import array
from typing import Final

from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.hashing import FIRST, FOURTH, SALT, SECOND, THIRD, step
from laconic_codec.errors import FrameError, FrameFault

RING_BYTES: Final = 4_096
PLACES_BITS: Final = 11
LITERAL_MAX_BYTES: Final = 4_096
"""Longest text that is coded letter by letter."""

_END: Final = 0
_ESCAPE: Final = 0xFF
"""Stands before a letter that is 0; never occurs in UTF-8."""

_FORM_LETTERS: Final = 0
_FORM_UUID: Final = 1
_FORM_HEX_LOWER: Final = 2
_FORM_HEX_UPPER: Final = 3
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")
_HEX: Final = re.compile(r"(?:[0-9a-f]{2}){8,}\Z|(?:[0-9A-F]{2}){8,}\Z")

_MATCH_MIXER: Final = 8
_FORM_MIXER: Final = 9
_LENGTH_MIXER: Final = 6


class Ring:
    """The last letters, and where the letters after some others are found in them."""

    __slots__ = ("letters", "next", "places")

    def __init__(self) -> None:
        self.letters = bytearray(RING_BYTES)
        self.next = 0
        self.places = array("H", [0]) * (1 << PLACES_BITS)
        """By hash of what came before: a place in the ring, plus 1; 0: none."""

    def copy(self) -> "Ring":
        """Return a ring that goes its own way from here."""
        other = Ring.__new__(Ring)
        other.letters = self.letters[:]
        other.next = self.next
        other.places = self.places[:]
        return other

    def place(self, key: int) -> int:
        """Return the place, plus 1, that was noted for a hash."""
        return self.places[key >> (32 - PLACES_BITS)]

    def append(self, letter: int, keys: tuple[int, ...]) -> None:
        """Add a letter, found by some hashes of what came before it."""
        for key in keys:
            self.places[key >> (32 - PLACES_BITS)] = self.next + 1
        self.letters[self.next] = letter
        self.next = (self.next + 1) & (RING_BYTES - 1)


def code(coder: Coder, ring: Ring, class_: int, text: str) -> str:
    """Code a text of a class.

    Raises:
        FrameError: MALFORMED or OVER_LIMIT.
        ValueError: it is too long, or has no UTF-8.
    """
    form = _form(text)
    form = coder.tree((class_ + SALT * 60, SALT * 61, SALT * 59), _FORM_MIXER, 2, form)
    if form == _FORM_LETTERS:
        encoded = text.encode()
        if len(encoded) > LITERAL_MAX_BYTES:
            raise ValueError(f"a text of {len(encoded)} bytes")
        return _Letters(coder, ring, class_).code(encoded)
    if form == _FORM_UUID:
        return _uuid(coder, text)
    return _hexadecimal(coder, class_, text, form)


def _form(text: str) -> int:
    if len(text) == 36 and _UUID.match(text):
        return _FORM_UUID
    if _HEX.match(text):
        return _FORM_HEX_LOWER if text.islower() else _FORM_HEX_UPPER
    return _FORM_LETTERS


def _uuid(coder: Coder, text: str) -> str:
    """Code a random UUID (RFC 9562, version 4): 122 bits."""
    digits = text.replace("-", "")
    value = int(digits, 16) if not coder.reading else 0
    high = coder.raw(48, value >> 80)
    middle = coder.raw(12, value >> 64 & 0xFFF)
    low = coder.raw(62, value & ((1 << 62) - 1))
    digits = f"{high << 80 | 4 << 76 | middle << 64 | 2 << 62 | low:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _hexadecimal(coder: Coder, class_: int, text: str, form: int) -> str:
    length = coder.unsigned(
        (class_ + SALT * 62, SALT * 63, SALT * 58), _LENGTH_MIXER, len(text) // 2
    )
    if not 8 <= length <= LITERAL_MAX_BYTES // 2:
        if coder.reading:
            raise FrameError(FrameFault.OVER_LIMIT, f"a text of {2 * length} hexadecimal digits")
        raise ValueError(f"a text of {2 * length} hexadecimal digits")
    value = coder.raw(8 * length, int(text, 16) if not coder.reading else 0)
    digits = f"{value:0{2 * length}x}"
    return digits if form == _FORM_HEX_LOWER else digits.upper()


class _Letters:
    """One text on its way through the coder."""

    def __init__(self, coder: Coder, ring: Ring, class_: int) -> None:
        self._coder = coder
        self._ring = ring
        self._class = class_
        self._history = 0
        """The last three letters, the last one lowest."""
        self._count = 0
        self._matched = 0
        """Letters that went as before; 0: none is predicted."""
        self._place = 0

    def code(self, encoded: bytes) -> str:
        out = bytearray()
        wanted = encoded.replace(b"\0", bytes((_ESCAPE, _END))) + bytes((_END,))
        escaped = False
        for at in range(2 * LITERAL_MAX_BYTES + 1):
            letter = self._letter(wanted[at] if not self._coder.reading else 0)
            if escaped:
                out.append(letter)
                escaped = False
            elif letter == _ESCAPE:
                escaped = True
            elif letter == _END:
                break
            else:
                out.append(letter)
        if len(out) > LITERAL_MAX_BYTES or escaped:
            raise FrameError(FrameFault.OVER_LIMIT, "a text that does not end")
        try:
            return out.decode()
        except UnicodeDecodeError as error:
            raise FrameError(FrameFault.MALFORMED, "a text that is not UTF-8") from error

    def _letter(self, wanted: int) -> int:
        ring = self._ring
        keys = self._keys()
        if not self._matched:
            self._find(keys)
        letter = -1
        if self._matched:
            predicted = ring.letters[self._place]
            if self._confirm(predicted, wanted):
                letter = predicted
                self._matched += 1
                self._place = (self._place + 1) & (RING_BYTES - 1)
            else:
                self._matched = 0
        if letter < 0:
            letter = self._spell(wanted)
        ring.append(letter, keys if self._count else (keys[1],))
        self._history = (self._history << 8 | letter) & 0xFF_FFFF
        self._count += 1
        return letter

    def _keys(self) -> tuple[int, int]:
        """Return the hashes under which the next letter may be found: by what came before."""
        last = self._history & 0xFF if self._count else 0x100
        return step(self._history, 64), step(step(self._class, 65), last)

    def _find(self, keys: tuple[int, int]) -> None:
        place = self._ring.place(keys[0] if self._count > 1 else keys[1])
        if place:
            self._place = place - 1
            self._matched = 1

    def _confirm(self, predicted: int, wanted: int) -> bool:
        length = min(self._matched, 15)
        last = self._history & 0xFF
        return self._coder.flag(
            (
                SALT * 66 + FIRST * length + SECOND * predicted,
                SALT * 67 + FIRST * length + SECOND * last,
                self._class + SALT * 57 + FIRST * length,
            ),
            _MATCH_MIXER,
            wanted == predicted,
        )

    def _spell(self, wanted: int) -> int:
        last, last_two = self._history & 0xFF, self._history & 0xFFFF
        last_kind = 48 if 48 <= last < 58 else last
        return self._coder.letter(
            (
                SALT * 68 + FIRST * last_two,
                SALT * 69 + FIRST * last + SECOND * min(self._count, 3),
                SALT * 70 + FIRST * self._history,
                self._class + SECOND * min(self._count, 1) + THIRD * last_kind + FOURTH,
            ),
            0,
            wanted,
        )
