"""What a connector of OCPP 1.6 does by itself, whether anybody is there or not."""

from typing import Final

from laconic_bench.workloads.agenda import Action
from laconic_bench.workloads.chargers_16.make import Make
from laconic_bench.workloads.station import Station


class Routine:
    """Asks again and again for a status and for a reading by the clock, as the make has it."""

    def __init__(self, station: Station, make: Make, repeat_status: Action, read: Action) -> None:
        self._station: Final = station
        self._make: Final = make
        self._repeat_status: Final = repeat_status
        self._read: Final = read

    def begin(self) -> None:
        """Begin after a boot."""
        if self._make.repeat_status_seconds:
            self._await_repetition()
        if self._make.clock_seconds:
            self._await_clock()

    def _await_repetition(self) -> None:
        due_ms = self._station.now_ms + 1000 * self._make.repeat_status_seconds
        self._station.later(due_ms, self._repeat)

    def _repeat(self) -> None:
        self._repeat_status()
        self._await_repetition()

    def _await_clock(self) -> None:
        """Wait for the next whole quarter of an hour, say; in the station's own tick."""
        calendar, now_ms = self._station.world.calendar, self._station.now_ms
        due_ms = calendar.next_ms(now_ms, 1000 * self._make.clock_seconds)
        self._station.later(due_ms + self._station.tick_ms, self._read_by_the_clock)

    def _read_by_the_clock(self) -> None:
        self._read()
        self._await_clock()
