"""The device model of a cabinet has its slots and what the CSMS reads every night."""

from laconic_bench.workloads.cabinets.model import all_variables, swap_variables
from laconic_bench.workloads.site import Site

STATES = ["Occupied", "Available", "Occupied"]
SITE = Site(heartbeat_seconds=500)


def test_each_slot_tells_its_state() -> None:
    variables = all_variables(SITE, 42, "4.0.1", STATES)
    told = [
        (variable.evse, variable.value)
        for variable in variables
        if variable.name == "AvailabilityState"
    ]
    assert told == [(1, "Occupied"), (2, "Available"), (3, "Occupied")]
    present = [variable.value for variable in variables if variable.name == "Present"]
    assert present == ["true", "false", "true"]


def test_it_names_the_cabinet_and_its_firmware() -> None:
    values = {v.name: v.value for v in all_variables(SITE, 42, "4.0.1", STATES)}
    assert values["SerialNumber"] == "ES12-00000042" and values["FirmwareVersion"] == "4.0.1"
    assert values["HeartbeatInterval"] == "500"


def test_what_is_read_every_night_is_in_the_model() -> None:
    model = {(v.component, v.name): v.value for v in all_variables(SITE, 42, "4.0.1", STATES)}
    for variable in swap_variables(SITE):
        if variable.name != "TxUpdatedMeasurands":
            assert model[variable.component, variable.name] == variable.value
