"""Stories of an EVSE: riders come, charge and go; the power fails."""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from laconic_bench.trace import TraceRecord
from laconic_bench.workloads import habits
from laconic_bench.workloads.chargers_2x.charger import Charger2x
from laconic_bench.workloads.chargers_2x.make import Make2x
from laconic_bench.workloads.tables import even
from tests.support.ocpp_schemas import check
from tests.support.workload_life import MAKES_2X, calls, exchanges, live, payloads, world

OFTEN = 20.0
"""Sessions a day, so that a day has enough of everything."""

any_make = pytest.mark.parametrize("make", MAKES_2X)


def day_of(make: Make2x, per_day: float = OFTEN, seed: int = 1) -> list[TraceRecord]:
    place = world(seed)
    Charger2x("CP1", 0, make, per_day, place).power_on()
    return live(place, 24.0)


def transactions(records: Sequence[TraceRecord]) -> dict[str, list[Any]]:
    """Return the events of each transaction, in their order."""
    found: dict[str, list[Any]] = {}
    for payload in payloads(records, "TransactionEvent"):
        found.setdefault(payload["transactionInfo"]["transactionId"], []).append(payload)
    return found


def register(event: Any) -> float | None:
    """Return what the register shows in an event, in Wh."""
    for value in event.get("meterValue", []):
        for sample in value["sampledValue"]:
            if sample["measurand"] == "Energy.Active.Import.Register":
                return float(sample["value"])
    return None


@any_make
def test_statuses_alternate(make: Make2x) -> None:
    told: dict[int, list[str]] = {}
    for payload in payloads(day_of(make), "StatusNotification"):
        told.setdefault(payload["evseId"], []).append(payload["connectorStatus"])
    assert set(told) == set(range(1, make.evses + 1))
    for statuses in told.values():
        assert len(statuses) > 5 and statuses[0] == "Available"
        assert all(one != other for one, other in pairwise(statuses))


@any_make
@pytest.mark.parametrize("seed", range(2))
def test_each_transaction_is_whole(make: Make2x, seed: int) -> None:
    found = transactions(day_of(make, seed=seed))
    ended = [events for events in found.values() if events[-1]["eventType"] == "Ended"]
    assert len(ended) > 5 and len(found) - len(ended) <= make.evses
    for events in found.values():
        assert [event["seqNo"] for event in events] == list(range(len(events)))
        kinds = [event["eventType"] for event in events]
        assert kinds[0] == "Started" and "Started" not in kinds[1:] and "Ended" not in kinds[:-1]
        times = [datetime.fromisoformat(event["timestamp"]) for event in events]
        assert times == sorted(times)
        registers = [value for event in events if (value := register(event)) is not None]
        assert registers == sorted(registers)
    for events in ended:
        assert events[-1]["transactionInfo"]["stoppedReason"]
        assert sum("idToken" in event for event in events) >= 1 or len(events) == 2


@any_make
def test_the_first_event_follows_the_transaction_points(make: Make2x) -> None:
    triggers = {events[0]["triggerReason"] for events in transactions(day_of(make)).values()}
    last = {
        events[-1]["triggerReason"]
        for events in transactions(day_of(make)).values()
        if events[-1]["eventType"] == "Ended"
    }
    if make.spans_plug:
        assert triggers == {"CablePluggedIn"} and last == {"EVDeparted"}
    else:
        assert triggers == {"Authorized", "RemoteStart"}
        assert last == {"EVDeparted", "StopAuthorized", "RemoteStop"}


