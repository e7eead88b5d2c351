"""Statuses that flap go; faults, and what lasts, stay."""

from laconic_bench.estimate.statuses import without_flapping
from tests.support.small_logs import Talk


def kept(talk: Talk) -> list[float]:
    return [one.at_seconds for one in without_flapping(talk.exchanges())]


def test_a_status_that_does_not_last_goes() -> None:
    talk = Talk()
    for at, status in ((0, "Available"), (60, "Preparing"), (63, "Available"), (66, "Charging")):
        talk.status(at, status)
    assert kept(talk) == [0, 66]


def test_faults_and_what_is_around_them_stay() -> None:
    talk = Talk()
    talk.status(0, "Charging")
    talk.status(2, "Faulted", "GroundFailure")
    talk.status(4, "Available")
    talk.status(6, "Preparing")
    assert kept(talk) == [0, 2, 6]


def test_connectors_chargers_and_other_messages_are_apart() -> None:
    talk = Talk()
    talk.status(0, "Available")
    talk.up(1, "StatusNotification", {"connectorId": 2, "errorCode": "NoError", "status": "A"})
    talk.heartbeats(2, 2, 1)
    talk.up(3, "StatusNotification", [])
    assert kept(talk) == [0, 1, 2, 3]


def test_ocpp_2_has_no_such_setting() -> None:
    talk = Talk(version="2.0.1")
    talk.status(0, "Available")
    talk.status(1, "Occupied")
    assert kept(talk) == [0, 1]
