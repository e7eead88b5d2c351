"""Refused messages: who is tried again, when, and what is kept (D9, trap 13)."""

import json

from laconic_codec.messages import CallError
from laconic_gateway.core.expander.kept import KeptKind
from laconic_gateway.core.expander.poison import MINOR_MAX, WAIT_SECONDS, Poison
from laconic_gateway.core.expander.traffic import Kind, Traffic
from laconic_gateway.core.records import Record, RecordKind

START = Traffic(Kind.TRANSACTION, "StartTransaction")
STATUS = Traffic(Kind.STATUS, "StatusNotification")
ERROR = CallError("id", '["InternalError","",{}]')


def record(sequence: int) -> Record:
    return Record(sequence, RecordKind.MESSAGE, "CP1", "/CP1", "1.6", "text", answered=True)


def test_a_message_of_a_transaction_is_tried_three_times_with_growing_waits() -> None:
    poison = Poison()
    assert poison.waits_until(record(5)) is None
    assert poison.refused(record(5), START, ERROR, 100.0)
    assert poison.waits_until(record(5)) == 100.0 + WAIT_SECONDS[0]
    assert poison.refused(record(5), START, ERROR, 200.0)
    assert poison.waits_until(record(5)) == 200.0 + WAIT_SECONDS[1] > 200.0 + WAIT_SECONDS[0]
    assert poison.waits_until(record(6)) is None
    assert not poison.refused(record(5), START, ERROR, 300.0)
    assert poison.attempts == 3


def test_any_other_is_not_tried_again() -> None:
    poison = Poison()
    assert not poison.refused(record(5), STATUS, ERROR, 0.0)
    bare = Traffic(Kind.TRANSACTION, "MeterValues")
    assert not poison.refused(record(6), bare, ERROR, 0.0), "it belongs to no transaction"


def test_the_attempts_of_one_message_are_not_those_of_another() -> None:
    poison = Poison()
    poison.refused(record(5), START, ERROR, 0.0)
    assert poison.refused(record(6), START, ERROR, 0.0)
    assert poison.attempts == 1


def test_everything_the_operator_needs_is_kept() -> None:
    poison = Poison()
    poison.refused(record(5), START, ERROR, 0.0)
    (kept,) = poison.put_aside(record(5), START, 9.0)
    assert (kept.kind, kept.name) == (KeptKind.QUARANTINE, "5")
    content = json.loads(kept.text or "")
    assert content["message"] == "text" and content["since"] == 9.0
    assert content["answers"] == [ERROR.arguments] and not content["minor"]
    assert poison.attempts == 0


def test_minor_messages_are_limited_also_after_a_restart() -> None:
    poison, again = Poison(), Poison()
    for sequence in range(1, MINOR_MAX + 1):
        (kept,) = poison.put_aside(record(sequence), STATUS, 0.0)
        again.restore(kept)
    for one in (poison, again):
        one.put_aside(record(8_000), START, 0.0)
        forgotten = one.put_aside(record(9_000), STATUS, 0.0)[-1]
        assert (forgotten.name, forgotten.text) == ("1", None)
