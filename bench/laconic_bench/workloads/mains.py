"""The mains of a site: three phases of a low-voltage feeder at the end of a line."""

from typing import Final

from laconic_bench.workloads.calendar import Calendar
from laconic_bench.workloads.causes import METER_OFFSET, VOLTAGE
from laconic_bench.workloads.draws import Draws
from laconic_bench.workloads.drift import Drift
from laconic_bench.workloads.rhythm import GRID_LOAD, at_hour
from laconic_bench.workloads.tables import normal

NO_LOAD_VOLTS: Final = 243.0
EVENING_DROP_VOLTS: Final = 12.0
"""A feeder with 230 V nominal that sags in the evening peak (assumption, inside +-6 %)."""
LINE_OHMS: Final = 0.35
"""Between the transformer and a charger (assumption: 200 m of 25 mm2 aluminium and a meter)."""

_DRIFT_TAU_SECONDS: Final = 900.0
_DRIFT_VOLTS: Final = 2.0
_NOISE_VOLTS: Final = 0.25
_OFFSETS: Final = normal(0.0, 8.0, -30, 30)
"""Calibration of a meter, in tenths of a volt: class 0.5 or so."""


class Mains:
    """Voltages of the three phases. All meters of a phase see the same drift."""

    def __init__(self, draws: Draws, calendar: Calendar) -> None:
        self._draws: Final = draws
        self._calendar: Final = calendar
        self._phases: Final = [
            Drift(_DRIFT_TAU_SECONDS, _DRIFT_VOLTS, _NOISE_VOLTS) for _ in range(3)
        ]

    def meter(self, phase: int) -> "Voltmeter":
        """Return a new meter on phase 0, 1 or 2."""
        offset_volts = 0.1 * self._draws.pick(METER_OFFSET, _OFFSETS)
        return Voltmeter(self, phase, offset_volts)

    def read(self, phase: int, now_ms: int, load_amperes: float, step: float) -> int:
        """Draw a reading with the charger's own load, as a number of `step` volts."""
        load = at_hour(GRID_LOAD, self._calendar.local_hours(now_ms))
        base = NO_LOAD_VOLTS - EVENING_DROP_VOLTS * load - LINE_OHMS * load_amperes
        return self._phases[phase].read(self._draws, VOLTAGE, now_ms, base, step)


class Voltmeter:
    """One meter on one phase, with its own error of calibration."""

    def __init__(self, mains: Mains, phase: int, offset_volts: float) -> None:
        self._mains: Final = mains
        self._phase: Final = phase
        self._offset_volts: Final = offset_volts

    def read(self, now_ms: int, load_amperes: float, step: float) -> float:
        """Return the voltage at a resolution of `step` volts."""
        offset = round(self._offset_volts / step)
        return (self._mains.read(self._phase, now_ms, load_amperes, step) + offset) * step
