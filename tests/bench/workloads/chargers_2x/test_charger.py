"""A charger on OCPP 2.x boots, is configured, reports itself once, and is read every night."""

import pytest

from laconic_bench.workloads.chargers_2x.charger import MONITOR, Charger2x
from laconic_bench.workloads.chargers_2x.make import Make2x
from laconic_bench.workloads.draws import Draws
from laconic_bench.workloads.tables import Table
from tests.support.ocpp_schemas import check
from tests.support.workload_life import MAKES_2X, calls, exchanges, live, payloads, world

SELDOM = 0.001

any_make = pytest.mark.parametrize("make", MAKES_2X)


@any_make
def test_a_boot_is_followed_by_the_state_of_all_evses_and_a_report(make: Make2x) -> None:
    place = world()
    Charger2x("CP1", 0, make, SELDOM, place).power_on()
    records = live(place, 0.05)
    up = [message.action for record, message in calls(records) if record.direction == "up"]
    assert up[:2] == ["BootNotification", "SecurityEventNotification"]
    assert up[2 : 2 + make.evses] == ["StatusNotification"] * make.evses
    assert set(up[2 + make.evses :]) == {"NotifyReport"}
    told = [payload["evseId"] for payload in payloads(records, "StatusNotification")]
    assert told == list(range(1, make.evses + 1))
    (event,) = payloads(records, "SecurityEventNotification")
    assert event["type"] == make.boot_event


@any_make
def test_it_reports_itself_again_only_with_new_firmware(make: Make2x) -> None:
    place = world()
    charger = Charger2x("CP1", 0, make, SELDOM, place)
    charger.power_on()
    live(place, 0.1)
    charger.restart("Reboot")
    assert calls(live(place, 0.1), "GetBaseReport") == []
    charger.firmware = "9.9"
    charger.restart("Reboot")
    records = live(place, 0.1)
    assert len(calls(records, "GetBaseReport")) == 1
    (boot,) = payloads(records, "BootNotification")
    assert boot["chargingStation"]["firmwareVersion"] == "9.9"


@any_make
def test_the_csms_sets_and_reads_the_configuration(make: Make2x) -> None:
    place = world()
    Charger2x("CP1", 3, make, SELDOM, place).power_on()
    found = list(exchanges(live(place, 72.0)))
    actions = [call.action for record, call, _ in found if record.direction == "down"]
    monitor = ["SetVariableMonitoring"] if make.monitor_seconds else []
    assert actions == ["SetVariables", *monitor, "GetBaseReport", *["GetVariables"] * 3]
    for _, call, answer in found[:40]:
        check(2, call.action, call.payload, make.version)
        check(3, call.action, answer.payload, make.version)


@any_make
def test_a_monitor_tells_the_temperature(make: Make2x) -> None:
    place = world()
    Charger2x("CP1", 0, make, SELDOM, place).power_on()
    records = live(place, 6.0)
    events = [payload["eventData"][0] for payload in payloads(records, "NotifyEvent")]
    if make.monitor_seconds:
        assert len(events) == 6 * 3600 // make.monitor_seconds - 1
        assert {event["variableMonitoringId"] for event in events} == {MONITOR}
        assert all(10 < float(event["actualValue"]) < 40 for event in events)
    else:
        assert events == []


@any_make
def test_what_is_not_charged_shows_in_no_uplink_call(
    make: Make2x, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> list[str]:
        place = world()
        Charger2x("CP1", 0, make, 20.0, place).power_on()
        return [
            message.payload
            for record, message in calls(live(place, 24.0))
            if record.direction == "up"
        ]

    def at_once(_: Draws, table: Table) -> int:
        return table.first

    usual = said()
    monkeypatch.setattr(Draws, "hidden", at_once)
    assert said() == usual
