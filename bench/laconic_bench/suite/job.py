"""One contender on one workload over one link: played from the first message to the last."""

import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from laconic_bench.contenders.entrant import Entrant
from laconic_bench.model.bill import Bill
from laconic_bench.model.exchanges import Reader
from laconic_bench.model.link import ModelLink
from laconic_bench.model.replay import Replay
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.results.result import Figures, Percentiles
from laconic_bench.suite.events import Events
from laconic_bench.suite.watch import Watch
from laconic_bench.units import DAY_SECONDS, MEGABYTE
from laconic_bench.virtual.schedule import Schedule
from laconic_bench.workloads.catalog import WORKLOADS
from laconic_bench.workloads.causes import HEARTBEAT_CLOCK, MESSAGE_IDS
from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.workload import START, Workload

_BYTES_PER_MAXRSS: Final = 1 if sys.platform == "darwin" else 1_024


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
    radio_seed: int | None = None
    """Of the link's losses and delays; None: that of the workload."""

    @property
    def told_events(self) -> tuple[str, ...]:
        """Return what a result says about the link of the run."""
        other = () if self.radio_seed is None else (f"radio seed {self.radio_seed}",)
        return (*other, *self.events.texts)


@dataclass(frozen=True, slots=True)
class Played:
    """What a contender has needed, and what the work was."""

    figures: Figures
    messages: int
    json_bytes: int
    entropy_bytes: float
    """Information in the trace, without message ids."""
    heartbeat_entropy_bytes: float
    """The part of it that is in answers to heartbeats."""
    chargers: int


def play(work: Work, entrant: Entrant, on_day: Callable[[int], None] = lambda day: None) -> Played:
    """Play a contender; `on_day` is told the number of each day that is over."""
    began = time.process_time()
    workload = WORKLOADS[work.scenario](work.seed, work.days, START)
    schedule = Schedule(work.seed)
    radio_seed = work.seed if work.radio_seed is None else work.radio_seed
    link = ModelLink(schedule, work.profile, radio_seed)
    reader = Reader()
    replay = Replay(schedule, reader.exchanges(workload.records()))
    identities = frozenset(station.identity for station in workload.stations)
    carrier = replay.carrier = entrant.make(link, replay, work.nat_seconds, identities)
    watch = Watch(schedule, link, replay, carrier, work.events)
    replay.run(work.days * DAY_SECONDS, on_day)
    cpu_seconds = time.process_time() - began
    figures = _figures(link.bill, replay, watch, cpu_seconds)
    return Played(
        figures,
        reader.messages,
        reader.text_bytes,
        _entropy_bytes(workload, lambda cause: cause not in MESSAGE_IDS),
        _entropy_bytes(workload, lambda cause: cause is HEARTBEAT_CLOCK),
        len(identities),
    )


def _figures(bill: Bill, replay: Replay, watch: Watch, cpu_seconds: float) -> Figures:
    found = replay.findings
    rss_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES_PER_MAXRSS
    return Figures(
        payload_bytes=bill.payload_bytes,
        wire_bytes_up=bill.wire_bytes["up"],
        wire_bytes_down=bill.wire_bytes["down"],
        by_layer=dict(bill.layers),
        by_action=bill.by_action(),
        by_cause=bill.by_cause(),
        latency_ms=_percentiles(found.latency.percentiles_ms()),
        delivery_ms=_percentiles(found.delivery.percentiles_ms()),
        lost=found.lost,
        payload_mismatches=found.payload_mismatches,
        repeated_messages=found.repeated,
        substituted_answers=found.substituted,
        refused_commands=found.refused,
        recovery_seconds=watch.recovery_seconds,
        cpu_seconds={"everything": round(cpu_seconds, 1)},
        memory_mb={"everything": round(rss_bytes / MEGABYTE, 1)},
        daily_wire_bytes=[bill.days[day] for day in range(max(bill.days, default=-1) + 1)],
    )


def _percentiles(found: Mapping[str, Mapping[str, float]]) -> dict[str, Percentiles]:
    return {name: Percentiles(**values) for name, values in found.items()}


def _entropy_bytes(workload: Workload, counts: Callable[[Cause], bool]) -> float:
    bits = sum(one.bits for one in workload.draws.entries() if counts(one.cause))
    return round(bits / 8, 1)
