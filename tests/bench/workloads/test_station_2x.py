"""Stations of OCPP 2.x answer questions about their device model and tell events."""

import pytest

from laconic_bench.workloads.cabinets.cabinet import Cabinet
from laconic_bench.workloads.chargers_2x.charger import Charger2x
from laconic_bench.workloads.device_model.variables import Variable
from laconic_bench.workloads.station_2x import Station2x
from laconic_bench.workloads.world import World
from tests.support.ocpp_schemas import check
from tests.support.workload_life import MAKES_2X, calls, exchanges, live, payloads, world


def station_in(place: World, kind: int) -> Station2x:
    if kind == len(MAKES_2X):
        return Cabinet("CP1", 0, 0.001, place)
    return Charger2x("CP1", 0, MAKES_2X[kind], 0.001, place)


any_station = pytest.mark.parametrize("kind", range(len(MAKES_2X) + 1))


@any_station
def test_a_report_has_the_whole_device_model(kind: int) -> None:
    place = world()
    station = station_in(place, kind)
    station.report("FullInventory")
    records = live(place, 0.1)
    first, *rest = exchanges(records)
    assert first[1].action == "GetBaseReport" and first[2].payload.startswith('{"status":')
    assert {call.action for _, call, _ in rest} == {"NotifyReport"}
    (request,) = {part["requestId"] for part in payloads(records, "NotifyReport")}
    assert payloads(records, "GetBaseReport") == [
        {"requestId": request, "reportBase": "FullInventory"}
    ]
    data = [d for part in payloads(records, "NotifyReport") for d in part["reportData"]]
    assert len(data) == len(station.variables()) > 40
    assert len(rest) > 3
    for _, call, answer in (first, *rest):
        check(2, call.action, call.payload, station.version)
        check(3, call.action, answer.payload, station.version)


@any_station
def test_variables_are_shown_and_taken(kind: int) -> None:
    place = world()
    station = station_in(place, kind)
    station.show_variables(station.variables()[:3])
    station.take_variables(station.variables()[3:5])
    for _, call, answer in exchanges(live(place, 0.1)):
        check(2, call.action, call.payload, station.version)
        check(3, call.action, answer.payload, station.version)


@any_station
def test_events_are_numbered_and_valid(kind: int) -> None:
    place = world()
    station = station_in(place, kind)
    station.tell_event("Alerting", Variable("RCD", "Problem", "true", evse=1), techCode="CX002")
    station.tell_security_event("FirmwareUpdated", techInfo="all is new")
    assert station.number_events(5) == 1
    station.tell_event("Delta", Variable("RCD", "Problem", "false", evse=1), cleared=True)
    records = live(place, 0.1)
    for _, message in calls(records):
        check(2, message.action, message.payload, station.version)
    events = [payload["eventData"][0]["eventId"] for payload in payloads(records, "NotifyEvent")]
    assert events == [0, 6]


@any_station
def test_the_next_boot_tells_why(kind: int) -> None:
    place = world()
    station = station_in(place, kind)
    station.power_on()
    records = live(place, 0.1)
    station.restart("Reboot")
    records += live(place, 0.1)
    station.power_off("PowerLoss")
    station.power_on()
    records += live(place, 0.1)
    reasons = [payload["reason"] for payload in payloads(records, "BootNotification")]
    assert reasons == ["PowerUp", "Watchdog", "PowerUp"]
