"""What time it is, on a machine that may not know (D10).

| source                                     | trust                                             |
|--------------------------------------------|---------------------------------------------------|
| the expander's time, in an answer (OSCORE)  | good: it corrects the machine's clock             |
| the machine's clock, beyond the floor      | good enough: nothing says otherwise               |
| the floor, and the time since the start    | an estimate: the machine has lost its clock       |

The machine's clock may jump, forwards when it learns the time or backwards when it loses it. Once
the expander has spoken, the time goes on evenly all the same.

The *floor* is the latest time that was ever known to be good. A box without a battery begins in
1970 or at its last shutdown: without a floor it would push the clocks of all chargers back.
"""

from typing import Final

from laconic_gateway.core.instant import Instant
from laconic_gateway.core.site.offline.facts import Facts

TOLERANCE_SECONDS: Final = 1.0
"""A difference to the expander's clock below this is the network's, not the clock's."""
DRIFT: Final = 0.001
"""Twice what a machine's clock may be sped up or slowed down to correct it; more is a jump."""
FLOOR_STEP_SECONDS: Final = 3_600.0
"""The floor is written down in steps: each one costs a write to flash."""

_FLOOR: Final = "clock/floor"


class Clock:
    """Tells the time for chargers and records."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._floor = float(facts.get(_FLOOR) or 0)
        self._offset_seconds = 0.0
        """What the machine's clock lacks to the expander's."""
        self._is_told = False
        self._seen: Instant | None = None
        """The machine's clocks when they were looked at last."""
        self._first: float | None = None
        """Monotonic time of the first question."""

    def unix(self, now: Instant) -> float:
        """Return the time in seconds since 1970-01-01T00:00:00Z."""
        self._take_out_jump(now)
        said = now.unix + self._offset_seconds
        if self._is_told or said >= self._floor:
            self._first = None
            self._raise_floor(said)
            return said
        if self._first is None:
            self._first = now.monotonic
        return self._floor + now.monotonic - self._first

    def told(self, unix_seconds: float, now: Instant, took_seconds: float = 0.0) -> None:
        """Take the expander's time: it is `unix_seconds`, or up to `took_seconds` later.

        `took_seconds` passed since it was asked for: an answer that was repeated is old.
        """
        self._take_out_jump(now)
        latest = unix_seconds + took_seconds
        said = now.unix + self._offset_seconds
        nearest = min(max(said, unix_seconds), latest) - now.unix
        for offset in (0.0, self._offset_seconds, nearest):
            earliest = unix_seconds - TOLERANCE_SECONDS
            if earliest <= now.unix + offset <= latest + TOLERANCE_SECONDS:
                self._offset_seconds = offset
                break
        self._is_told = True
        self._raise_floor(unix_seconds)

    def _take_out_jump(self, now: Instant) -> None:
        """Undo what the machine's clock has jumped since it was looked at last."""
        seen, self._seen = self._seen, now
        if seen is None or not self._is_told:
            return
        passed = now.monotonic - seen.monotonic
        jump = now.unix - seen.unix - passed
        if abs(jump) > TOLERANCE_SECONDS + DRIFT * passed:
            self._offset_seconds -= jump

    def _raise_floor(self, unix_seconds: float) -> None:
        if self._is_told and unix_seconds >= self._floor + FLOOR_STEP_SECONDS:
            self._floor = unix_seconds
            self._facts.put(_FLOOR, str(round(unix_seconds)))
