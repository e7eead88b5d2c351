"""A station that boots again and again: recorded logs show 30 boots in 40 minutes."""

from typing import Final

from laconic_bench.workloads.causes import BOOT_LOOP
from laconic_bench.workloads.spells import Spells
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.tables import geometric, lognormal

_BOOTS: Final = geometric(mean=8.0, first=2, last=40)
_UP_SECONDS: Final = lognormal(median=35.0, spread=0.5, first=4, last=240)
"""From a boot to the next failure (assumption)."""


class BootLoop:
    """Makes a station fall into such loops, so many a day on average."""

    def __init__(self, station: Station, per_day: float) -> None:
        self._station: Final = station
        self._spells: Final = Spells(station, BOOT_LOOP, per_day, self._start)
        self._left = 0
        """Boots to come in the loop that runs."""

    def begin(self) -> None:
        """Begin after a boot, or go on with a loop."""
        if not self._left:
            self._spells.begin()
            return
        self._left -= 1
        up_ms = 1000 * self._station.world.draws.pick(BOOT_LOOP, _UP_SECONDS)
        self._station.later(self._station.now_ms + up_ms, lambda: self._station.restart("Reboot"))

    def _start(self) -> None:
        self._left = self._station.world.draws.pick(BOOT_LOOP, _BOOTS)
        self._station.restart("Reboot")
