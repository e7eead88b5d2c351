"""What both ends say: the exchanges of a workload, or those of some hours of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from laconic_bench.model.exchanges import Exchange, Reader
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.suite.events import Events
from laconic_bench.units import DAY_SECONDS, HOUR_SECONDS
from laconic_bench.workloads.catalog import WORKLOADS
from laconic_bench.workloads.causes import HEARTBEAT_CLOCK, MESSAGE_IDS
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.workload import START


@dataclass(frozen=True, slots=True)
class Work:
    """What every contender has to do."""

    scenario: str
    """Name of a workload."""
    seed: int
    days: float
    profile: LinkProfile
    nat_seconds: float
    events: Events = field(default_factory=Events)
    from_hour: float = 0.0
    """What is played begins so many hours after the start of the workload."""
    radio_seed: int | None = None
    """Of the link's losses and delays; None: that of the workload."""

    @property
    def seconds(self) -> float:
        """Return how long what is played lasts."""
        return self.days * DAY_SECONDS

    @property
    def told_events(self) -> tuple[str, ...]:
        """Return what a result says about the link of the run."""
        other = () if self.radio_seed is None else (f"radio seed {self.radio_seed}",)
        return (*other, *self.events.texts)


class Script:
    """The exchanges of one work; the counts are complete when all of them were taken."""

    def __init__(self, work: Work) -> None:
        self._begin_seconds = work.from_hour * HOUR_SECONDS
        days = work.days + self._begin_seconds / DAY_SECONDS
        self._workload = WORKLOADS[work.scenario](work.seed, days, START)
        self.identities = frozenset(station.identity for station in self._workload.stations)
        """Of all chargers of the site."""
        self.messages = 0
        self.json_bytes = 0
        """The length of all their texts."""

    def exchanges(self) -> Iterator[Exchange]:
        """Yield the exchanges; their times are seconds since the first hour that is played."""
        for one in Reader().exchanges(self._workload.records()):
            if one.at_seconds >= self._begin_seconds:
                one.at_seconds -= self._begin_seconds
                self._count(one.text)
                if one.answer_text is not None:
                    self._count(one.answer_text)
                yield one

    @property
    def entropy_bytes(self) -> float | None:
        """Return the information in the trace, without message ids; None: of a part of it."""
        return self._entropy_bytes(lambda cause: cause not in MESSAGE_IDS)

    @property
    def heartbeat_entropy_bytes(self) -> float | None:
        """Return the part of it that is in answers to heartbeats."""
        return self._entropy_bytes(lambda cause: cause is HEARTBEAT_CLOCK)

    def _entropy_bytes(self, counts: Callable[[Cause], bool]) -> float | None:
        if self._begin_seconds:
            return None
        entries = self._workload.draws.entries()
        return round(sum(one.bits for one in entries if counts(one.cause)) / 8, 1)

    def _count(self, text: str) -> None:
        self.messages += 1
        self.json_bytes += len(text.encode())
