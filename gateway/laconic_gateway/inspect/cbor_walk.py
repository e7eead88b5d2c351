"""The bytes of a frame in CBOR, one data item after the other, with what each says."""

from collections.abc import Callable
from typing import Final

from laconic_codec import cbor
from laconic_gateway.inspect.view import Chunk

UNSIGNED: Final = 0
NEGATIVE: Final = 1
BYTES: Final = 2
TEXT: Final = 3
ARRAY: Final = 4
MAP: Final = 5
SIMPLE: Final = 7


class Walk:
    """Goes through CBOR that the decoder has accepted, and takes notes."""

    def __init__(self, encoded: bytes) -> None:
        self.chunks: list[Chunk] = []
        self.depth = 0
        self._encoded = encoded
        self._at = 0

    @property
    def at(self) -> int:
        """Return how many bytes are behind."""
        return self._at

    @property
    def major(self) -> int:
        """Return the major type of what comes next (RFC 8949, 3.1)."""
        return self._encoded[self._at] >> 5

    def count(self, meaning: Callable[[int], str]) -> int:
        """Go past the head of an array or a map; return how many entries it has."""
        start = self._at
        count = self._head()
        self._note(start, meaning(count))
        return count

    def value(self, meaning: Callable[[cbor.Cbor], str]) -> cbor.Cbor:
        """Go past anything but an array or a map; return it."""
        start = self._at
        major = self.major
        argument = self._head()
        self._at += argument if major in (BYTES, TEXT) else 0
        found = cbor.load(self._encoded[start : self._at])
        self._note(start, meaning(found))
        return found

    def _head(self) -> int:
        short = self._encoded[self._at] & 31
        size = 0 if short < 24 else 1 << (short - 24)
        start = self._at + 1
        self._at = start + size
        return int.from_bytes(self._encoded[start : self._at]) if size else short

    def _note(self, start: int, meaning: str) -> None:
        self.chunks.append(Chunk(start, self.depth, self._encoded[start : self._at], meaning))
