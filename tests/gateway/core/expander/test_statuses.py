"""Statuses: what is out of date (trap 17), and what is sent again (trap 23)."""

import pytest

from laconic_codec.messages import Call
from laconic_gateway.core.expander.record_queue import Entry
from laconic_gateway.core.expander.statuses import (
    CONNECTORS_MAX,
    HISTORICAL_SECONDS,
    Statuses,
    is_outdated,
)
from laconic_gateway.core.expander.traffic import traffic_of
from laconic_gateway.core.records import Record, RecordKind

NOW = 10_000.0
OLD = NOW - HISTORICAL_SECONDS - 1


def entry(
    sequence: int, payload: str, received: float = OLD, version: str = "1.6", answered: bool = True
) -> Entry:
    text = f'[2,"id-{sequence}","StatusNotification",{payload}]'
    record = Record(
        sequence,
        RecordKind.MESSAGE,
        "CP1",
        "/CP1",
        version,
        text,
        answered=answered,
        received_unix_seconds=received,
    )
    return Entry(record, traffic_of(record))


def status(connector: int, name: str = "Available", error: str = "NoError") -> str:
    return f'{{"connectorId":{connector},"errorCode":"{error}","status":"{name}"}}'


def status_2(evse: int, connector: int, name: str) -> str:
    return f'{{"evseId":{evse},"connectorId":{connector},"connectorStatus":"{name}"}}'


def test_an_old_status_gives_way_to_a_later_one_of_its_connector() -> None:
    first, later = entry(1, status(1)), entry(2, status(1, "Charging"))
    assert is_outdated(first, [later], NOW)
    assert not is_outdated(first, [], NOW)
    assert not is_outdated(first, [entry(2, status(2))], NOW)
    old = entry(1, status_2(1, 2, "Occupied"), version="2.0.1")
    assert is_outdated(old, [entry(2, status_2(1, 2, "Available"), version="2.0.1")], NOW)
    assert not is_outdated(old, [entry(2, status_2(2, 2, "Available"), version="2.0.1")], NOW)


@pytest.mark.parametrize(
    "kept",
    [
        entry(1, status(1, "Faulted")),
        entry(1, status(1, error="GroundFailure")),
        entry(1, '{"connectorId":1,"errorCode":"NoError","status":"A","vendorErrorCode":"CX001"}'),
        entry(1, '{"connectorId":1,"status":"Available"}'),
        entry(1, '{"errorCode":"NoError","status":"Available"}'),
        entry(1, status(1), received=NOW - 1),
        entry(1, status(1), answered=False),
    ],
)
def test_faults_and_all_that_is_in_doubt_are_sent(kept: Entry) -> None:
    """Errors are never coalesced away (D.4), and a charger that waits gets its answer."""
    assert not is_outdated(kept, [entry(2, status(1, "Charging"))], NOW)


def test_the_last_status_of_each_connector_is_sent_again_unless_a_newer_one_went() -> None:
    statuses = Statuses()
    again = Statuses()
    for number, connector in enumerate((0, 1, 2)):
        one = entry(number, status(connector))
        for kept in statuses.delivered(one, Call("id", "StatusNotification", status(connector))):
            again.restore(kept)
    for known in (statuses, again):
        assert known.take_due("1.6") is None
        known.refresh()
        newer = entry(7, status(1, "Charging"))
        known.delivered(newer, Call("id", "StatusNotification", status(1, "Charging")))
        assert known.take_due("2.0.1") is None
        assert {known.take_due("1.6"), known.take_due("1.6")} == {status(0), status(2)}
        assert known.take_due("1.6") is None


def test_the_number_of_connectors_is_limited() -> None:
    statuses = Statuses()
    call = Call("id", "StatusNotification", "{}")
    for connector in range(CONNECTORS_MAX):
        assert statuses.delivered(entry(1, status(connector)), call)
    assert not statuses.delivered(entry(1, status(CONNECTORS_MAX)), call)
    assert statuses.delivered(entry(1, status(0)), call)
