"""Stories of a swap cabinet: riders swap batteries; the power fails in the middle of a swap."""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from laconic_bench.trace import TraceRecord
from laconic_bench.workloads.cabinets.cabinet import BATTERIES, LEAST_SOC_PERCENT, SLOTS, Cabinet
from laconic_codec.messages import Call
from tests.support.ocpp_schemas import check
from tests.support.workload_life import calls, exchanges, live, payloads, world


def day_with(swaps_per_day: float, seed: int = 1, hours: float = 24.0) -> list[TraceRecord]:
    place = world(seed)
    Cabinet("SWAP", 0, swaps_per_day, place).power_on()
    return live(place, hours)


def occupied(records: Sequence[TraceRecord]) -> list[int]:
    """Return how many slots are occupied after each NotifyEvent."""
    states: dict[int, str] = {}
    counts: list[int] = []
    for payload in payloads(records, "NotifyEvent"):
        for event in payload["eventData"]:
            states[event["component"]["evse"]["id"]] = event["actualValue"]
        counts.append(list(states.values()).count("Occupied"))
    return counts


def swaps(records: Sequence[TraceRecord]) -> list[tuple[str, Any]]:
    return [(payload["eventType"], payload) for payload in payloads(records, "BatterySwap")]


def test_a_boot_is_followed_by_states_transactions_and_streams() -> None:
    records = day_with(0.001, hours=0.05)
    up = [message.action for record, message in calls(records) if record.direction == "up"]
    assert up[:2] == ["BootNotification", "NotifyEvent"]
    assert up.count("TransactionEvent") == BATTERIES
    assert up.count("OpenPeriodicEventStream") == SLOTS
    assert occupied(records) == [BATTERIES]


def test_each_rider_puts_one_in_and_takes_one_out() -> None:
    events = swaps(day_with(60.0))
    assert len(events) > 60
    for (first, put), (second, taken) in zip(events[::2], events[1::2], strict=False):
        assert (first, second) == ("BatteryIn", "BatteryOut")
        assert put["requestId"] == taken["requestId"] and put["idToken"] == taken["idToken"]
        (old,), (new,) = put["batteryData"], taken["batteryData"]
        assert old["serialNumber"] != new["serialNumber"]
        assert new["soC"] >= LEAST_SOC_PERCENT
    assert len({put["requestId"] for _, put in events[::2]}) == len(events[::2])


def test_slots_fill_and_empty_by_one() -> None:
    counts = occupied(day_with(60.0))
    assert set(counts) == {BATTERIES, BATTERIES + 1}
    assert all(abs(one - other) == 1 for one, other in pairwise(counts))


def test_batteries_come_back() -> None:
    place = world()
    Cabinet("SWAP", 0, 60.0, place).power_on()
    events = swaps(live(place, 96.0))
    given = {e["batteryData"][0]["serialNumber"] for kind, e in events if kind == "BatteryOut"}
    back = {e["batteryData"][0]["serialNumber"] for kind, e in events if kind == "BatteryIn"}
    assert len(given & back) > 20


def test_nobody_gets_an_empty_battery() -> None:
    """So many riders come that the cabinet has to send some away."""
    records = day_with(400.0)
    refused = [
        json.loads(answer.payload)["status"]
        for _, call, answer in exchanges(records)
        if call.action == "RequestBatterySwap"
    ].count("Rejected")
    assert refused > 0
    visits = len(calls(records, "Authorize", "RequestBatterySwap"))
    assert len(swaps(records)) / 2 < visits / 2


def test_a_rider_whose_swap_the_power_cut_short_gets_the_battery_after_the_boot() -> None:
    place = world(3)
    cabinet = Cabinet("SWAP", 0, 5_000.0, place)
    cabinet.power_on()
    records: list[TraceRecord] = []
    while not swaps(records):
        records = live(place, 1 / 3600)
    cabinet.power_off("PowerLoss")
    live(place, 0.5)
    cabinet.power_on()
    ((kind, taken),) = swaps(live(place, 0.04))[:1]
    assert kind == "BatteryOut"
    assert taken["requestId"] == swaps(records)[0][1]["requestId"]


@pytest.mark.parametrize("seed", range(4))
def test_no_battery_is_lost_in_many_power_cuts(seed: int) -> None:
    place = world(seed)
    cabinet = Cabinet("SWAP", 0, 3_000.0, place)
    records: list[TraceRecord] = []
    for _ in range(12):
        cabinet.power_on()
        records += live(place, 0.21)
        cabinet.power_off("PowerLoss")
        records += live(place, 0.1)
    assert len(swaps(records)) > 20
    assert set(occupied(records)) == {BATTERIES, BATTERIES + 1}
    boots = payloads(records, "BootNotification")
    assert {boot["reason"] for boot in boots} == {"PowerUp"}


def test_everything_is_valid() -> None:
    for _, message in calls(day_with(60.0, hours=4.0)):
        check(2 if isinstance(message, Call) else 6, message.action, message.payload, "2.1")
    for _, call, answer in exchanges(day_with(60.0, hours=30.0)):
        if call.action != "TransactionEvent":
            check(3, call.action, answer.payload, "2.1")
