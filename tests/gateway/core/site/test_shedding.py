"""What leaves a full journal: decision D8, and nothing but that."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.records import Record
from laconic_gateway.core.site.shedding import RANKS, Place, Rank, Thinner, place_of
from tests.support.records import message, records


def call(action: str, payload: str, *, answered: bool = True) -> Record:
    return replace(message(1, text=f'[2,"1","{action}",{payload}]'), answered=answered)


UPDATE = (
    '{"eventType":"Updated","triggerReason":"MeterValuePeriodic",'
    '"transactionInfo":{"transactionId":"t1"}}'
)
QUIET = '{"eventData":[{"eventId":1,"trigger":"Periodic"}]}'


@pytest.mark.parametrize(
    ("action", "payload", "rank"),
    [
        ("StatusNotification", '{"connectorId":1,"status":"Available"}', Rank.STATUS),
        ("MeterValues", '{"connectorId":1,"meterValue":[]}', Rank.TELEMETRY),
        ("NotifyEvent", QUIET, Rank.EVENT),
        ("NotifyEvent", QUIET.replace("}]", ',"severity":8}]'), Rank.EVENT),
        ("MeterValues", '{"connectorId":1,"transactionId":7}', Rank.SESSION),
        ("TransactionEvent", UPDATE, Rank.SESSION),
    ],
)
def test_what_may_go(action: str, payload: str, rank: Rank) -> None:
    place = place_of(call(action, payload))
    assert place is not None
    assert place.rank is rank
    assert place_of(call(action, payload, answered=False)) is None, "somebody waits for the CSMS"


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("StartTransaction", "{}"),
        ("StopTransaction", '{"transactionId":7}'),
        ("TransactionEvent", UPDATE.replace("Updated", "Started")),
        ("TransactionEvent", UPDATE.replace("Updated", "Ended")),
        ("TransactionEvent", UPDATE.replace("MeterValuePeriodic", "ChargingStateChanged")),
        ("TransactionEvent", UPDATE.replace("{", '{"idToken":{},', 1)),
        ("TransactionEvent", UPDATE.replace("{", '{"signedMeterValue":{},', 1)),
        ("MeterValues", '{"connectorId":1,"meterValue":[{"format":"SignedData"}]}'),
        ("StatusNotification", '{"connectorId":1,"errorCode":"GroundFailure"}'),
        ("StatusNotification", '{"connectorId":1,"status":"Faulted"}'),
        ("StatusNotification", "[1]"),
        ("NotifyEvent", QUIET.replace("Periodic", "Alerting")),
        ("NotifyEvent", QUIET.replace("}]", ',"severity":2}]')),
        ("SecurityEventNotification", '{"type":"x"}'),
        ("FirmwareStatusNotification", '{"status":"Installed"}'),
        ("MeterValues-Signed", "{}"),
        ("DataTransfer", "{}"),
    ],
)
def test_what_never_goes(action: str, payload: str) -> None:
    """Never: starts and ends, signed values (D18), faults, security events."""
    assert place_of(call(action, payload)) is None


def test_answers_to_commands_and_voids_never_go() -> None:
    assert place_of(message(1, text='[3,"1",{}]')) is None


@given(records())
def test_anything_is_classified_without_an_error(record: Record) -> None:
    assert place_of(record) is None or record.text


def shed(rank: Rank, keys: list[str]) -> list[int]:
    thinner = Thinner(rank)
    return [n for i, key in enumerate(keys) for n in thinner.offer(i, Place(rank, (key,)))]


def test_of_states_the_first_and_the_last_stay() -> None:
    assert shed(Rank.STATUS, ["a"] * 5) == [1, 2, 3]
    assert shed(Rank.STATUS, ["a", "b", "a", "b"]) == []


def test_of_a_session_the_first_third_and_fifth_between_the_ends_go() -> None:
    """OCPP 2.0.1, E04.FR.08."""
    assert shed(Rank.SESSION, ["a"] * 9) == [1, 3, 5, 7]
    assert shed(Rank.SESSION, ["a"] * 2) == []


@given(st.sampled_from(RANKS), st.lists(st.sampled_from("abc"), max_size=40))
def test_the_ends_of_every_run_stay(rank: Rank, keys: list[str]) -> None:
    gone = shed(rank, keys)
    assert gone == sorted(set(gone)) or len({keys[n] for n in gone}) > 1
    if rank in (Rank.TELEMETRY, Rank.EVENT):
        assert gone == list(range(len(keys)))
        return
    for key in set(keys):
        mine = [n for n, one in enumerate(keys) if one == key]
        assert {mine[0], mine[-1]}.isdisjoint(gone)
        if rank is Rank.SESSION:
            assert all(not {a, b} <= set(gone) for a, b in itertools.pairwise(mine))
