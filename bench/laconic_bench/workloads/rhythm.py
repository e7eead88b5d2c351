"""The day of a site: how much happens at which hour."""

import math
from collections.abc import Sequence
from typing import Final

from laconic_bench.workloads.calendar import Calendar
from laconic_bench.workloads.draws import Cause, Draws

RIDERS: Final = (
    *(1, 1, 1, 1, 2, 5, 7, 6, 4, 4, 5, 6),
    *(8, 8, 6, 5, 5, 6, 7, 8, 7, 5, 3, 2),
)  # fmt: skip
"""Arrivals of motorcycle-taxi riders by local hour: they fill up before the morning rush, at lunch
and before the evening's (assumption, after the working day of boda boda riders)."""

GRID_LOAD: Final = (
    *(0.35, 0.30, 0.28, 0.28, 0.32, 0.45, 0.60, 0.62, 0.60, 0.58, 0.57, 0.57),
    *(0.56, 0.56, 0.56, 0.57, 0.60, 0.68, 0.85, 1.00, 0.98, 0.85, 0.65, 0.48),
)  # fmt: skip
"""Load of a low-voltage feeder, as a share of its evening peak, by local hour (assumption, after
the shape of East African residential feeders)."""

AIR_CELSIUS: Final = (
    *(21, 20, 20, 19, 19, 19, 20, 22, 24, 26, 28, 29),
    *(30, 31, 31, 30, 29, 28, 26, 25, 24, 23, 22, 22),
)  # fmt: skip
"""Air at Kisumu by local hour in March (assumption, from the monthly means of the place)."""


def at_hour(curve: Sequence[float], hours: float) -> float:
    """Return a curve between its hourly points."""
    hour = int(hours)
    here, after = curve[hour % 24], curve[(hour + 1) % 24]
    return here + (after - here) * (hours - hour)


class Arrivals:
    """A stream of people, as many a day on average, spread over the day as `RIDERS` says.

    Each next arrival is drawn from the moment on at which the place is free: a Poisson process of
    which the rate changes by the hour.
    """

    def __init__(self, draws: Draws, calendar: Calendar, cause: Cause, per_day: float) -> None:
        self._draws: Final = draws
        self._calendar: Final = calendar
        self._cause: Final = cause
        total = sum(RIDERS)
        self._per_second: Final = [per_day * share / total / 3600 for share in RIDERS]

    def next_ms(self, from_ms: int, resolution_ms: int) -> int:
        """Return the time of the next arrival, at a resolution of 1 or 1000 ms."""
        time_ms = from_ms
        while True:
            hours = self._calendar.local_hours(time_ms)
            left_seconds = math.ceil((int(hours) + 1 - hours) * 3600)
            hazard = self._per_second[int(hours)]
            waited = self._draws.wait(self._cause, hazard, left_seconds)
            if waited is not None:
                break
            time_ms += 1000 * left_seconds
        fraction_ms = self._draws.below(self._cause, 1000) if resolution_ms == 1 else 0
        return time_ms + 1000 * waited + fraction_ms
