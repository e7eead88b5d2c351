"""Which measurands say nothing: always zero, never changing, or computed from others."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from laconic_bench.estimate.readings import (
    ENERGY,
    Json,
    Kind,
    Readings,
    measurand_of,
    number_of,
    readings_of,
    samples_of,
)
from laconic_bench.model.exchanges import Exchange

SAMPLES_MIN: Final = 20
"""Fewer samples prove nothing."""
DERIVED_SHARE: Final = 0.03
"""Power may differ by so much from voltage times current and is still computed from them."""
DERIVED_TIMES: Final = 0.95
"""How often it must be so."""

POWER: Final = "Power.Active.Import"
VOLTAGE: Final = "Voltage"
CURRENT: Final = "Current.Import"
KEPT: Final = frozenset({ENERGY, "Energy.Active.Export.Register", "SoC", "Temperature"})
"""What is billed, what a driver looks at, and what warns of a fire."""

ZERO: Final = "always 0"
CONSTANT: Final = "never changes"
DERIVED: Final = "voltage times current"


@dataclass(slots=True)
class _Series:
    """One measurand at one place, on one phase."""

    first: str
    changes: bool = False


@dataclass(slots=True)
class _Use:
    """How one measurand is used."""

    samples: int = 0
    is_zero: bool = True
    """As far as it was seen."""
    series: dict[tuple[str, ...], _Series] = field(default_factory=dict[tuple[str, ...], _Series])

    def add(self, where: str, sample: Json) -> None:
        value = str(sample.get("value"))
        key = where, str(sample.get("phase")), str(sample.get("location"))
        series = self.series.setdefault(key, _Series(value))
        series.changes = series.changes or series.first != value
        self.is_zero = self.is_zero and number_of(sample) == 0
        self.samples += 1

    @property
    def is_constant(self) -> bool:
        """Tell whether it has the same value at each place all the time."""
        return not any(one.changes for one in self.series.values())


@dataclass(frozen=True, slots=True)
class MeasurandUse:
    """What periodic meter values are made of."""

    samples: dict[str, int]
    """By measurand."""
    idle: dict[str, str]
    """Measurands that can go, and why."""


def measurands_in(exchanges: Iterable[Exchange]) -> MeasurandUse:
    """Return what the periodic meter values of some exchanges are made of."""
    uses: dict[str, _Use] = {}
    powers = matches = 0
    for exchange in exchanges:
        readings = readings_of(exchange)
        if readings is None or readings.kind is Kind.OTHER:
            continue
        for sample in readings.samples():
            use = uses.setdefault(measurand_of(sample), _Use())
            use.add(f"{exchange.identity} {readings.place}", sample)
        found, right = _derived(readings)
        powers, matches = powers + found, matches + right
    idle = {name: why for name, use in uses.items() if (why := _idle(name, use)) is not None}
    if powers >= SAMPLES_MIN and matches >= DERIVED_TIMES * powers:
        idle.setdefault(POWER, DERIVED)
    # What power is computed from stays, or power does.
    if POWER in idle and idle[POWER] == DERIVED and (VOLTAGE in idle or CURRENT in idle):
        del idle[POWER]
    return MeasurandUse({name: use.samples for name, use in uses.items()}, idle)


def _idle(name: str, use: _Use) -> str | None:
    if name in KEPT or use.samples < SAMPLES_MIN:
        return None
    return ZERO if use.is_zero else CONSTANT if use.is_constant else None


def _derived(readings: Readings) -> tuple[int, int]:
    """Return in how many meter values power can be compared, and in how many it fits."""
    found = right = 0
    for meter_value in readings.meter_values:
        fits = _fits(samples_of(meter_value))
        if fits is not None:
            found += 1
            right += fits
    return found, right


def _fits(samples: list[Json]) -> bool | None:
    """Tell whether power is voltage times current; None if one of them is missing or zero."""
    powers = [number_of(one) for one in samples if measurand_of(one) == POWER]
    volts = _by_phase(samples, VOLTAGE)
    amperes = _by_phase(samples, CURRENT)
    if len(powers) != 1 or not powers[0] or not volts or volts.keys() != amperes.keys():
        return None
    computed = sum(volts[phase] * amperes[phase] for phase in volts)
    return abs(powers[0] - computed) <= DERIVED_SHARE * abs(powers[0])


def _by_phase(samples: list[Json], measurand: str) -> dict[str, float]:
    """Return the values of a measurand by phase; L1 and L1-N are the same."""
    return {
        str(one.get("phase", "")).removesuffix("-N"): number
        for one in samples
        if measurand_of(one) == measurand and (number := number_of(one)) is not None
    }
