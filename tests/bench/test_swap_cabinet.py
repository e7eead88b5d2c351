"""The life of a swap cabinet is what OCPP 2.1, S allows, in content and in order."""

from itertools import pairwise
from random import Random
from typing import Any, Final

import pytest

from laconic_bench.charger import Account, Pace
from laconic_bench.chargers import Place
from laconic_bench.makes import ELAEIS, Make
from laconic_bench.notebook import Notebook
from laconic_bench.swap_cabinet import EMPTY_SLOTS, STREAM_VALUES, SwapCabinet
from tests.support.site_life import Life
from tests.support.transaction_events import check_series, transactions

IDENTITY: Final = "SWAP-1"
PLACE: Final = Place(IDENTITY, "secret", SwapCabinet, ELAEIS)


@pytest.fixture(scope="module")
def life() -> Life:
    return Life([PLACE], seconds=900, seed=6, command_seconds=8, reset_probability=0)


def _swaps(life: Life) -> list[dict[str, Any]]:
    return [r.payload for r in life.requests(IDENTITY) if r.action == "BatterySwap"]


def test_a_life_is_valid_by_the_schemas_and_without_defect(life: Life) -> None:
    life.check_schemas()
    assert life.verdict.defects == 0
    assert life.notebook.timeouts == 0


def test_every_slot_is_told_and_every_battery_charges_after_the_boot(life: Life) -> None:
    sent = [request for request in life.requests(IDENTITY) if request.up]
    assert sent[0].action == "BootNotification"
    statuses = [r.payload for r in sent if r.action == "StatusNotification"][: ELAEIS.connectors]
    assert [status["evseId"] for status in statuses] == list(range(1, ELAEIS.connectors + 1))
    occupied = {s["evseId"] for s in statuses if s["connectorStatus"] == "Occupied"}
    assert len(occupied) == ELAEIS.connectors - EMPTY_SLOTS
    starts = [events[0]["evse"]["id"] for events in transactions(life.requests(IDENTITY)).values()]
    assert set(starts[: len(occupied)]) == occupied


def test_a_swap_is_a_battery_in_and_another_one_out(life: Life) -> None:
    swaps = _swaps(life)
    assert len(swaps) > 20
    for put_in, taken_out in zip(swaps[::2], swaps[1::2], strict=True):
        assert (put_in["eventType"], taken_out["eventType"]) == ("BatteryIn", "BatteryOut")
        for same in ("requestId", "idToken"):
            assert put_in[same] == taken_out[same]
        assert put_in["batteryData"][0]["evseId"] != taken_out["batteryData"][0]["evseId"]


def test_a_battery_comes_out_of_the_slot_that_it_was_put_into(life: Life) -> None:
    slots: dict[int, str] = {}
    for swap in _swaps(life):
        (battery,) = swap["batteryData"]
        if swap["eventType"] == "BatteryIn":
            assert battery["evseId"] not in slots
            slots[battery["evseId"]] = battery["serialNumber"]
        elif battery["evseId"] in slots:
            assert slots.pop(battery["evseId"]) == battery["serialNumber"]


def test_each_battery_in_a_slot_is_one_transaction(life: Life) -> None:
    series = transactions(life.requests(IDENTITY))
    for events in series.values():
        check_series(events)
    ended = [events for events in series.values() if events[-1]["eventType"] == "Ended"]
    assert len(ended) == len(_swaps(life)) // 2


def test_a_transaction_ends_before_its_battery_is_out(life: Life) -> None:
    sent = [request for request in life.requests(IDENTITY) if request.up]
    ended: set[int] = set()
    for request in sent:
        if request.action == "TransactionEvent" and request.payload["eventType"] == "Ended":
            ended.add(request.payload["evse"]["id"])
        if request.action == "BatterySwap" and request.payload["eventType"] == "BatteryOut":
            ended.remove(request.payload["batteryData"][0]["evseId"])


def test_the_csms_can_ask_for_a_swap(life: Life) -> None:
    asked = [r.payload for r in life.requests(IDENTITY) if r.action == "RequestBatterySwap"]
    swapped = {(swap["requestId"], swap["idToken"]["idToken"]) for swap in _swaps(life)}
    assert {(one["requestId"], one["idToken"]["idToken"]) for one in asked} & swapped


def test_the_stream_has_its_values_in_time_order(life: Life) -> None:
    requests = list(life.requests(IDENTITY))
    streams = [r.payload for r in requests if r.action == "NotifyPeriodicEventStream"]
    assert len(streams) > 10
    assert [r.action for r in requests].count("OpenPeriodicEventStream") == 1
    for stream in streams:
        times = [value["t"] for value in stream["data"]]
        assert len(times) == STREAM_VALUES
        assert all(here < there for here, there in pairwise(times))


class FullCabinet(SwapCabinet):
    """A cabinet that resets have cut short in the middle of swaps, until no slot was free."""

    def __init__(
        self, account: Account, make: Make, pace: Pace, notebook: Notebook, rng: Random
    ) -> None:
        super().__init__(account, make, pace, notebook, rng)
        for evse in self.evses:
            evse.status = "Occupied"


def test_without_a_free_slot_a_rider_only_takes_a_battery() -> None:
    place = Place(IDENTITY, "secret", FullCabinet, ELAEIS)
    life = Life([place], seconds=300, seed=6, command_seconds=20)
    events = [swap["eventType"] for swap in _swaps(life)]
    assert events[:3] == ["BatteryOut", "BatteryIn", "BatteryOut"]
    assert life.verdict.defects == 0
