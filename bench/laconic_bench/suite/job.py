"""One contender on one workload over one link: played from the first message to the last."""

import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from laconic_bench.contenders.entrant import Entrant
from laconic_bench.model.bill import Bill
from laconic_bench.model.exchanges import Exchange
from laconic_bench.model.findings import Findings
from laconic_bench.model.latency import Times
from laconic_bench.model.link import ModelLink
from laconic_bench.model.replay import Replay, play_out
from laconic_bench.results.result import Figures, Percentiles
from laconic_bench.suite.script import Script, Work
from laconic_bench.suite.watch import Watch
from laconic_bench.units import MEGABYTE
from laconic_bench.virtual.schedule import Schedule

_BYTES_PER_MAXRSS: Final = 1 if sys.platform == "darwin" else 1_024


@dataclass(frozen=True, slots=True)
class Played:
    """What a contender has needed, and what the work was."""

    figures: Figures
    messages: int
    json_bytes: int
    entropy_bytes: float | None
    """Information in the trace, without message ids; None: that of a part of it is not known."""
    heartbeat_entropy_bytes: float | None
    """The part of it that is in answers to heartbeats."""
    chargers: int

    @classmethod
    def of(cls, script: Script, figures: Figures) -> "Played":
        """Return what was played with what it has needed."""
        return cls(
            figures,
            script.messages,
            script.json_bytes,
            script.entropy_bytes,
            script.heartbeat_entropy_bytes,
            len(script.identities),
        )


def play(
    work: Work, entrant: Entrant, on_day: Callable[[float], None] = lambda day: None
) -> Played:
    """Play a contender; `on_day` is told the number of each day that is over."""
    script = Script(work)
    link_seed = work.seed if work.radio_seed is None else work.radio_seed
    figures = play_exchanges(
        work, script.exchanges(), script.identities, entrant, link_seed, on_day
    )
    return Played.of(script, figures)


def play_exchanges(
    work: Work,
    exchanges: Iterator[Exchange],
    identities: frozenset[str],
    entrant: Entrant,
    link_seed: int,
    on_day: Callable[[float], None] = lambda day: None,
) -> Figures:
    """Play the exchanges of a work; `link_seed` is that of loss and jitter."""
    began = time.process_time()
    schedule = Schedule(link_seed)
    link = ModelLink(schedule, work.profile, link_seed)
    replay = Replay(schedule, exchanges)
    carrier = replay.carrier = entrant.make(link, replay, work.nat_seconds, identities)
    watch = Watch(schedule, link, replay, carrier, work.events)
    play_out(replay, schedule, work.seconds, on_day)
    return _figures(link.bill, replay, watch, time.process_time() - began)


def _figures(bill: Bill, replay: Replay, watch: Watch, cpu_seconds: float) -> Figures:
    wire = bill.wire_bytes
    return replace(
        judged(replay.findings, bill.payload_bytes, wire["up"], wire["down"]),
        by_layer=dict(bill.layers),
        by_action=bill.by_action(),
        by_cause=bill.by_cause(),
        detection_seconds=watch.detection_seconds,
        recovery_seconds=watch.recovery_seconds,
        cpu_seconds={"everything": round(cpu_seconds, 1)},
        memory_mb={"everything": resident_mb()},
        daily_wire_bytes=[bill.days[day] for day in range(max(bill.days, default=-1) + 1)],
    )


def judged(
    found: Findings, payload_bytes: int | None, wire_bytes_up: int, wire_bytes_down: int
) -> Figures:
    """Return the bytes of a run with what was found out about its conversations."""
    return Figures(
        payload_bytes=payload_bytes,
        wire_bytes_up=wire_bytes_up,
        wire_bytes_down=wire_bytes_down,
        latency_ms=_percentiles(found.latency),
        delivery_ms=_percentiles(found.delivery),
        lost=found.lost,
        payload_mismatches=found.payload_mismatches,
        repeated_messages=found.repeated,
        substituted_answers=found.substituted,
        refused_commands=found.refused,
    )


def resident_mb() -> float:
    """Return the most memory that this process has had, in megabytes."""
    rss_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES_PER_MAXRSS
    return round(rss_bytes / MEGABYTE, 1)


def _percentiles(times: Times) -> dict[str, Percentiles]:
    return {name: Percentiles(**values) for name, values in times.percentiles_ms().items()}
