"""The messages of a workload, put in the order of their times."""

import heapq
from collections.abc import Iterator
from typing import Final

from laconic_bench.trace import Direction, TraceRecord, Version


class Tape:
    """Takes messages of this moment and of the near future, gives them back sorted."""

    def __init__(self) -> None:
        self._waiting: Final[list[tuple[int, int, str, Direction, Version, str]]] = []
        self._noted = 0

    def note(
        self, time_ms: int, identity: str, direction: Direction, version: Version, raw: str
    ) -> None:
        """Take a message."""
        self._noted += 1
        entry = (time_ms, self._noted, identity, direction, version, raw)
        heapq.heappush(self._waiting, entry)

    def ready(self, now_ms: int) -> Iterator[TraceRecord]:
        """Yield the messages up to a time before which nothing more will be noted."""
        while self._waiting and self._waiting[0][0] <= now_ms:
            time_ms, _, identity, direction, version, raw = heapq.heappop(self._waiting)
            yield TraceRecord(time_ms / 1000, identity, direction, version, raw)

    def rest(self) -> Iterator[TraceRecord]:
        """Yield all that is left."""
        while self._waiting:
            yield from self.ready(self._waiting[0][0])
