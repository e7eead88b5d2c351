"""What an expander may tell a CSMS again: the newest of each connector, however old it is."""

import json

from laconic_bench.model.exchanges import Exchange
from laconic_bench.model.told import Told
from laconic_codec.messages import Call


def said(action: str, at_seconds: float = 0.0, **content: object) -> Exchange:
    call = Call("9", action, json.dumps(content))
    return Exchange(at_seconds, "CP", "1.6", True, call, call.to_text(), '[3,"9",{}]')


def test_a_connector_that_has_long_been_silent_is_told_of_again() -> None:
    told = Told()
    quiet = said("StatusNotification", connectorId=0, status="Available")
    boot = said("BootNotification", chargePointModel="M")
    for one in (boot, quiet):
        told.note(one)
    for number in range(1_000):
        told.note(said("StatusNotification", connectorId=1, status="Charging", n=number))
    assert told.find(quiet.message) is quiet
    assert told.find(boot.message) is boot


def test_what_is_long_over_is_not_told_again() -> None:
    told = Told()
    states = [said("StatusNotification", connectorId=1, status=f"state {n}") for n in range(10)]
    for one in states:
        told.note(one)
    assert told.find(states[-1].message) is states[-1]
    assert told.find(states[0].message) is None


def test_other_messages_are_never_told_again() -> None:
    told = Told()
    values = said("MeterValues", connectorId=1)
    told.note(values)
    assert told.find(values.message) is None
