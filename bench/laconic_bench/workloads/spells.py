"""Random times of things that happen again and again, while a station has power."""

from typing import Final

from laconic_bench.workloads.agenda import Action
from laconic_bench.workloads.calendar import DAY_MS
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.station import Station

_DAY_SECONDS: Final = DAY_MS // 1000


class Spells:
    """Does something so many times a day on average: a Poisson process, in whole seconds."""

    def __init__(self, station: Station, cause: Cause, per_day: float, action: Action) -> None:
        self._station: Final = station
        self._cause: Final = cause
        self._hazard: Final = per_day / _DAY_SECONDS
        self._action: Final = action

    def begin(self) -> None:
        """Begin after a boot; a power cut ends it."""
        draws = self._station.world.draws
        waited = draws.wait(self._cause, self._hazard, _DAY_SECONDS)
        now_ms = self._station.now_ms
        if waited is None:
            self._station.later(now_ms + DAY_MS, self.begin)
        else:
            self._station.later(now_ms + 1000 * waited, self._do)

    def _do(self) -> None:
        self.begin()
        self._action()
