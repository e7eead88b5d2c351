"""What happens to the link during a run: outages, and other addresses."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from laconic_bench.units import DAY_SECONDS, HOUR_SECONDS
from laconic_gateway.errors import UsageError

OUTAGE: Final = "outage"
"""How a result tells one begins."""
_OUTAGE: Final = re.compile(r"(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)h")
_ADDRESS: Final = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Outage:
    """The link is away for a while."""

    begin_seconds: float
    """Since the start of the workload."""
    end_seconds: float

    def __str__(self) -> str:
        hours = (self.end_seconds - self.begin_seconds) / HOUR_SECONDS
        return f"{OUTAGE} {self.begin_seconds / DAY_SECONDS:.10g}:{hours:.10g}h"


@dataclass(frozen=True, slots=True)
class Events:
    """All of a run."""

    outages: tuple[Outage, ...] = ()
    address_changes_seconds: tuple[float, ...] = ()
    """When the carrier gives the site another address: every mapping of its NAT is gone."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Return what a result says about them: the same texts for the same events."""
        moves = (seconds / DAY_SECONDS for seconds in self.address_changes_seconds)
        return (*map(str, self.outages), *(f"address change {day:.10g}" for day in moves))


def parse_events(outages: Iterable[str], address_changes: Iterable[str], days: float) -> Events:
    """Read options: outages as `2.5:4h` (on day 2.5, for 4 hours), address changes as `3.25`.

    Raises:
        UsageError: a text is not like that, or too late for a run of so many days.
    """
    found = tuple(sorted((_outage(text, days) for text in outages), key=lambda o: o.begin_seconds))
    for one, other in pairwise(found):
        if other.begin_seconds < one.end_seconds:
            raise UsageError("--outage: two outages overlap. Give each its own time.")
    return Events(found, tuple(sorted(_address_change(text, days) for text in address_changes)))


def _outage(text: str, days: float) -> Outage:
    match = _OUTAGE.fullmatch(text)
    if match is None:
        raise UsageError(
            f"--outage {text}: expected DAY:HOURSh, for example 2.5:4h for four hours from the"
            " middle of the third day on."
        )
    begin = float(match[1]) * DAY_SECONDS
    end = begin + float(match[2]) * HOUR_SECONDS
    if end > days * DAY_SECONDS:
        raise UsageError(f"--outage {text}: it ends after the {days:g} days of the run.")
    return Outage(begin, end)


def _address_change(text: str, days: float) -> float:
    if _ADDRESS.fullmatch(text) is None or float(text) > days:
        raise UsageError(
            f"--address-change {text}: expected a day of the run, from 0 to {days:g}, as 3.25."
        )
    return float(text) * DAY_SECONDS
