"""Alerts of a station on OCPP 2.x: a NotifyEvent when something is wrong, and when it is over."""

from typing import Final

from laconic_bench.workloads.causes import FAULT, FAULT_TIME
from laconic_bench.workloads.device_model.variables import Variable
from laconic_bench.workloads.spells import Spells
from laconic_bench.workloads.station_2x import Station2x
from laconic_bench.workloads.tables import lognormal
from laconic_bench.workloads.trouble.faults import Fault, draw_fault

FAULT_SECONDS: Final = lognormal(median=140.0, spread=1.0, first=3, last=7200)
"""How long a fault lasts (assumption)."""


class Alerts:
    """Tells problems of components that do not stop the station."""

    def __init__(self, station: Station2x, evses: int, per_day: float) -> None:
        self._station: Final = station
        self._evses: Final = evses
        self._spells: Final = Spells(station, FAULT_TIME, per_day, self._raise)

    def begin(self) -> None:
        """Begin after a boot."""
        self._spells.begin()

    def _raise(self) -> None:
        station, draws = self._station, self._station.world.draws
        fault = draw_fault(draws)
        evse = 1 + draws.below(FAULT, self._evses)
        problem = _problem(fault, evse, "true")
        station.tell_event("Alerting", problem, techCode=fault.code, techInfo=fault.name)
        over_ms = station.now_ms + 1000 * draws.pick(FAULT_TIME, FAULT_SECONDS)
        station.later(over_ms, lambda: self._clear(fault, evse))

    def _clear(self, fault: Fault, evse: int) -> None:
        problem = _problem(fault, evse, "false")
        self._station.tell_event("Alerting", problem, cleared=True, techCode=fault.code)


def _problem(fault: Fault, evse: int, value: str) -> Variable:
    return Variable(fault.component, "Problem", value, data_type="boolean", evse=evse)
