"""Plays workloads and single stations, and reads what they say."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from laconic_bench.trace import TraceRecord
from laconic_bench.workloads.boda_site import boda_site
from laconic_bench.workloads.calendar import HOUR_MS, Calendar
from laconic_bench.workloads.chargers_16.acacia import Acacia
from laconic_bench.workloads.chargers_16.baobab import Baobab
from laconic_bench.workloads.chargers_16.cassia import Cassia
from laconic_bench.workloads.chargers_16.make import Make
from laconic_bench.workloads.workload import START, Workload
from laconic_bench.workloads.world import World
from laconic_codec.messages import Call, CallResult, Message, Send, parse

CALENDAR = Calendar(START)
MAKES: Sequence[Make] = (Acacia(CALENDAR), Baobab(CALENDAR), Cassia(CALENDAR))


@cache
def played_day() -> tuple[Workload, Sequence[TraceRecord]]:
    """Return a day of the reference workload, played."""
    workload = boda_site(seed=7, days=1.0)
    return workload, tuple(workload.records())


def world(seed: int = 1) -> World:
    """Return a new world that starts at the usual time."""
    return World.create(seed, START)


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
