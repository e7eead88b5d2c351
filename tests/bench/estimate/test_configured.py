"""Intervals that a log states."""

import pytest

from laconic_bench.estimate.configured import Configured
from laconic_bench.estimate.intervals import ALIGNED, HEARTBEAT, SAMPLE, Interval
from tests.support.small_logs import Talk


def stated(*talks: Talk) -> Configured:
    found = Configured()
    for talk in talks:
        for exchange in talk.exchanges():
            found.add(exchange)
    return found


def booted(identity: str, seconds: int) -> Talk:
    talk = Talk(identity)
    talk.up(0, "BootNotification", {}, {"status": "Accepted", "interval": seconds})
    return talk


def test_the_answer_to_a_boot_states_heartbeats() -> None:
    found = stated(booted("CP1", 60), booted("CP2", 300))
    assert found.of((HEARTBEAT, "1.6")) == Interval(60, 300)
    assert found.of((HEARTBEAT, "2.x")) is None
    assert found.heartbeat_seconds("CP2") == 300
    assert found.heartbeat_seconds("CP3") is None


def test_configuration_of_16_is_read_and_set() -> None:
    talk = booted("CP1", 60)
    keys = [{"key": SAMPLE, "value": "10"}, {"key": ALIGNED, "value": "0"}, {"key": "Other"}]
    talk.down(1, "GetConfiguration", {}, {"configurationKey": keys})
    set_to = {"key": HEARTBEAT, "value": "900"}
    talk.down(2, "ChangeConfiguration", set_to, {"status": "Accepted"})
    refused = {"key": SAMPLE, "value": "60"}
    talk.down(3, "ChangeConfiguration", refused, {"status": "Rejected"})
    found = stated(talk)
    assert found.of((HEARTBEAT, "1.6")) == Interval(900, 900)
    assert found.of((SAMPLE, "1.6")) == Interval(10, 10)
    assert found.of((ALIGNED, "1.6")) is None


def test_variables_of_2x_are_read_and_set() -> None:
    talk = Talk(version="2.0.1")
    one = {"component": {"name": "SampledDataCtrlr"}, "variable": {"name": "TxUpdatedInterval"}}
    accepted = {"attributeStatus": "Accepted"}
    result = {"getVariableResult": [one | accepted | {"attributeValue": "30"}]}
    talk.down(0, "GetVariables", {"getVariableData": [one]}, result)
    found = stated(talk)
    assert found.of((SAMPLE, "2.x")) == Interval(30, 30)
    data = {"setVariableData": [one | {"attributeValue": "60"}]}
    talk.down(1, "SetVariables", data, {"setVariableResult": [one | accepted]})
    assert stated(talk).of((SAMPLE, "2.x")) == Interval(60, 60)


@pytest.mark.parametrize("answer", [{"interval": "soon"}, {}, {"interval": 0}, [1]])
def test_what_is_no_interval_states_none(answer: object) -> None:
    talk = Talk()
    talk.up(0, "BootNotification", {}, answer)
    assert stated(talk).of((HEARTBEAT, "1.6")) is None
