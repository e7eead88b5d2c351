"""A CSMS keeps a charger on OCPP 1.6 busy, with valid messages."""

import json

import pytest

from laconic_bench.trace import TraceRecord
from laconic_bench.workloads.chargers_16.charger import Charger
from laconic_bench.workloads.chargers_16.make import Make
from laconic_bench.workloads.trouble.upkeep_16 import POLL_SECONDS, Upkeep16
from tests.support.ocpp_schemas import check
from tests.support.workload_life import MAKES, calls, exchanges, live, payloads, world


def day_of(make: Make) -> list[TraceRecord]:
    place = world()
    charger = Charger("CP1", 0, make, 10.0, place)
    charger.after_boot.append(Upkeep16(charger, 3).begin)
    charger.power_on()
    return live(place, 24.0)


@pytest.mark.parametrize("make", MAKES)
def test_everything_is_valid_and_in_the_style_of_the_make(make: Make) -> None:
    seen = set[str]()
    for record, call, answer in exchanges(day_of(make)):
        if call.action not in seen and record.direction == "down":
            assert answer.payload == make.style.text(json.loads(answer.payload))
        if call.action not in seen or call.action.endswith("StatusNotification"):
            check(2, call.action, call.payload, "1.6")
            check(3, call.action, answer.payload, "1.6")
        seen.add(call.action)
    assert seen >= {"UpdateFirmware", "GetDiagnostics", "Reset", "GetConfiguration"}


@pytest.mark.parametrize("make", MAKES)
def test_the_day_has_its_events(make: Make) -> None:
    records = day_of(make)
    firmware = [payload["status"] for payload in payloads(records, "FirmwareStatusNotification")]
    assert firmware == ["Downloading", "Downloaded", "Installing", "Installed"]
    uploads = [payload["status"] for payload in payloads(records, "DiagnosticsStatusNotification")]
    assert uploads == ["Uploading", "Uploaded"]
    boots = payloads(records, "BootNotification")
    assert len(boots) == 3
    assert boots[0]["firmwareVersion"] != boots[1]["firmwareVersion"]
    polls = len(calls(records, "GetConfiguration"))
    assert polls == pytest.approx(86_400 / POLL_SECONDS, abs=5)
