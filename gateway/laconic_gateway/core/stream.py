"""The receiving end of a stream of items: frames in any order, items in one order, each once."""

from dataclasses import dataclass, field
from typing import Final

from laconic_codec import items
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Fragment
from laconic_codec.items import Item

EARLY_FRAMES_MAX: Final = 64
"""Frames kept that arrived before their turn; more are dropped, the sender repeats them."""

PARTIAL_ITEMS_MAX: Final = 8
"""Items kept of which only some fragments have arrived: twice as many as a sender has frames on
their way, because it may have begun again while old ones are still about."""


@dataclass(slots=True)
class _Partial:
    total: int
    pieces: dict[int, bytes] = field(default_factory=dict[int, bytes])

    def add(self, fragment: Fragment) -> bytes | None:
        """Return the whole item once no byte is missing."""
        self.pieces[fragment.offset] = fragment.data
        if sum(len(piece) for piece in self.pieces.values()) < self.total:
            return None
        return b"".join(self.pieces[offset] for offset in sorted(self.pieces))


class Receiver:
    """Plays only the next item, keeps later ones, drops what it has seen.

    A high-water mark alone would lose what is late: number 51 after number 52.
    """

    def __init__(self) -> None:
        self.next = 0
        """How many items have been played: the acknowledgement."""
        self._early: list[tuple[int, tuple[Item, ...]]] = []
        self._partial: dict[int, _Partial] = {}

    def accept(self, frame: Batch | Fragment) -> list[tuple[int, Item]]:
        """Return the items that are to be played now, in order, each with its sequence number.

        Raises:
            FrameError: the fragments do not add up to an item. Nothing was played.
        """
        first = frame.header.first
        if isinstance(frame, Batch):
            return self._play(first, frame.items)
        whole = self._assemble(frame)
        return self._play(first, (whole,)) if whole is not None else []

    def _assemble(self, fragment: Fragment) -> Item | None:
        first = fragment.header.first
        if first < self.next:
            return None
        partial = self._partial.setdefault(first, _Partial(fragment.total))
        if partial.total != fragment.total:
            raise FrameError(FrameFault.MALFORMED, "fragments of two items under one number")
        encoded = partial.add(fragment)
        while len(self._partial) > PARTIAL_ITEMS_MAX:
            del self._partial[max(self._partial)]
        if encoded is None:
            return None
        self._partial.pop(first, None)
        return items.decode(encoded)

    def _play(self, first: int, entries: tuple[Item, ...]) -> list[tuple[int, Item]]:
        if first > self.next:
            if len(self._early) < EARLY_FRAMES_MAX:
                self._early.append((first, entries))
            return []
        played = self._take(first, entries)
        while ready := [early for early in self._early if early[0] <= self.next]:
            early = min(ready, key=lambda frame: frame[0])
            self._early.remove(early)
            played += self._take(*early)
        for number in [number for number in self._partial if number < self.next]:
            del self._partial[number]
        return played

    def _take(self, first: int, entries: tuple[Item, ...]) -> list[tuple[int, Item]]:
        played = [(first + i, item) for i, item in enumerate(entries) if first + i >= self.next]
        self.next = max(self.next, first + len(entries))
        return played
