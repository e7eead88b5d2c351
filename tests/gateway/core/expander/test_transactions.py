"""Provisional ids: what the CSMS sees, what the charger sees, what is forgotten when."""

import json
import os
from collections import Counter

import pytest

from laconic_codec.messages import Call
from laconic_gateway.core.expander.kept import Kept, KeptKind
from laconic_gateway.core.expander.transactions import (
    KEEP_SECONDS,
    STARTS_MAX,
    UNKNOWN,
    Transactions,
)
from laconic_gateway.core.provisional import provisional_id
from laconic_gateway.core.records import Record, RecordKind
from tests.support.transaction_history import History

PATH = "/ocpp/CP1"
START = '{"connectorId":1,"idTag":"A","meterStart":5,"timestamp":"2026-01-01T00:00:00Z"}'
ACCEPTED = '{"idTagInfo":{"status":"Accepted"},"transactionId":7}'
CHUNKS = 10
HISTORIES = int(os.environ.get("LACONIC_HISTORIES", "2000")) // CHUNKS
"""In each chunk."""


def start(sequence: int, *, answered: bool = True, payload: str = START) -> Record:
    text = Call(f"id-{sequence}", "StartTransaction", payload).to_text()
    return Record(sequence, RecordKind.MESSAGE, "CP1", PATH, "1.6", text, answered=answered)


def begun(*, answered: bool = True, answer: str | None = ACCEPTED) -> tuple[Transactions, int]:
    """Return transactions with one start, and its provisional id."""
    transactions = Transactions()
    call = Call("id", "StartTransaction", START)
    transactions.started(start(3, answered=answered), call, answer, 0.0)
    return transactions, provisional_id(PATH, START)


