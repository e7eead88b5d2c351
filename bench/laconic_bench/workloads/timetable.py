"""What happens at a station at fixed times, while the station has power."""

from typing import Final, Protocol

from laconic_bench.workloads.agenda import Action
from laconic_bench.workloads.station import Station

_LATE_MS: Final = 120_000


class Duty(Protocol):
    """Something that goes on until the power fails and begins again with every boot."""

    def begin(self) -> None:
        """Begin after a boot."""
        ...


class Every:
    """Does something every so many seconds, counted from the boot; never if they are 0."""

    def __init__(self, station: Station, seconds: int, action: Action) -> None:
        self._station: Final = station
        self._period_ms: Final = 1000 * seconds
        self._action: Final = action

    def begin(self) -> None:
        """Begin after a boot."""
        if self._period_ms:
            self._station.later(self._station.now_ms + self._period_ms, self._do)

    def _do(self) -> None:
        self._action()
        self.begin()


class ByTheClock:
    """Does something at every whole quarter of an hour, say; never if the period is 0.

    It is done in the station's own tick, a fraction of a second later.
    """

    def __init__(self, station: Station, seconds: int, action: Action) -> None:
        self._station: Final = station
        self._period_ms: Final = 1000 * seconds
        self._action: Final = action

    def begin(self) -> None:
        """Begin after a boot."""
        if self._period_ms:
            station = self._station
            due_ms = station.world.calendar.next_ms(station.now_ms, self._period_ms)
            station.later(due_ms + station.tick_ms, self._do)

    def _do(self) -> None:
        self._action()
        self.begin()


class Daily:
    """Does something at an hour of every day, in local time; or soon after the next boot."""

    def __init__(self, station: Station, hour: float, action: Action) -> None:
        self._station: Final = station
        self._hour: Final = hour
        self._action: Final = action
        self._due_ms: int | None = None

    def begin(self) -> None:
        """Begin after a boot; what was missed without power is done 2 minutes later."""
        now_ms = self._station.now_ms
        if self._due_ms is None:
            self._due_ms = self._station.world.calendar.next_local_ms(now_ms, self._hour)
        self._station.later(max(self._due_ms, now_ms + _LATE_MS), self._do)

    def _do(self) -> None:
        self._due_ms = None
        self.begin()
        self._action()
