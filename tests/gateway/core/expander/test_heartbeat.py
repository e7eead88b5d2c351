"""The interval of a re-created heartbeat: what the CSMS says, and only what the charger takes."""

import json

import pytest
from hypothesis import given

from laconic_codec.messages import Call, CallError, CallResult, Message
from laconic_gateway.core.expander.heartbeat import DEFAULT_SECONDS, Heartbeat
from tests.support.strategies import json_texts

BOOT = '[2,"1","BootNotification",{}]'


def boot(status: str = "Accepted", interval: str = "60") -> CallResult:
    return CallResult("1", f'{{"status":"{status}","interval":{interval}}}')


def set_by(action: str, payload: object, answer: Message) -> float:
    heartbeat = Heartbeat()
    heartbeat.learn_call(Call("7", action, json.dumps(payload)))
    heartbeat.learn_answer("7", answer)
    return heartbeat.interval_seconds


def variables(value: object, name: str = "HeartbeatInterval") -> object:
    entry = {"component": {"name": "C"}, "variable": {"name": name}, "attributeValue": value}
    return {"setVariableData": [entry]}


def test_each_call_starts_the_interval_anew() -> None:
    heartbeat = Heartbeat()
    heartbeat.note_call(100.0)
    assert heartbeat.due_at == 100.0 + DEFAULT_SECONDS
    heartbeat.learn_boot(BOOT, boot())
    assert heartbeat.due_at == 160.0


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        (BOOT, boot(), 60.0),
        (BOOT, boot(interval="12.5"), 12.5),
        (BOOT, boot("Pending"), DEFAULT_SECONDS),
        (BOOT, boot("Rejected"), DEFAULT_SECONDS),
        (BOOT, boot(interval="0"), DEFAULT_SECONDS),
        (BOOT, boot(interval="-5"), DEFAULT_SECONDS),
        (BOOT, boot(interval="1e999"), DEFAULT_SECONDS),
        (BOOT, boot(interval="1" + 400 * "0"), DEFAULT_SECONDS),
        (BOOT, boot(interval="null"), DEFAULT_SECONDS),
        (BOOT, boot(interval='"60"'), DEFAULT_SECONDS),
        (BOOT, CallResult("1", "[]"), DEFAULT_SECONDS),
        ('[2,"1","DataTransfer",{}]', boot(), DEFAULT_SECONDS),
    ],
)
def test_the_boot_answer_sets_it(text: str, answer: CallResult, expected: float) -> None:
    heartbeat = Heartbeat()
    heartbeat.learn_boot(text, answer)
    assert heartbeat.interval_seconds == expected


ACCEPTED = CallResult("7", '{"status":"Accepted"}')
REFUSED = CallResult("7", '{"status":"Rejected"}')


@pytest.mark.parametrize(
    ("action", "payload", "answer", "expected"),
    [
        ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "30"}, ACCEPTED, 30.0),
        ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "30"}, REFUSED, None),
        ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "x"}, ACCEPTED, None),
        ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": 10**400}, ACCEPTED, None),
        ("ChangeConfiguration", {"key": "HeartbeatInterval"}, ACCEPTED, None),
        ("ChangeConfiguration", {"key": "Other", "value": "30"}, ACCEPTED, None),
        ("ChangeConfiguration", [], ACCEPTED, None),
        ("SetVariables", variables("45"), ACCEPTED, 45.0),
        ("SetVariables", variables("45"), CallError("7", '["NotSupported","",{}]'), None),
        ("SetVariables", variables("45", "Other"), ACCEPTED, None),
        ("SetVariables", {"setVariableData": "no"}, ACCEPTED, None),
        ("Reset", {"key": "HeartbeatInterval", "value": "30"}, ACCEPTED, None),
    ],
)
def test_a_command_sets_it_when_the_charger_accepts(
    action: str, payload: object, answer: Message, expected: float | None
) -> None:
    assert set_by(action, payload, answer) == (expected or DEFAULT_SECONDS)


def test_an_answer_to_a_command_of_a_lost_socket_sets_nothing() -> None:
    heartbeat = Heartbeat()
    payload = '{"key":"HeartbeatInterval","value":"30"}'
    heartbeat.learn_call(Call("7", "ChangeConfiguration", payload))
    heartbeat.forget_calls()
    heartbeat.learn_answer("7", ACCEPTED)
    assert heartbeat.interval_seconds == DEFAULT_SECONDS


@given(json_texts())
def test_no_payload_breaks_it(payload: str) -> None:
    heartbeat = Heartbeat()
    heartbeat.learn_boot(BOOT, CallResult("1", payload))
    for action in ("ChangeConfiguration", "SetVariables"):
        heartbeat.learn_call(Call("7", action, payload))
        heartbeat.learn_answer("7", CallResult("7", payload))
    assert heartbeat.interval_seconds > 0
