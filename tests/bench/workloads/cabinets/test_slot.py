"""Stories of a slot: a battery comes, charges, is full, leaves; the power fails."""

from itertools import pairwise
from typing import Any

from laconic_bench.trace import TraceRecord
from laconic_bench.workloads.cabinets.cabinet import Cabinet
from laconic_bench.workloads.cabinets.cabinet_texts import CabinetTexts
from laconic_bench.workloads.cabinets.slot import Slot
from laconic_bench.workloads.site import Site
from laconic_bench.workloads.world import World
from tests.support.workload_life import live, payloads, world

SITE = Site()


def slot_in(place: World) -> Slot:
    station = Cabinet("SWAP", 0, 0.001, place)
    return Slot(station, CabinetTexts(place.calendar), 3)


def events(records: list[TraceRecord]) -> list[Any]:
    return payloads(records, "TransactionEvent")


def test_a_battery_charges_until_it_is_full_and_stays() -> None:
    place = world()
    slot = slot_in(place)
    assert (slot.state, slot.soc_percent) == ("Available", 0.0)
    slot.charge(place.batteries.any_elsewhere(), 30.0)
    assert slot.state == "Occupied"
    told = events(live(place, 6.0))
    assert [event["seqNo"] for event in told] == list(range(len(told)))
    assert len({event["transactionInfo"]["transactionId"] for event in told}) == 1
    assert told[0]["eventType"] == "Started"
    states = [event["transactionInfo"]["chargingState"] for event in told]
    assert set(pairwise(states)) == {
        ("Charging", "Charging"),
        ("Charging", "SuspendedEVSE"),
        ("SuspendedEVSE", "SuspendedEVSE"),
    }
    changed = [event["triggerReason"] for event in told].count("ChargingStateChanged")
    assert changed == 1
    socs = [event["meterValue"][0]["sampledValue"][0]["value"] for event in told]
    assert socs == sorted(socs) and socs[0] == 30.0 and socs[-1] == 100.0
    assert len(told) == 2 + 6 * 3600 // SITE.slot_sample_seconds - 1


def test_a_battery_that_leaves_ends_its_transaction() -> None:
    place = world()
    slot = slot_in(place)
    battery = place.batteries.any_elsewhere()
    slot.charge(battery, 30.0)
    records = live(place, 1.0)
    assert battery.is_here
    stay = slot.release()
    assert stay.battery is battery and not battery.is_here
    assert 30.0 < stay.charge.soc_percent < 100.0
    (last,) = events(live(place, 3.0))
    assert (last["eventType"], last["triggerReason"]) == ("Ended", "EVDeparted")
    assert last["seqNo"] == len(events(records))
    assert (slot.state, slot.soc_percent) == ("Available", 0.0)


def test_after_a_power_cut_the_old_transaction_ends_and_a_new_one_starts() -> None:
    place = world()
    slot = slot_in(place)
    slot.charge(place.batteries.any_elsewhere(), 30.0)
    (started,) = events(live(place, 0.2))
    slot.power_off("PowerLoss")
    slot.power_off("PowerLoss")  # Once more, before anybody heard of the first.
    slot.tell_loss()
    slot.tell_loss()
    slot.restart()
    ended, again = events(live(place, 0.2))
    old, new = (event["transactionInfo"]["transactionId"] for event in (ended, again))
    assert (ended["eventType"], ended["offline"]) == ("Ended", True)
    assert ended["transactionInfo"]["stoppedReason"] == "PowerLoss"
    assert old == started["transactionInfo"]["transactionId"] != new
    assert again["eventType"] == "Started" and slot.soc_percent > 30.0


def test_an_empty_slot_has_nothing_to_tell() -> None:
    place = world()
    slot = slot_in(place)
    slot.power_off("PowerLoss")
    slot.tell_loss()
    slot.restart()
    assert live(place, 1.0) == []


def test_temperatures_are_streamed() -> None:
    place = world()
    slot_in(place).stream()
    streams = payloads(live(place, 6.0), "NotifyPeriodicEventStream")
    assert len(streams) == 6 * 3600 // (SITE.stream_seconds * SITE.stream_values) - 1
    for stream in streams:
        assert [value["t"] for value in stream["data"]] == [0, 300, 600, 900, 1200, 1500]
        assert all(5 < float(value["v"]) < 60 for value in stream["data"])
