"""The device model of a charger has its EVSEs, its intervals and its firmware."""

import pytest

from laconic_bench.workloads.chargers_2x.make import Make2x
from laconic_bench.workloads.chargers_2x.model import all_variables
from tests.support.workload_life import MAKES_2X


@pytest.mark.parametrize("make", MAKES_2X)
def test_it_tells_what_the_charger_is(make: Make2x) -> None:
    variables = all_variables(make, make.intervals(600), 42, "9.9", ["Available", "Occupied"])
    states = [
        (variable.evse, variable.value)
        for variable in variables
        if (variable.component, variable.name) == ("EVSE", "AvailabilityState")
    ]
    assert states == [(1, "Available"), (2, "Occupied")]
    values = {(variable.component, variable.name): variable.value for variable in variables}
    assert values["Controller", "FirmwareVersion"] == "9.9"
    assert values["OCPPCommCtrlr", "HeartbeatInterval"] == "600"
    assert values["ChargingStation", "VendorName"] == make.vendor
    start_point = values["TxCtrlr", "TxStartPoint"]
    assert start_point == ("EVConnected" if make.spans_plug else "PowerPathClosed")
