"""How long and how fast a bad contact flaps; recorded: one station, 483 statuses an hour."""

from collections.abc import Callable
from typing import Final

from laconic_bench.workloads.agenda import Action
from laconic_bench.workloads.causes import FLAPPING
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.tables import geometric, lognormal

_TIMES: Final = geometric(mean=30.0, first=2, last=250)
"""How often it comes back before it is well (assumption)."""
_GAP_SECONDS: Final = lognormal(median=4.0, spread=0.8, first=1, last=60)
_USUAL_GAP_MS: Final = 4_000


class Flapping:
    """Tells in turn that something is well and that it is not, and at last that it is well.

    `tell` gets True for well. Without times in the messages the gaps are always the same.
    """

    def __init__(
        self,
        station: Station,
        has_times: bool,
        tell: Callable[[bool], None],
        end: Action,
    ) -> None:
        self._station: Final = station
        self._has_times: Final = has_times
        self._tell: Final = tell
        self._end: Final = end
        self._left = station.world.draws.pick(FLAPPING, _TIMES)
        self._is_well = False

    def go_on(self) -> None:
        """Wait for the next change; what is told first is that it is well."""
        draws, station = self._station.world.draws, self._station
        gap_ms = _USUAL_GAP_MS
        if self._has_times:
            gap_ms = draws.delay_ms(FLAPPING, _GAP_SECONDS, station.resolution_ms)
        station.later(station.now_ms + gap_ms, self._change)

    def _change(self) -> None:
        if not self._left:
            self._end()
            return
        self._is_well = not self._is_well
        self._left -= not self._is_well
        self._tell(self._is_well)
        self.go_on()
