"""Slots of a cabinet flap and come back to the state that they have."""

from laconic_bench.workloads.cabinets.cabinet import Cabinet
from laconic_bench.workloads.trouble.flapping_slots import FlappingSlots
from tests.support.workload_life import live, payloads, world


def test_a_slot_flaps_and_is_well_again() -> None:
    place = world()
    cabinet = Cabinet("SWAP", 0, 40.0, place)
    cabinet.after_boot.append(FlappingSlots(cabinet, 12.0).begin)
    cabinet.power_on()
    events = [
        event
        for payload in payloads(live(place, 24.0), "NotifyEvent")
        for event in payload["eventData"]
    ]
    assert [event["eventId"] for event in events] == list(range(len(events)))
    last: dict[int, str] = {}
    faults = 0
    for event in events:
        slot, state = event["component"]["evse"]["id"], event["actualValue"]
        faults += state == "Faulted"
        last[slot] = state
    assert faults > 100
    assert list(last.values()).count("Faulted") <= 1
    for slot in cabinet.slots:
        assert last[slot.number] in (slot.state, "Faulted")
