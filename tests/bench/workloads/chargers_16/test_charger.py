"""A charger boots, is configured, beats, and shows its configuration every night."""

from itertools import pairwise

import pytest

from laconic_bench.workloads.chargers_16.charger import Charger
from laconic_bench.workloads.chargers_16.make import Make
from tests.support.ocpp_schemas import check
from tests.support.workload_life import MAKES, calls, exchanges, live, payloads, world

SELDOM = 0.001


@pytest.mark.parametrize("make", MAKES)
def test_a_boot_is_followed_by_the_state_of_all_connectors(make: Make) -> None:
    place = world()
    Charger("CP1", 0, make, SELDOM, place).power_on()
    records = live(place, 0.05)
    up = [message.action for record, message in calls(records) if record.direction == "up"]
    assert up == ["BootNotification", *["StatusNotification"] * (1 + make.connectors)]
    told = [payload["connectorId"] for payload in payloads(records, "StatusNotification")]
    assert told == list(range(make.connectors + 1))


@pytest.mark.parametrize("make", MAKES)
def test_the_csms_sets_and_reads_the_configuration(make: Make) -> None:
    place = world()
    Charger("CP1", 3, make, SELDOM, place).power_on()
    found = list(exchanges(live(place, 72.0)))
    actions = [call.action for record, call, _ in found if record.direction == "down"]
    assert actions == [*["ChangeConfiguration"] * 2, *["GetConfiguration"] * 3]
    for _, call, answer in found:
        check(2, call.action, call.payload, "1.6")
        check(3, call.action, answer.payload, "1.6")


@pytest.mark.parametrize("make", MAKES)
def test_heartbeats_come_all_the_time_or_only_in_silence(make: Make) -> None:
    place = world()
    Charger("CP1", 0, make, 100.0, place).power_on()
    records = live(place, 24.0)
    usual = 86_400 // place.site.heartbeat_seconds
    beats = len(calls(records, "Heartbeat"))
    if make.heartbeat_when_quiet:
        times = [
            record.time_seconds or 0.0 for record, _ in calls(records) if record.direction == "up"
        ]
        assert beats < usual / 2
        assert max(b - a for a, b in pairwise(times)) < place.site.heartbeat_seconds + 40
    else:
        assert beats in (usual - 1, usual)
