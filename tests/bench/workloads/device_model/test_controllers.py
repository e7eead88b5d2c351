"""The controllers of a station tell what its operator has set."""

from laconic_bench.workloads.device_model.controllers import Intervals, controllers

INTERVALS = Intervals(heartbeat_seconds=600, sample_seconds=120, aligned_seconds=3600)


def test_the_intervals_are_told() -> None:
    told = {
        (variable.component, variable.name): variable.value
        for variable in controllers(INTERVALS, "EVConnected", 12)
    }
    assert told["OCPPCommCtrlr", "HeartbeatInterval"] == "600"
    assert told["SampledDataCtrlr", "TxUpdatedInterval"] == "120"
    assert told["AlignedDataCtrlr", "Interval"] == "3600"
    assert told["AlignedDataCtrlr", "Enabled"] == "true"
    assert told["TxCtrlr", "TxStartPoint"] == told["TxCtrlr", "TxStopPoint"] == "EVConnected"
    assert told["DeviceDataCtrlr", "ItemsPerMessage"] == "12"


def test_no_variable_is_there_twice() -> None:
    variables = controllers(INTERVALS, "EVConnected", 12)
    assert len({(one.component, one.name) for one in variables}) == len(variables) > 35
