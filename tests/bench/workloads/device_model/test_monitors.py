"""Monitors are set with valid messages."""

import pytest

from laconic_bench.workloads.device_model.monitors import periodic_monitor
from laconic_bench.workloads.device_model.variables import Variable
from laconic_bench.workloads.json_style import COMPACT
from tests.support.ocpp_schemas import check


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_a_periodic_monitor_is_valid(version: str) -> None:
    sensor = Variable("TemperatureSensor", "Temperature", "", evse=1)
    payload, answer = periodic_monitor(sensor, 5, 900)
    check(2, "SetVariableMonitoring", COMPACT.text(payload), version)
    check(3, "SetVariableMonitoring", COMPACT.text(answer), version)
    assert payload["setMonitoringData"][0]["value"] == 900
    assert answer["setMonitoringResult"][0]["id"] == 5
