"""A CSMS keeps stations on OCPP 2.x busy, with valid messages."""

import pytest

from laconic_bench.trace import TraceRecord
from laconic_bench.workloads.cabinets.cabinet import SLOTS, Cabinet
from laconic_bench.workloads.chargers_2x.charger import Charger2x
from laconic_bench.workloads.station_2x import Station2x
from laconic_bench.workloads.trouble.upkeep_2x import REPORT_HOURS, Upkeep2x
from laconic_bench.workloads.world import World
from tests.support.ocpp_schemas import check
from tests.support.workload_life import MAKES_2X, calls, exchanges, live, payloads, world

KINDS = range(len(MAKES_2X) + 1)


def station_in(place: World, kind: int) -> Station2x:
    if kind == len(MAKES_2X):
        return Cabinet("CP1", 0, 5.0, place)
    return Charger2x("CP1", 0, MAKES_2X[kind], 5.0, place)


def day_of(kind: int) -> tuple[Station2x, list[TraceRecord]]:
    place = world()
    station = station_in(place, kind)
    station.after_boot.append(Upkeep2x(station, 3).begin)
    station.power_on()
    return station, live(place, 24.0)


@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_valid(kind: int) -> None:
    station, records = day_of(kind)
    seen = set[str]()
    for _, call, answer in exchanges(records):
        if call.action not in seen or call.action.endswith("StatusNotification"):
            check(2, call.action, call.payload, station.version)
            check(3, call.action, answer.payload, station.version)
        seen.add(call.action)
    assert seen >= {"UpdateFirmware", "GetLog", "Reset", "GetVariables", "GetBaseReport"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_day_has_its_events(kind: int) -> None:
    _, records = day_of(kind)
    firmware = payloads(records, "FirmwareStatusNotification")
    steps = ["Downloading", "Downloaded", "Installing", "Installed"]
    assert [payload["status"] for payload in firmware] == steps
    (update,) = payloads(records, "UpdateFirmware")
    assert {payload["requestId"] for payload in firmware} == {update["requestId"]}
    uploads = payloads(records, "LogStatusNotification")
    assert [payload["status"] for payload in uploads] == ["Uploading", "Uploaded"]
    reasons = [payload["reason"] for payload in payloads(records, "BootNotification")]
    assert reasons == ["PowerUp", "FirmwareUpdate", "RemoteReset"]
    events = [payload["type"] for payload in payloads(records, "SecurityEventNotification")]
    assert events.count("FirmwareUpdated") == 1
    # A charger reports itself at its first boot and with new firmware too.
    own = 0 if kind == len(MAKES_2X) else 2
    assert len(calls(records, "GetBaseReport")) == len(REPORT_HOURS) + own


def test_polls_ask_for_the_states_of_all_slots() -> None:
    _, records = day_of(len(MAKES_2X))
    polls = [
        [(one["component"]["name"], one["variable"]["name"]) for one in poll["getVariableData"]]
        for poll in payloads(records, "GetVariables")
    ]
    wide = [poll for poll in polls if ("Connector", "AvailabilityState") in poll]
    assert len(wide) > 270
    assert all(poll.count(("Connector", "AvailabilityState")) == SLOTS for poll in wide)
