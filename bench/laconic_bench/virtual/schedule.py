"""Virtual time: one heap of events, one source of chance, one fingerprint of all that happens."""

from collections import Counter
from collections.abc import Callable
from hashlib import blake2b
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Final

from laconic_gateway.core.instant import Instant

UNIX_START: Final = 1_790_000_000.0

SAME_MOMENT_MAX: Final = 20_000
"""More events than this at one moment mean that something turns in a circle."""


class Schedule:
    """Runs events in the order of their times. The same seed gives the same run."""

    def __init__(self, seed: int) -> None:
        self.now = 0.0
        self.random = Random(seed)
        self._trace = blake2b(digest_size=16)
        self.marks: Counter[str] = Counter()
        """How often each kind of fault or turn has happened."""
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    @property
    def instant(self) -> Instant:
        """Return the present moment as a core gets it."""
        return Instant(self.now, UNIX_START + self.now)

    def after(self, seconds: float, event: Callable[[], None]) -> None:
        """Have an event happen after a while."""
        self.at(self.now + seconds, event)

    def at(self, moment: float, event: Callable[[], None]) -> None:
        """Have an event happen at a moment; the past means now."""
        heappush(self._heap, (max(moment, self.now), next(self._order), event))

    def run(self, until: float) -> None:
        """Let everything happen that happens until then."""
        at_once = 0
        while self._heap and self._heap[0][0] <= until:
            moment, _, event = heappop(self._heap)
            at_once = at_once + 1 if moment == self.now else 0
            assert at_once < SAME_MOMENT_MAX, f"time stands still at {moment}"
            self.now = moment
            event()
        self.now = until

    def chance(self, probability: float) -> bool:
        """Throw the dice."""
        return self.random.random() < probability

    def between(self, low: float, high: float) -> float:
        """Draw a number from a range."""
        return self.random.uniform(low, high)

    def mark(self, kind: str) -> None:
        """Take note that something of this kind has happened."""
        self.marks[kind] += 1

    def note(self, what: str, content: bytes = b"") -> None:
        """Have something count in the fingerprint: that it happens now, and its content."""
        self._trace.update(f"{self.now!r} {what} {len(content)} ".encode())
        self._trace.update(content)

    @property
    def fingerprint(self) -> str:
        """Return a hash of everything that was noted so far, in its order."""
        return self._trace.hexdigest()
