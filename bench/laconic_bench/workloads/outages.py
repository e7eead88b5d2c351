"""Power cuts of a site and failures of single stations."""

from collections.abc import Sequence
from typing import Final

from laconic_bench.workloads.calendar import DAY_MS
from laconic_bench.workloads.causes import OUTAGE
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.tables import lognormal
from laconic_bench.workloads.world import World

_CUT_SECONDS: Final = lognormal(median=1500.0, spread=0.8, first=20, last=14_400)
_NEVER_SECONDS: Final = 400 * DAY_MS // 1000


class Outages:
    """Switches the stations of a site off and on again."""

    def __init__(self, world: World, stations: Sequence[Station]) -> None:
        self._world: Final = world
        self._stations: Final = stations
        self._is_dark = False

    def begin(self) -> None:
        """Switch all stations on; from now on things may fail."""
        self._switch_on()
        for station in self._stations:
            self._await_failure(station)

    def _switch_on(self) -> None:
        self._is_dark = False
        for station in self._stations:
            station.power_on()
        self._world.agenda.at(self._time_ms(self._world.site.power_cuts_per_day), self._cut)

    def _cut(self) -> None:
        self._is_dark = True
        for station in self._stations:
            station.power_off("PowerLoss")
        dark_ms = 1000 * self._world.draws.pick(OUTAGE, _CUT_SECONDS)
        self._world.agenda.at(self._world.agenda.now_ms + dark_ms, self._switch_on)

    def _await_failure(self, station: Station) -> None:
        time_ms = self._time_ms(self._world.site.failures_per_day)
        self._world.agenda.at(time_ms, lambda: self._fail(station))

    def _fail(self, station: Station) -> None:
        if not self._is_dark:
            station.restart("Reboot")
        self._await_failure(station)

    def _time_ms(self, per_day: float) -> int:
        """Draw the time of the next event, in whole seconds."""
        waited = self._world.draws.wait(OUTAGE, per_day / 86_400, _NEVER_SECONDS)
        return self._world.agenda.now_ms + 1000 * (_NEVER_SECONDS if waited is None else waited)
