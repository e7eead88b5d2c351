"""A timer of the Linux kernel in virtual time: later than asked, by the grain of its wheel."""

from collections.abc import Callable
from enum import Enum, auto
from math import ceil, inf
from typing import Final

from laconic_bench.virtual.schedule import Schedule

HERTZ: Final = 250
"""Ticks per second (CONFIG_HZ), as Debian, Ubuntu and this kernel have it."""
JIFFY_SECONDS: Final = 1 / HERTZ
_LEVEL_BITS: Final = 6
_LEVEL_SHIFT: Final = 3
_TINY: Final = 1e-9


class Pending(Enum):
    """What the one timer of a sending half is for."""

    NOTHING = auto()
    PROBE = auto()
    TIMEOUT = auto()
    REORDERING = auto()


def wheel(now: float, timeout_seconds: float) -> float:
    """Return when a timer set now fires (kernel/time/timer.c).

    Timeouts are rounded up to ticks. The wheel has levels of 64 slots, each 8 times as coarse as
    the one before: 4 ms below 256 ms, 32 ms below 2 s, 256 ms below 16 s, about 2 s below 131 s.
    """
    jiffies = int(now * HERTZ + _TINY)
    ticks = max(ceil(timeout_seconds * HERTZ - _TINY), 0)
    level, reach = 0, (1 << _LEVEL_BITS) - 1
    while ticks >= reach and level < 8:
        level += 1
        reach = ((1 << _LEVEL_BITS) - 1) << (_LEVEL_SHIFT * level)
    shift = _LEVEL_SHIFT * level
    return (((jiffies + ticks) >> shift) + 1 << shift) / HERTZ


class Timer:
    """One deadline that may move; it puts as few events into the schedule as it can."""

    __slots__ = ("_action", "_armed_at", "_schedule", "due")

    def __init__(self, schedule: Schedule, action: Callable[[], None]) -> None:
        self.due = inf
        """When it fires; infinite: not set."""
        self._schedule = schedule
        self._action = action
        self._armed_at = inf

    def set(self, timeout_seconds: float) -> None:
        """Fire once after this time, as a timer of the kernel does."""
        self.set_at(wheel(self._schedule.now, timeout_seconds))

    def set_at(self, due: float) -> None:
        """Fire once at this moment exactly."""
        self.due = due = max(due, self._schedule.now)
        if due < self._armed_at:
            self._armed_at = due
            self._schedule.at(due, self._fire)

    def clear(self) -> None:
        """Do not fire."""
        self.due = inf

    def _fire(self) -> None:
        now = self._schedule.now
        if now != self._armed_at:
            return
        self._armed_at = inf
        if self.due <= now:
            self.due = inf
            self._action()
        elif self.due < inf:
            self.set_at(self.due)
