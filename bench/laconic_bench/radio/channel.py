"""One direction of a radio link: when each packet arrives, and whether it does."""

import random
from dataclasses import dataclass
from typing import Final

from laconic_bench.radio.profiles import LinkProfile

_BITS: Final = 8


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a packet."""

    arrivals: tuple[float, ...] = ()
    """When it arrives: once, twice if it was doubled, or never."""
    found_room: bool = True
    """False: the queue was full."""


class Channel:
    """Decides on each packet when it is sent. Times are seconds of any monotonic clock.

    With the same seed the n-th packet draws the same numbers, whatever became of those before it.
    """

    def __init__(self, profile: LinkProfile, seed: str) -> None:
        self.profile = profile
        """May be replaced at any time; what is under way stays under way."""
        self._rng = random.Random(seed)
        self._free_at = 0.0
        self._last_due = 0.0

    def send(self, size_bytes: int, now: float) -> Fate:
        """Return what becomes of an IP packet of that size which is sent now."""
        profile = self.profile
        loss, jitter, reordering, duplication = (self._rng.random() for _ in range(4))
        if not self._transmit(size_bytes, now):
            return Fate(found_room=False)
        if loss < profile.loss:
            return Fate()
        due = self._free_at
        if reordering >= profile.reordering:
            delay = profile.delay_seconds + (2 * jitter - 1) * profile.jitter_seconds
            # Jitter alone does not reorder: the radio layer delivers in sequence.
            self._last_due = due = max(due + max(delay, 0.0), self._last_due)
        return Fate((due, due) if duplication < profile.duplication else (due,))

    def _transmit(self, size_bytes: int, now: float) -> bool:
        """Occupy the link for one packet; False if there is no room to wait for it."""
        start = max(now, self._free_at)
        rate = self.profile.rate_bits_per_second
        if not rate:
            self._free_at = start
            return True
        queued_bytes = (start - now) * rate / _BITS
        if queued_bytes + size_bytes > max(self.profile.queue_bytes, size_bytes):
            return False
        self._free_at = start + size_bytes * _BITS / rate
        return True
