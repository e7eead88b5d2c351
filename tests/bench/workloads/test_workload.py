"""A trace is exact for its seed, in order, complete and true to the account."""

import json
import math
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from laconic_bench.trace import line_text
from laconic_bench.workloads.boda_site import boda_site
from laconic_bench.workloads.draws import Cause, Draws
from laconic_bench.workloads.tables import Table
from laconic_bench.workloads.workload import START, Workload
from laconic_codec.messages import Call
from tests.support.ocpp_schemas import check
from tests.support.workload_life import calls, exchanges, played_day


def text_of(workload: Workload, start: datetime = START) -> str:
    return "".join(line_text(record, start) for record in workload.records())


def test_the_same_seed_gives_the_same_bytes() -> None:
    _, records = played_day()
    again = text_of(boda_site(seed=7, days=1.0))
    assert again == "".join(line_text(record, START) for record in records)
    assert again != text_of(boda_site(seed=8, days=1.0))


def test_a_shorter_trace_is_the_beginning_of_a_longer_one() -> None:
    _, records = played_day()
    short = [record.raw for record in boda_site(seed=7, days=0.25).records()]
    assert short == [record.raw for record in records[: len(short)]]


def test_the_start_moves_the_texts() -> None:
    start = datetime(2027, 8, 1, 10, 30, tzinfo=UTC)
    text = text_of(boda_site(seed=7, days=0.05, start=start), start)
    days = set(re.findall(r"20\d\d-\d\d-\d\d", text))
    assert "2027-08-01" in days and days <= {"2027-08-01", "2027-12-31"}


def test_messages_are_in_the_order_of_their_times() -> None:
    _, records = played_day()
    times = [record.time_seconds for record in records if record.time_seconds is not None]
    assert len(times) == len(records)
    assert all(one <= other for one, other in pairwise(times))
    assert 0 < times[0] and times[-1] < 86_460


def test_every_call_has_an_answer_and_never_two_wait() -> None:
    _, records = played_day()
    assert len(list(exchanges(records))) > 9_000
    waiting = Counter[tuple[str, str]]()
    for record in records:
        asker = record.direction
        if record.raw[1] == "3":
            asker = "down" if asker == "up" else "up"
        waiting[record.identity, asker] += {"2": 1, "3": -1, "6": 0}[record.raw[1]]
        assert waiting[record.identity, asker] in (0, 1)


def test_times_in_messages_do_not_go_back() -> None:
    _, records = played_day()
    latest: dict[str, datetime] = {}
    for record, message in calls(records):
        payload = json.loads(message.payload)
        texts = [payload.get("timestamp")]
        texts += [element["timestamp"] for element in payload.get("meterValue", [])]
        for text in filter(None, texts):
            time = datetime.fromisoformat(text)
            assert time >= latest.get(record.identity, time)
            latest[record.identity] = time
            assert record.time_seconds is not None
            sent = START + timedelta(seconds=record.time_seconds)
            assert timedelta() <= sent - time < timedelta(seconds=3)
    assert len(latest) == 12


def test_a_sample_of_all_messages_is_valid() -> None:
    _, records = played_day()
    versions = {record.identity: record.version for record in records}
    seen = Counter[tuple[str, str]]()
    for record, message in calls(records):
        version = versions[record.identity]
        seen[version, message.action] += 1
        if seen[version, message.action] % 25 == 1:
            check(2 if isinstance(message, Call) else 6, message.action, message.payload, version)
    for index, (record, call, answer) in enumerate(exchanges(records)):
        if index % 25 == 0:
            check(3, call.action, answer.payload, versions[record.identity])
    assert {action for version, action in seen if version == "2.1"} >= {
        "BatterySwap",
        "BootNotification",
        "Heartbeat",
        "NotifyEvent",
        "NotifyPeriodicEventStream",
        "OpenPeriodicEventStream",
        "TransactionEvent",
    }


def uplink_payloads(workload: Workload) -> dict[str, list[str]]:
    """Return what each station says, without heartbeats and message ids."""
    said: dict[str, list[str]] = {}
    for record, message in calls(list(workload.records())):
        if record.direction == "up" and message.action != "Heartbeat":
            said.setdefault(record.identity, []).append(message.payload)
    return said


def test_what_is_not_charged_shows_in_no_uplink_call(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = uplink_payloads(boda_site(seed=7, days=0.5))

    def at_once(_: Draws, table: Table) -> int:
        return table.first

    monkeypatch.setattr(Draws, "hidden", at_once)
    assert uplink_payloads(boda_site(seed=7, days=0.5)) == usual


def test_the_account_is_the_sum_of_what_was_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    charged: dict[Cause, list[float]] = {}
    charge = Draws._charge  # pyright: ignore[reportPrivateUsage]

    def spy(draws: Draws, cause: Cause, bits: float) -> None:
        charged.setdefault(cause, []).append(bits)
        charge(draws, cause, bits)

    monkeypatch.setattr(Draws, "_charge", spy)
    workload = boda_site(seed=7, days=0.25)
    for _ in workload.records():
        pass
    for entry in workload.draws.entries():
        assert entry.draws == len(charged[entry.cause])
        assert entry.bits == pytest.approx(math.fsum(charged[entry.cause]))
        assert all(bits >= 0.0 for bits in charged[entry.cause])
