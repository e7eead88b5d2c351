"""MeterValues of a charger that charges, as the make Acacia of the workloads writes them."""

from random import Random
from typing import Final

from laconic_bench.meter import Meter
from laconic_bench.workloads.calendar import Calendar
from laconic_bench.workloads.chargers_16.acacia import Acacia
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.workload import START

POWER_WATTS: Final = 1_400.0
_MAKE: Final = Acacia(Calendar(START))


class Samples:
    """The values of one charger: five samples that move as those of a battery do."""

    def __init__(self, chance: Random) -> None:
        self._meter = Meter.random(chance, POWER_WATTS)
        self._transaction = chance.randrange(10_000, 99_999)
        self._at_seconds = 0.0
        self._count = 0

    def call(self, at_seconds: float) -> str:
        """Return the CALL for a moment, counted from the start of the workloads."""
        self._meter.advance(at_seconds - self._at_seconds)
        self._at_seconds = at_seconds
        self._count += 1
        if self._meter.soc_percent >= 100.0:
            self._meter.plug()
            self._transaction += 1
        meter = self._meter
        reading = Reading(
            meter.voltage_volts,
            meter.current_amperes,
            meter.energy_wh,
            round(meter.soc_percent),
            meter.temperature_celsius,
        )
        payload = _MAKE.meter_values(1, self._transaction, round(1_000 * at_seconds), reading)
        return f'[2,"{self._count}","MeterValues",{payload}]'