@any_make
def test_charging_states_follow_each_other(make: Make2x, monkeypatch: pytest.MonkeyPatch) -> None:
    # Long enough for a battery to be full.
    monkeypatch.setattr(habits, "STAY_SECONDS", even(13_000, 14_400))
    seen = {
        (one["transactionInfo"]["chargingState"], other["transactionInfo"]["chargingState"])
        for events in transactions(day_of(make)).values()
        for one, other in pairwise(events)
    }
    assert seen <= {
        ("EVConnected", "EVConnected"),
        ("EVConnected", "Charging"),
        ("EVConnected", "Idle"),
        ("Charging", "Charging"),
        ("Charging", "SuspendedEV"),
        ("Charging", "EVConnected"),
        ("Charging", "Idle"),
        ("SuspendedEV", "SuspendedEV"),
        ("SuspendedEV", "EVConnected"),
        ("SuspendedEV", "Idle"),
    }
    assert {("EVConnected", "Charging"), ("Charging", "SuspendedEV")} <= seen


@any_make
def test_readings_come_at_their_interval(make: Make2x) -> None:
    for events in transactions(day_of(make)).values():
        times = [
            datetime.fromisoformat(event["timestamp"])
            for event in events
            if event["triggerReason"] == "MeterValuePeriodic"
        ]
        gaps = {(other - one).total_seconds() for one, other in pairwise(times)}
        assert gaps <= {make.sample_seconds}


@any_make
def test_the_csms_starts_and_stops_some(make: Make2x) -> None:
    records = day_of(make, per_day=60.0)
    found = transactions(records)
    starts = payloads(records, "RequestStartTransaction")
    remote = {
        event["transactionInfo"]["remoteStartId"]
        for events in found.values()
        for event in events
        if "remoteStartId" in event["transactionInfo"]
    }
    assert 2 < len(starts) and len({start["remoteStartId"] for start in starts} - remote) <= 1
    for payload in payloads(records, "RequestStopTransaction"):
        events = found[payload["transactionId"]]
        assert "RemoteStop" in {event["triggerReason"] for event in events}
    for _, call, answer in exchanges(records):
        if "idToken" in call.payload and call.action == "TransactionEvent":
            assert json.loads(answer.payload)["idTokenInfo"]["status"] == "Accepted"


def test_a_refused_rider_leaves() -> None:
    """Some riders of many are refused: a transaction from plug to plug ends without a charge."""
    refused = 0
    for make in MAKES_2X:
        for events in transactions(day_of(make, per_day=300.0)).values():
            if events[-1]["transactionInfo"].get("stoppedReason") == "DeAuthorized":
                assert make.spans_plug
                assert [event["eventType"] for event in events] == ["Started", "Ended"]
                refused += 1
    assert refused > 0


@any_make
def test_after_a_power_cut_the_lost_transaction_is_told(make: Make2x) -> None:
    place = world(3)
    charger = Charger2x("CP1", 0, make, 5_000.0, place)
    charger.power_on()
    records: list[TraceRecord] = []
    while "Charging" not in {
        event["transactionInfo"]["chargingState"] for event in payloads(records, "TransactionEvent")
    }:
        records += live(place, 1 / 60)
    cut_ms = place.agenda.now_ms
    charger.power_off("PowerLoss")
    assert live(place, 0.5) == []
    charger.power_on()
    after = live(place, 0.03)
    boot, *rest = calls(after)
    assert boot[1].action == "BootNotification"
    lost = next(json.loads(m.payload) for _, m in rest if m.action == "TransactionEvent")
    check(2, "TransactionEvent", make.style.text(lost), make.version)
    assert lost["eventType"] == "Ended" and lost["offline"] is True
    assert lost["transactionInfo"]["stoppedReason"] == "PowerLoss"
    assert lost["transactionInfo"]["transactionId"] in transactions(records)
    assert make.time_text(cut_ms) == lost["timestamp"]


@any_make
def test_idle_evses_are_read_by_the_clock(make: Make2x) -> None:
    records = day_of(make, per_day=0.001)
    readings = calls(records, "MeterValues")
    if not make.aligned_seconds:
        assert readings == []
        return
    # The last of the day comes a tick after midnight.
    assert len(readings) == make.evses * (24 * 3600 // make.aligned_seconds - 1)
    for record, _ in readings:
        assert record.time_seconds is not None
        assert record.time_seconds % make.aligned_seconds < 1.5
