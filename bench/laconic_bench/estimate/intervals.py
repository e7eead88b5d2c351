"""How often things are sent: the intervals behind them, and which would be enough."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from laconic_bench.estimate.changes import question_of
from laconic_bench.estimate.month import GAPS_MAX, median_of
from laconic_bench.estimate.readings import Kind, readings_of
from laconic_bench.model.exchanges import Exchange
from laconic_bench.trace import Version

Family = str
"""1.6 or 2.x: their configuration keys have different names."""
FAMILIES: Final = ("1.6", "2.x")

Series = Callable[[Exchange], Hashable | None]
TIMES_MIN: Final = 3
"""Fewer gaps are no interval."""
SERIES_MAX: Final = 100_000
"""Each transaction is one; of those that begin later no interval is read."""


def family_of(version: Version) -> Family:
    """Return which names the configuration keys of a version have."""
    return "1.6" if version == "1.6" else "2.x"


@dataclass(frozen=True, slots=True)
class Interval:
    """How long it takes from one to the next, in a log."""

    shortest_seconds: int
    """The medians of all series lie between these two."""
    longest_seconds: int

    def __str__(self) -> str:
        if self.shortest_seconds == self.longest_seconds:
            return f"{self.shortest_seconds} s"
        return f"{self.shortest_seconds} to {self.longest_seconds} s"


def heartbeats(family: Family) -> Series:
    """Return what names the heartbeats of each charger."""

    def series(exchange: Exchange) -> Hashable | None:
        if exchange.message.action != "Heartbeat" or family_of(exchange.version) != family:
            return None
        return exchange.identity

    return series


def meter_values(family: Family, kind: Kind) -> Series:
    """Return what names the periodic meter values of each connector, or each transaction."""

    def series(exchange: Exchange) -> Hashable | None:
        if family_of(exchange.version) != family:
            return None
        readings = readings_of(exchange)
        if readings is None or readings.kind is not kind:
            return None
        return exchange.identity, readings.place

    return series


What = tuple[str, Family]
"""What repeats: the configuration key of OCPP 1.6 for it, and for which versions."""
HEARTBEAT: Final = "HeartbeatInterval"
SAMPLE: Final = "MeterValueSampleInterval"
ALIGNED: Final = "ClockAlignedDataInterval"
QUESTION: Final[What] = ("questions of the CSMS", "")
SERIES: Final[Mapping[What, Series]] = {
    **{(HEARTBEAT, family): heartbeats(family) for family in FAMILIES},
    **{(SAMPLE, family): meter_values(family, Kind.SAMPLED) for family in FAMILIES},
    **{(ALIGNED, family): meter_values(family, Kind.ALIGNED) for family in FAMILIES},
    QUESTION: question_of,
}


class Intervals:
    """Reads intervals off a whole log, exchange by exchange."""

    def __init__(self) -> None:
        self._gaps: dict[What, dict[Hashable, Counter[int]]] = {}
        self._last_seconds: dict[tuple[What, Hashable], float] = {}

    def add(self, exchange: Exchange) -> None:
        """Take the next exchange."""
        for what, series in SERIES.items():
            name = series(exchange)
            if name is not None:
                self._note(what, name, exchange.at_seconds)

    def of(self, what: What) -> Interval | None:
        """Return the interval of something; None if it does not repeat."""
        medians = [
            median
            for counted in self._gaps.get(what, {}).values()
            if counted.total() >= TIMES_MIN and (median := median_of(counted)) is not None
        ]
        return Interval(round(min(medians)), round(max(medians))) if medians else None

    def _note(self, what: What, name: Hashable, at_seconds: float) -> None:
        before = self._last_seconds.get((what, name))
        if before is None and len(self._last_seconds) >= SERIES_MAX:
            return
        self._last_seconds[what, name] = at_seconds
        if before is not None:
            gaps = self._gaps.setdefault(what, {}).setdefault(name, Counter())
            gap = round(at_seconds - before)
            if gap in gaps or len(gaps) < GAPS_MAX:
                gaps[gap] += 1
