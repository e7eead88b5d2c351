"""Plays workloads and single stations, and reads what they say."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from laconic_bench.trace import TraceRecord
from laconic_bench.workloads.calendar import HOUR_MS, Calendar
from laconic_bench.workloads.catalog import WORKLOADS
from laconic_bench.workloads.chargers_2x.dracaena import Dracaena
from laconic_bench.workloads.chargers_2x.ficus import Ficus
from laconic_bench.workloads.chargers_2x.gardenia import Gardenia
from laconic_bench.workloads.chargers_2x.make import Make2x
from laconic_bench.workloads.chargers_16.acacia import Acacia
from laconic_bench.workloads.chargers_16.baobab import Baobab
from laconic_bench.workloads.chargers_16.cassia import Cassia
from laconic_bench.workloads.chargers_16.make import Make
from laconic_bench.workloads.site import Site
from laconic_bench.workloads.workload import START
from laconic_bench.workloads.world import World
from laconic_codec.messages import Call, CallResult, Message, Send, parse

CALENDAR = Calendar(START)
MAKES: Sequence[Make] = (Acacia(CALENDAR), Baobab(CALENDAR), Cassia(CALENDAR))
MAKES_2X: Sequence[Make2x] = (Dracaena(CALENDAR), Ficus(CALENDAR), Gardenia(CALENDAR))
SITE = Site()


DAYS: Mapping[str, float] = {
    "bad-day": 1.0,
    "boda-site": 1.0,
    "chaji": 2.0,
    "depot": 0.4,
    "swap": 0.4,
}
"""Of each workload, so many that everything happens."""
SEED = 7


@cache
def played(name: str) -> Sequence[TraceRecord]:
    """Return the trace of some days of a workload."""
    return tuple(WORKLOADS[name](SEED, DAYS[name], START).records())


def world(seed: int = 1, site: Site = SITE) -> World:
    """Return a new world that starts at the usual time."""
    return World.create(seed, START, site)


def live(world: World, hours: float) -> list[TraceRecord]:
    """Let time pass; return what is said until all is answered."""
    end_ms = world.agenda.now_ms + round(hours * HOUR_MS)
    world.agenda.at(end_ms - 1, lambda: None)
    while world.agenda.step(end_ms):
        pass
    return list(world.tape.rest())


def calls(records: Sequence[TraceRecord], *actions: str) -> list[tuple[TraceRecord, Call | Send]]:
    """Return the CALLs and SENDs, of some actions or of all."""
    messages = ((record, parse(record.raw)) for record in records)
    return [
        (record, message)
        for record, message in messages
        if isinstance(message, Call | Send) and (not actions or message.action in actions)
    ]


def payloads(records: Sequence[TraceRecord], action: str) -> list[Any]:
    """Return the payloads of an action's CALLs."""
    return [json.loads(message.payload) for _, message in calls(records, action)]


def exchanges(records: Sequence[TraceRecord]) -> Iterator[tuple[TraceRecord, Call, CallResult]]:
    """Yield each CALL with its answer.

    Raises:
        AssertionError: there is an answer without a CALL or a CALL without an answer.
    """
    open_calls: dict[tuple[str, bool, str], tuple[TraceRecord, Call]] = {}
    for record in records:
        message: Message = parse(record.raw)
        is_up = record.direction == "up"
        if isinstance(message, Call):
            open_calls[record.identity, is_up, message.message_id] = (record, message)
        elif isinstance(message, CallResult):
            asked = open_calls.pop((record.identity, not is_up, message.message_id), None)
            assert asked is not None, f"nobody asked for {record.raw}"
            assert record.time_seconds is not None and asked[0].time_seconds is not None
            assert record.time_seconds > asked[0].time_seconds
            yield (*asked, message)
    assert not open_calls, f"no answer to {next(iter(open_calls.values()))}"
