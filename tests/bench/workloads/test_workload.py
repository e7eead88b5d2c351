"""A trace of any workload is in order, complete, valid and true to the account."""

import json
import math
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from laconic_bench.trace import line_text
from laconic_bench.workloads.boda_site import boda_site
from laconic_bench.workloads.catalog import WORKLOADS
from laconic_bench.workloads.draws import Cause, Draws
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.tables import Table
from laconic_bench.workloads.workload import START, Workload
from laconic_codec.messages import Call
from tests.support.ocpp_schemas import check
from tests.support.workload_life import DAYS, SEED, calls, exchanges, played

ALWAYS_CHECKED = 12
"""Messages of each kind that the schemas see, before it is every 25th."""
BACKLOG_SECONDS = 5.0
"""Messages that wait for each other may come so much later than they were made."""
SHORT_DAYS = {name: days / 4 for name, days in DAYS.items()} | {"bad-day": 0.6}

any_workload = pytest.mark.parametrize("name", WORKLOADS)


def text_of(workload: Workload, start: datetime = START) -> str:
    return "".join(line_text(record, start) for record in workload.records())


@any_workload
def test_the_same_seed_gives_the_same_bytes(name: str) -> None:
    again = text_of(WORKLOADS[name](SEED, DAYS[name], START))
    assert again == "".join(line_text(record, START) for record in played(name))
    assert again != text_of(WORKLOADS[name](SEED + 1, DAYS[name], START))


@any_workload
def test_a_shorter_trace_is_the_beginning_of_a_longer_one(name: str) -> None:
    short = [record.raw for record in WORKLOADS[name](SEED, DAYS[name] / 4, START).records()]
    assert short == [record.raw for record in played(name)[: len(short)]]


def test_the_start_moves_the_texts() -> None:
    start = datetime(2027, 8, 1, 10, 30, tzinfo=UTC)
    text = text_of(boda_site(seed=7, days=0.05, start=start), start)
    days = set(re.findall(r"20\d\d-\d\d-\d\d", text))
    assert "2027-08-01" in days and days <= {"2027-08-01", "2027-12-31"}


@any_workload
def test_messages_are_in_the_order_of_their_times(name: str) -> None:
    records = played(name)
    times = [record.time_seconds for record in records if record.time_seconds is not None]
    assert len(times) == len(records)
    assert all(one <= other for one, other in pairwise(times))
    assert 0 < times[0] and times[-1] < DAYS[name] * 86_400 + 60


@any_workload
def test_every_call_has_an_answer_and_never_two_wait(name: str) -> None:
    records = played(name)
    assert len(list(exchanges(records))) > len(records) / 2.5
    waiting = Counter[tuple[str, str]]()
    for record in records:
        asker = record.direction
        if record.raw[1] == "3":
            asker = "down" if asker == "up" else "up"
        waiting[record.identity, asker] += {"2": 1, "3": -1, "6": 0}[record.raw[1]]
        assert waiting[record.identity, asker] in (0, 1)


def test_times_in_messages_do_not_go_back() -> None:
    latest: dict[str, datetime] = {}
    for record, message in calls(played("boda-site")):
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


@any_workload
def test_messages_of_every_kind_are_valid(name: str) -> None:
    seen = Counter[tuple[str, str, str, int]]()

    def check_some(kind: int, action: str, payload: str, version: str, direction: str) -> None:
        sort = (version, direction, action, kind)
        seen[sort] += 1
        if seen[sort] <= ALWAYS_CHECKED or seen[sort] % 25 == 0:
            check(3 if kind == 3 else 2 if kind == 2 else 6, action, payload, version)

    for record, message in calls(played(name)):
        kind = 2 if isinstance(message, Call) else 6
        check_some(kind, message.action, message.payload, record.version, record.direction)
    for record, call, answer in exchanges(played(name)):
        check_some(3, call.action, answer.payload, record.version, record.direction)


@any_workload
def test_a_station_without_power_is_silent_and_then_boots(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dark: dict[str, list[float]] = {}
    power_off = Station.power_off

    def note(station: Station, reason: str) -> None:
        dark.setdefault(station.identity, []).append(station.now_ms / 1000)
        power_off(station, reason)

    monkeypatch.setattr(Station, "power_off", note)
    seconds = dict[str, float]()
    for record in WORKLOADS[name](3, DAYS[name], START).records():
        assert record.time_seconds is not None
        cuts = [time for time in dark.get(record.identity, []) if time < record.time_seconds]
        said = seconds.get(record.identity)
        if said is None or (cuts and said <= cuts[-1] + BACKLOG_SECONDS):
            # Nothing was said since the power went, but for what was on its way.
            is_late = cuts and record.time_seconds <= cuts[-1] + BACKLOG_SECONDS
            assert is_late or '"BootNotification"' in record.raw
        seconds[record.identity] = record.time_seconds
    assert len(seconds) > 0 and (name != "bad-day" or len(dark) == len(seconds))


def uplink_payloads(name: str) -> dict[str, list[str]]:
    """Return what each station says, without heartbeats and message ids."""
    said: dict[str, list[str]] = {}
    workload = WORKLOADS[name](SEED, SHORT_DAYS[name], START)
    for record, message in calls(list(workload.records())):
        if record.direction == "up" and message.action != "Heartbeat":
            said.setdefault(record.identity, []).append(message.payload)
    return said


# In a depot the heartbeats of some makes, which wait for silence, change places with the draws of
# other stations; the tests of the makes of OCPP 2.x have this test for them.
@pytest.mark.parametrize("name", sorted(WORKLOADS.keys() - {"depot"}))
def test_what_is_not_charged_shows_in_no_uplink_call(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = uplink_payloads(name)

    def at_once(_: Draws, table: Table) -> int:
        return table.first

    monkeypatch.setattr(Draws, "hidden", at_once)
    assert uplink_payloads(name) == usual


@any_workload
def test_the_account_is_the_sum_of_what_was_drawn(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    charged: dict[Cause, list[float]] = {}
    charge = Draws._charge  # pyright: ignore[reportPrivateUsage]

    def spy(draws: Draws, cause: Cause, bits: float) -> None:
        charged.setdefault(cause, []).append(bits)
        charge(draws, cause, bits)

    monkeypatch.setattr(Draws, "_charge", spy)
    workload = WORKLOADS[name](SEED, SHORT_DAYS[name], START)
    for _ in workload.records():
        pass
    for entry in workload.draws.entries():
        assert entry.draws == len(charged[entry.cause])
        assert entry.bits == pytest.approx(math.fsum(charged[entry.cause]))
        assert all(bits >= 0.0 for bits in charged[entry.cause])
