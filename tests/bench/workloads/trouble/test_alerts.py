"""Alerts are raised and cleared, and die with the power."""

import pytest

from laconic_bench.workloads.chargers_2x.charger import Charger2x
from laconic_bench.workloads.chargers_2x.make import Make2x
from laconic_bench.workloads.trouble.alerts import Alerts
from tests.support.ocpp_schemas import check
from tests.support.workload_life import MAKES_2X, calls, live, payloads, world


@pytest.mark.parametrize("make", MAKES_2X)
def test_what_is_raised_is_cleared(make: Make2x) -> None:
    place = world()
    charger = Charger2x("CP1", 0, make, 0.001, place)
    Alerts(charger, make.evses, 40.0).begin()
    records = live(place, 48.0)
    events = [payload["eventData"][0] for payload in payloads(records, "NotifyEvent")]
    raised = [event for event in events if event["actualValue"] == "true"]
    cleared = [event for event in events if event["actualValue"] == "false"]
    assert 50 < len(raised) < 110 and 0 <= len(raised) - len(cleared) <= 3
    assert all(event["cleared"] for event in cleared)
    assert all(event["techCode"].startswith("CX0") for event in events)
    numbers = {event["component"]["evse"]["id"] for event in events}
    assert numbers == set(range(1, make.evses + 1))
    for _, message in calls(records)[:20]:
        check(2, message.action, message.payload, make.version)


def test_a_power_cut_ends_them() -> None:
    place = world()
    charger = Charger2x("CP1", 0, MAKES_2X[0], 0.001, place)
    Alerts(charger, 1, 500.0).begin()
    live(place, 1.0)
    charger.power_off("PowerLoss")
    assert live(place, 6.0) == []
