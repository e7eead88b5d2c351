"""Many deadlines, of which only the earliest matters."""

from collections.abc import Hashable
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)

SPARE_ENTRIES: Final = 64
"""How many entries that were replaced may stay in the heap whatever its size."""


class Deadlines(Generic[K]):
    """The next deadline of each key; setting one replaces the one before."""

    def __init__(self) -> None:
        self._current: dict[K, float] = {}
        # The counter keeps the heap from comparing keys. Entries that were replaced stay in the
        # heap until they come up, or until they are most of it.
        self._heap: list[tuple[float, int, K]] = []
        self._order = count()

    def set(self, key: K, at: float | None) -> None:
        """Set the deadline of a key; None removes it."""
        if self._current.get(key) == at:
            return
        if at is None:
            del self._current[key]
        else:
            self._current[key] = at
            heappush(self._heap, (at, next(self._order), key))
            if len(self._heap) > 2 * len(self._current) + SPARE_ENTRIES:
                self._rebuild()

    def _rebuild(self) -> None:
        self._heap = [(at, next(self._order), key) for key, at in self._current.items()]
        heapify(self._heap)

    def earliest(self) -> float | None:
        """Return the earliest deadline of all."""
        while self._heap and self._current.get(self._heap[0][2]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: float) -> list[K]:
        """Return the keys whose deadline has come, and forget these deadlines."""
        due: list[K] = []
        while (at := self.earliest()) is not None and at <= now:
            _, _, key = heappop(self._heap)
            del self._current[key]
            due.append(key)
        return due
