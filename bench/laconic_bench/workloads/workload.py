"""A workload: a site with its stations, of which the trace can be played."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from laconic_bench.trace import TraceRecord
from laconic_bench.workloads.calendar import DAY_MS
from laconic_bench.workloads.draws import Draws
from laconic_bench.workloads.outages import Outages
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.world import World

START: Final = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""


@dataclass(frozen=True, slots=True)
class Workload:
    """A site before its first day."""

    world: World
    stations: Sequence[Station]
    days: float

    @property
    def draws(self) -> Draws:
        """The account of what was drawn by chance; complete when the trace has been played."""
        return self.world.draws

    def records(self) -> Iterator[TraceRecord]:
        """Play the trace once: yield its messages in the order of their times.

        Times are seconds since the start of the workload. The answers to the last CALLs come even
        if the days are over.
        """
        agenda, tape = self.world.agenda, self.world.tape
        Outages(self.world, self.stations).begin()
        while agenda.step(round(self.days * DAY_MS)):
            yield from tape.ready(agenda.now_ms)
        yield from tape.rest()
