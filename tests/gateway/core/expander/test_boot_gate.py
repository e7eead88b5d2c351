"""Before the CSMS accepts a charger nothing passes (traps 1, 2 and 5, D5)."""

import pytest

from laconic_codec.messages import CallError, CallResult
from laconic_gateway.core.expander.boot_gate import (
    INTERVAL_MAX_SECONDS,
    OWN_INTERVAL_SECONDS,
    BootGate,
)
from laconic_gateway.core.records import Record, RecordKind

ACCEPTED = CallResult("id", '{"status":"Accepted","interval":300}')


def record(sequence: int) -> Record:
    return Record(sequence, RecordKind.MESSAGE, "CP1", "/CP1", "1.6")


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
@pytest.mark.parametrize(
    ("interval", "wait"),
    [
        ("300", 300.0),
        ("0", OWN_INTERVAL_SECONDS),
        ("1", OWN_INTERVAL_SECONDS),
        ("-3", OWN_INTERVAL_SECONDS),
        ('"x"', OWN_INTERVAL_SECONDS),
        ("1e9", INTERVAL_MAX_SECONDS),
    ],
)
def test_a_boot_is_sent_again_after_the_interval(status: str, interval: str, wait: float) -> None:
    """Trap 5: with interval 0 the choice is ours."""
    gate = BootGate()
    answer = CallResult("id", f'{{"status":"{status}","interval":{interval}}}')
    assert not gate.own_answer(answer, 10.0)
    assert gate.holds(record(1)) and gate.boot_at == 10.0 + wait
    assert gate.own_answer(ACCEPTED, 400.0)
    assert not gate.holds(record(1))


def test_an_error_is_no_acceptance() -> None:
    gate = BootGate()
    assert not gate.own_answer(CallError("id", '["InternalError"]'), 0.0)
    assert gate.holds(record(1)) and gate.boot_at == OWN_INTERVAL_SECONDS


def test_after_a_boot_that_the_charger_waits_for_only_what_is_older_is_held() -> None:
    """What the CSMS triggers in Pending may pass (trap 1); the charger keeps to the rules."""
    gate = BootGate()
    gate.relayed_answer(record(5), CallResult("id", '{"status":"Pending","interval":60}'))
    assert gate.is_open
    assert gate.holds(record(4)) and not gate.holds(record(6))
    gate.relayed_answer(record(7), CallError("id", '["InternalError"]'))
    assert gate.holds(record(4))
    gate.relayed_answer(record(8), ACCEPTED)
    assert not gate.holds(record(4))