def up(transactions: Transactions, action: str, known: int) -> str:
    return transactions.upwards(Call("id", action, f'{{"transactionId" :{known}}}')).payload


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_history_shows_a_provisional_id_to_the_csms_or_an_unknown_one_to_the_charger(
    chunk: int,
) -> None:
    """Traps 7 to 12, D3: a failure names its seed, `History(SEED).run(50)` plays it again."""
    seen = Counter[str]()
    for seed in range(chunk * HISTORIES, (chunk + 1) * HISTORIES):
        history = History(seed)
        assert not history.run(50), f"seed {seed}: {history.problems[:3]}"
        seen.update(note.topic for note in history.notes)
        seen["stopped"] += len(history.stops_told)
        seen["rewritten"] += sum(call.action != "StartTransaction" for call in history.received)
    needed = ("repeated_start", "late_refusal", "quarantined", "stopped", "rewritten")
    assert all(seen[what] > HISTORIES // 50 for what in needed), seen


@pytest.mark.parametrize("action", ["StopTransaction", "MeterValues"])
def test_upwards_the_id_of_the_csms_takes_the_place_of_the_provisional_one(action: str) -> None:
    """Trap 9."""
    transactions, provisional = begun()
    assert up(transactions, action, provisional) == '{"transactionId" :7}'
    assert up(transactions, action, 8) == '{"transactionId" :8}'
    assert up(transactions, "DataTransfer", provisional) == f'{{"transactionId" :{provisional}}}'


def test_downwards_the_provisional_id_takes_the_place_of_that_of_the_csms() -> None:
    """Traps 9 and 10."""
    transactions, provisional = begun()
    for action, payload in (
        ("RemoteStopTransaction", '{"transactionId":%s}'),
        ("SetChargingProfile", '{"connectorId":1,"csChargingProfiles":{"transactionId":%s}}'),
        ("RemoteStartTransaction", '{"idTag":"A","chargingProfile":{"transactionId":%s}}'),
    ):
        told = transactions.downwards(Call("id", action, payload % 7))
        assert told.payload == payload % provisional
        other = Call("id", action, payload % 8)
        assert transactions.downwards(other) == other


def test_a_charger_that_got_the_answer_of_the_csms_hears_its_id() -> None:
    transactions, provisional = begun(answered=False)
    stop = Call("id", "RemoteStopTransaction", '{"transactionId":7}')
    assert transactions.downwards(stop) == stop
    assert transactions.used(provisional) is not None, "the site gave the id later"
    assert str(provisional) in transactions.downwards(stop).payload


def test_an_id_that_was_used_before_the_start_was_answered_counts() -> None:
    transactions = Transactions()
    provisional = provisional_id(PATH, START)
    transactions.used(provisional)
    record = start(3, answered=False)
    assert transactions.is_awaited(record, Call("id", "StartTransaction", START))
    assert transactions.started(record, Call("id", "StartTransaction", START), ACCEPTED, 0).is_used
    assert transactions.provisional(7) == provisional


def test_what_belongs_to_a_start_that_was_never_taken_goes_with_minus_one() -> None:
    """D9, trap 7."""
    transactions, provisional = begun(answer=None)
    assert up(transactions, "StopTransaction", provisional) == '{"transactionId" :-1}'
    assert transactions.provisional(UNKNOWN) is None


def test_the_same_start_again_gets_the_same_answer_while_its_transaction_goes_on() -> None:
    """Trap 11: connector, token, meter and time tell, not the message id."""
    transactions, provisional = begun()
    again = Call("other", "StartTransaction", START.replace(",", " , "))
    found = transactions.earlier(start(9), again)
    assert found is not None and found.answer == ACCEPTED
    assert transactions.earlier(start(9), Call("x", "StartTransaction", START[:-2] + '1"}')) is None
    transactions.delivered(Call("id", "StopTransaction", "{}"), provisional, 1.0)
    assert transactions.earlier(start(9), again) is None, "a charger whose clock stands still"


def test_a_start_that_was_never_taken_may_be_said_again() -> None:
    transactions, _ = begun(answer=None)
    assert transactions.earlier(start(9), Call("id", "StartTransaction", START)) is None


def test_everything_is_the_same_after_a_restart() -> None:
    transactions, provisional = begun()
    kept = transactions.delivered(Call("id", "StopTransaction", "{}"), provisional, 1.0)
    again = Transactions()
    again.restore(kept[0])
    assert up(again, "MeterValues", provisional) == '{"transactionId" :7}'
    assert again.provisional(7) == provisional
    assert again.trim(1.0 + KEEP_SECONDS) == []
    assert again.trim(2.0 + KEEP_SECONDS) == [Kept(KeptKind.START, "3", None)]
    assert again.provisional(7) is None


def test_a_session_that_ends_with_the_id_of_the_csms_is_forgotten_at_once() -> None:
    transactions, _ = begun(answered=False)
    stop = Call("id", "StopTransaction", '{"transactionId":7}')
    assert transactions.delivered(stop, 7, 1.0) == [Kept(KeptKind.START, "3", None)]


def test_the_number_of_starts_is_limited_and_the_oldest_that_has_stopped_goes_first() -> None:
    transactions = Transactions()
    for number in range(1, STARTS_MAX + 2):
        payload = f'{{"meterStart":{number}}}'
        call = Call("id", "StartTransaction", payload)
        transactions.started(start(number, payload=payload), call, ACCEPTED, 0.0)
    stopped = provisional_id(PATH, '{"meterStart":2}')
    transactions.delivered(Call("", "StopTransaction", "{}"), stopped, 0.0)
    assert transactions.trim(0.0) == [Kept(KeptKind.START, "2", None)]


def test_a_long_answer_is_kept_as_far_as_it_matters() -> None:
    long = ACCEPTED[:-1] + f',"x":"{"y" * 5_000}"}}'
    transactions, _ = begun(answer=long)
    found = transactions.earlier(start(9), Call("id", "StartTransaction", START))
    assert found is not None and json.loads(found.answer) == json.loads(ACCEPTED)
