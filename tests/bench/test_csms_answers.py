"""The small CSMS answers every CALL as the schemas say, and remembers what is open."""

import json
from itertools import pairwise
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.csms_answers import Answers, ChargerState
from laconic_codec.messages import Call
from tests.support import ocpp_schemas

Payload = dict[str, Any]
TOKEN: Final[Payload] = {"idToken": "04A1B2C3D4E5F6", "type": "ISO14443"}

CALLS_16: Final[dict[str, Payload]] = {
    "BootNotification": {"chargePointVendor": "V", "chargePointModel": "M"},
    "Heartbeat": {},
    "StatusNotification": {"connectorId": 1, "errorCode": "NoError", "status": "Available"},
    "Authorize": {"idTag": "T"},
    "StartTransaction": {"connectorId": 1, "idTag": "T", "meterStart": 0, "timestamp": "now"},
    "MeterValues": {"connectorId": 1, "meterValue": []},
    "StopTransaction": {"transactionId": 7, "meterStop": 9, "timestamp": "now"},
}
CALLS_2X: Final[dict[str, Payload]] = {
    "BootNotification": {"reason": "PowerUp", "chargingStation": {}},
    "Heartbeat": {},
    "StatusNotification": {"evseId": 1},
    "Authorize": {"idToken": TOKEN},
}
CALLS_21: Final[dict[str, Payload]] = CALLS_2X | {
    "BatterySwap": {"eventType": "BatteryIn", "requestId": 1, "idToken": TOKEN},
    "OpenPeriodicEventStream": {"constantStreamData": {"id": 1}},
}


def _answer(answers: Answers, state: ChargerState, action: str, payload: Payload) -> Payload:
    """An answer; the schema of its version has checked it."""
    text = answers.answer(state, Call("1", action, json.dumps(payload)))
    ocpp_schemas.check(3, action, text, state.version)
    answer: Payload = json.loads(text)
    return answer


def _event(event: str, transaction_id: str, token: Payload | None = None) -> Payload:
    payload: Payload = {"eventType": event, "transactionInfo": {"transactionId": transaction_id}}
    return payload | ({"idToken": token} if token else {})


@pytest.mark.parametrize(
    ("version", "action", "payload"),
    [
        (version, action, payload)
        for version, calls in (("1.6", CALLS_16), ("2.0.1", CALLS_2X), ("2.1", CALLS_21))
        for action, payload in calls.items()
    ],
)
def test_every_answer_is_valid_by_its_schema(version: str, action: str, payload: Payload) -> None:
    answer = _answer(Answers(Random(1)), ChargerState(version), action, payload)
    assert answer.get("status", "Accepted") == "Accepted"


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
@pytest.mark.parametrize("event", ["Started", "Updated", "Ended"])
@pytest.mark.parametrize("token", [TOKEN, None])
def test_only_an_event_with_a_token_has_an_answer_with_content(
    version: str, event: str, token: Payload | None
) -> None:
    answer = _answer(
        Answers(Random(1)), ChargerState(version), "TransactionEvent", _event(event, "A", token)
    )
    assert answer == ({"idTokenInfo": {"status": "Accepted"}} if token else {})


@given(st.integers(0, 2**32), st.integers(1, 60))
def test_transaction_ids_rise_over_all_chargers(seed: int, transactions: int) -> None:
    rng = Random(seed)
    answers, states = Answers(rng), [ChargerState("1.6"), ChargerState("1.6")]
    start = CALLS_16["StartTransaction"]
    ids = [
        int(_answer(answers, rng.choice(states), "StartTransaction", start)["transactionId"])
        for _ in range(transactions)
    ]
    assert all(here < there for here, there in pairwise(ids))
    assert sorted(int(one) for state in states for one in state.transactions) == ids


def test_a_transaction_is_open_from_start_to_stop() -> None:
    answers, state = Answers(Random(1)), ChargerState("1.6")
    number = _answer(answers, state, "StartTransaction", CALLS_16["StartTransaction"])[
        "transactionId"
    ]
    assert state.transactions == {str(number): "T"}
    _answer(answers, state, "StopTransaction", {"transactionId": number + 1})
    assert state.transactions == {str(number): "T"}, "that was another one"
    _answer(answers, state, "StopTransaction", {"transactionId": number})
    assert state.transactions == {}


def test_a_transaction_of_2x_is_open_from_its_token_to_its_end() -> None:
    answers, state = Answers(Random(1)), ChargerState("2.0.1")
    _answer(answers, state, "TransactionEvent", _event("Started", "A", TOKEN))
    _answer(answers, state, "TransactionEvent", _event("Updated", "A"))
    assert state.transactions == {"A": TOKEN["idToken"]}
    _answer(answers, state, "TransactionEvent", _event("Ended", "A", TOKEN))
    assert state.transactions == {}


def test_a_boot_is_accepted_and_ends_what_was_open() -> None:
    state = ChargerState("1.6", transactions={"7": "T"})
    answer = _answer(Answers(Random(1)), state, "BootNotification", CALLS_16["BootNotification"])
    assert answer["interval"] > 0
    assert state.accepted
    assert state.transactions == {}
