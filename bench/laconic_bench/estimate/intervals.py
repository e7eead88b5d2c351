"""How often things are sent: the intervals behind them, and which would be enough."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Final

from laconic_bench.estimate.month import median_of
from laconic_bench.estimate.readings import Kind, readings_of
from laconic_bench.model.exchanges import Exchange
from laconic_bench.trace import Version

Family = str
"""1.6 or 2.x: their configuration keys have different names."""
FAMILIES: Final = ("1.6", "2.x")

Series = Callable[[Exchange], Hashable | None]
TIMES_MIN: Final = 3
"""Fewer gaps are no interval."""


def family_of(version: Version) -> Family:
    """Return which names the configuration keys of a version have."""
    return "1.6" if version == "1.6" else "2.x"


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


def interval_of(exchanges: Iterable[Exchange], series: Series) -> Interval | None:
    """Return the interval of some series; None if nothing repeats."""
    last: dict[Hashable, float] = {}
    gaps: dict[Hashable, Counter[int]] = {}
    for exchange in exchanges:
        name = series(exchange)
        if name is None:
            continue
        if name in last:
            gap = round(exchange.at_seconds - last[name])
            gaps.setdefault(name, Counter())[gap] += 1
        last[name] = exchange.at_seconds
    medians = [
        median
        for counted in gaps.values()
        if counted.total() >= TIMES_MIN and (median := median_of(counted)) is not None
    ]
    return Interval(round(min(medians)), round(max(medians))) if medians else None
