"""A link with a rate: what is sent waits for what was sent before it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from laconic_bench.virtual.nat import HEADERS_BYTES
from laconic_bench.virtual.schedule import Schedule


@dataclass(frozen=True, slots=True)
class LinkRate:
    """Both directions are the same."""

    bits_per_second: float
    round_trip_seconds: float
    """Of an empty link, for a datagram without length."""


FAST: Final = LinkRate(1e9, 0.2)


class Pipe:
    """One direction."""

    def __init__(self, schedule: Schedule, rate: LinkRate) -> None:
        self._schedule = schedule
        self._rate = rate
        self._free_at = 0.0
        self.is_down = False
        self.carried_bytes = 0
        self.carried = 0

    def carry(self, datagram: bytes, arrive: Callable[[], None]) -> None:
        """Have a datagram arrive; while the link is down it does not."""
        if self.is_down:
            return
        length = len(datagram) + HEADERS_BYTES
        self.carried_bytes += length
        self.carried += 1
        begin = max(self._free_at, self._schedule.now)
        self._free_at = begin + 8 * length / self._rate.bits_per_second
        self._schedule.at(self._free_at + self._rate.round_trip_seconds / 2, arrive)
