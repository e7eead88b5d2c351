"""Stories of a connector: riders come, charge and go; the power fails."""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from laconic_bench.trace import TraceRecord
from laconic_bench.workloads.chargers_16.charger import Charger
from laconic_bench.workloads.chargers_16.make import Make
from laconic_codec.messages import parse
from tests.support.workload_life import MAKES, calls, exchanges, live, payloads, world

OFTEN = 20.0
"""Sessions a day, so that a day has enough of everything."""


def day_of(make: Make, per_day: float = OFTEN, seed: int = 1) -> list[TraceRecord]:
    place = world(seed)
    Charger("CP1", 0, make, per_day, place).power_on()
    return live(place, 24.0)


def statuses(records: Sequence[TraceRecord], connector: int = 1) -> list[str]:
    return [
        payload["status"]
        for payload in payloads(records, "StatusNotification")
        if payload["connectorId"] == connector
    ]


def energy_wh(payload: Any) -> float:
    """Return the register in a MeterValues in Wh."""
    for element in payload["meterValue"]:
        for sample in element["sampledValue"]:
            if sample["measurand"] == "Energy.Active.Import.Register":
                return float(sample["value"]) * (1000 if sample["unit"] == "kWh" else 1)
    raise AssertionError("no register")


@pytest.mark.parametrize("make", MAKES)
def test_statuses_follow_the_sessions(make: Make) -> None:
    allowed = {
        ("Available", "Available"),
        ("Available", "Preparing"),
        ("Preparing", "Charging"),
        ("Preparing", "Available"),
        ("Charging", "SuspendedEV"),
        ("Charging", "Finishing"),
        ("SuspendedEV", "Finishing"),
        ("Finishing", "Available"),
    }
    seen = set(pairwise(statuses(day_of(make))))
    assert seen <= allowed
    assert {("Preparing", "Charging"), ("Charging", "Finishing")} <= seen
    assert (("Available", "Available") in seen) is (make.repeat_status_seconds > 0)


@pytest.mark.parametrize("make", MAKES)
def test_each_transaction_is_whole(make: Make) -> None:
    records = day_of(make)
    answers = {
        json.loads(answer.payload)["transactionId"]: json.loads(call.payload)
        for _, call, answer in exchanges(records)
        if call.action == "StartTransaction"
    }
    stops = payloads(records, "StopTransaction")
    assert len(stops) > 5 and len(answers) - len(stops) <= make.connectors
    for stop in stops:
        start = answers[stop["transactionId"]]
        assert stop["meterStop"] >= start["meterStart"]
        assert datetime.fromisoformat(stop["timestamp"]) > datetime.fromisoformat(
            start["timestamp"]
        )


@pytest.mark.parametrize("make", MAKES)
def test_the_register_never_runs_backwards(make: Make) -> None:
    by_connector: dict[int, list[float]] = {}
    for payload in payloads(day_of(make), "MeterValues"):
        by_connector.setdefault(payload["connectorId"], []).append(energy_wh(payload))
    assert len(by_connector) == make.connectors
    for series in by_connector.values():
        assert len(series) > 50
        assert all(one <= other for one, other in pairwise(series))


@pytest.mark.parametrize("make", MAKES)
def test_samples_come_at_their_interval(make: Make) -> None:
    times: dict[int, list[datetime]] = {}
    for payload in payloads(day_of(make), "MeterValues"):
        if "transactionId" in payload:
            time = datetime.fromisoformat(payload["meterValue"][0]["timestamp"])
            times.setdefault(payload["transactionId"], []).append(time)
    gaps = {(b - a).total_seconds() for series in times.values() for a, b in pairwise(series)}
    late = 2 if make.samples_late else 0
    assert gaps <= {float(make.sample_seconds + shift) for shift in range(-late, late + 1)}
    assert len(gaps) == 2 * late + 1


def test_one_make_reads_its_idle_meter_by_the_clock() -> None:
    records = day_of(MAKES[2], per_day=0.001)
    values = payloads(records, "MeterValues")
    times = [datetime.fromisoformat(value["meterValue"][0]["timestamp"]) for value in values]
    assert len(times) == 95
    assert all(time.minute % 15 == 0 and time.second == 0 for time in times)


def test_sessions_start_by_card_and_by_telephone() -> None:
    records = day_of(MAKES[0])
    starts = len(calls(records, "StartTransaction"))
    remote = len(calls(records, "RemoteStartTransaction"))
    cards = len(calls(records, "Authorize"))
    assert 0 < remote < cards and starts <= remote + cards
    tags = {payload["idTag"] for payload in payloads(records, "StartTransaction")}
    asked = payloads(records, "RemoteStartTransaction") + payloads(records, "Authorize")
    assert tags <= {payload["idTag"] for payload in asked}


def test_who_is_refused_does_not_charge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("laconic_bench.workloads.csms.REFUSED", 0.3)
    records = day_of(MAKES[0], per_day=200.0)
    refused = 0
    for _, call, answer in exchanges(records):
        if call.action == "Authorize":
            refused += json.loads(answer.payload)["idTagInfo"]["status"] == "Blocked"
    asked = len(calls(records, "RemoteStartTransaction", "Authorize"))
    assert refused > 0
    assert asked - refused - len(calls(records, "StartTransaction")) in (0, 1)


@pytest.mark.parametrize("make", MAKES)
def test_a_remote_stop_comes_before_the_stop(make: Make) -> None:
    records = day_of(make, per_day=60.0)
    ends = [
        message.action
        for record, message in calls(records, "RemoteStopTransaction", "StopTransaction")
        if record.direction == "down" or json.loads(message.payload)["reason"] == "Remote"
    ]
    assert len(ends) > 1
    assert ends == ["RemoteStopTransaction", "StopTransaction"] * (len(ends) // 2)


@pytest.mark.parametrize("make", MAKES)
def test_a_power_cut_ends_the_transaction_and_the_boot_tells_it(make: Make) -> None:
    place = world(2)
    charger = Charger("CP1", 0, make, 2_000.0, place)
    charger.power_on()
    before = live(place, 0.5)
    assert "Charging" in statuses(before)
    last_wh = [energy_wh(payload) for payload in payloads(before, "MeterValues")][-1]
    cut_ms = place.agenda.now_ms
    charger.power_off("PowerLoss")
    assert live(place, 1.0) == []
    charger.power_on()
    after = calls(live(place, 0.05))
    assert [message.action for _, message in after][:2] == ["BootNotification", "StopTransaction"]
    stop = json.loads(after[1][1].payload)
    assert stop["reason"] == "PowerLoss"
    assert stop["timestamp"].startswith(place.calendar.seconds(cut_ms))
    assert stop["meterStop"] >= last_wh - 1 or make.connectors > 1


def test_all_messages_are_readable() -> None:
    for make in MAKES:
        for record in day_of(make):
            parse(record.raw)
