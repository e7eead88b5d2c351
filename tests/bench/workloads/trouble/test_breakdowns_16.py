"""Connectors break, flap and recover; transactions end, and riders come again."""

import json
from itertools import pairwise

import pytest

from laconic_bench.trace import TraceRecord
from laconic_bench.workloads.chargers_16.charger import Charger
from laconic_bench.workloads.chargers_16.make import Make
from laconic_bench.workloads.trouble.breakdowns_16 import Breakdowns16
from tests.support.workload_life import MAKES, exchanges, live, payloads, world


def days_of(make: Make, days: float, seed: int = 1) -> list[TraceRecord]:
    place = world(seed)
    charger = Charger("CP1", 0, make, 10.0, place)
    for connector in charger.connectors:
        charger.after_boot.append(Breakdowns16(charger, connector).begin)
    charger.power_on()
    return live(place, 24.0 * days)


@pytest.mark.parametrize("make", MAKES)
def test_statuses_follow_faults_and_sessions(make: Make) -> None:
    told: dict[int, list[str]] = {}
    for payload in payloads(days_of(make, 4.0), "StatusNotification"):
        told.setdefault(payload["connectorId"], []).append(payload["status"])
    for connector, statuses in told.items():
        seen = set(pairwise(statuses))
        if connector:
            assert {("Available", "Faulted"), ("Faulted", "Available")} <= seen
        after_fault = {other for one, other in seen if one == "Faulted"}
        before_fault = {one for one, other in seen if other == "Faulted"}
        assert after_fault <= {"Available"}
        assert before_fault <= {"Available", "Preparing", "Charging", "SuspendedEV"}
        assert ("Preparing", "Preparing") not in seen


@pytest.mark.parametrize("make", MAKES)
def test_a_fault_ends_the_transaction_for_once(make: Make) -> None:
    records = days_of(make, 4.0)
    started = [
        json.loads(answer.payload)["transactionId"]
        for _, call, answer in exchanges(records)
        if call.action == "StartTransaction"
    ]
    stops = payloads(records, "StopTransaction")
    ids = [stop["transactionId"] for stop in stops]
    assert len(set(ids)) == len(ids) and set(ids) <= set(started)
    assert len(started) - len(ids) <= make.connectors
    reasons = {stop["reason"] for stop in stops}
    assert "Other" in reasons and len(reasons) > 2


@pytest.mark.parametrize("make", MAKES)
def test_after_a_power_cut_no_fault_is_left(make: Make) -> None:
    place = world()
    charger = Charger("CP1", 0, make, 0.001, place)
    charger.power_on()
    live(place, 0.1)
    for connector in charger.connectors:
        Breakdowns16(charger, connector).begin()
    while all(connector.can_fail for connector in charger.connectors):
        live(place, 0.005)
    charger.power_off("PowerLoss")
    charger.power_on()
    assert {p["status"] for p in payloads(live(place, 0.5), "StatusNotification")} == {"Available"}
    assert all(connector.can_fail for connector in charger.connectors)
