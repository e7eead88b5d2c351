"""When the site answers in place of the CSMS, and what it learns for that."""

import json

import pytest

from laconic_codec.messages import Call, CallError, CallResult
from laconic_gateway.core.provisional import provisional_id
from laconic_gateway.core.site.offline.availability import PATIENCE_SECONDS, Availability
from laconic_gateway.core.site.offline.deputy import IDS_MAX, Deputy
from laconic_gateway.core.site.offline.facts import Facts
from laconic_gateway.core.site.session import Session

NOW = 1_790_000_000.0
AUTHORIZE = Call("a", "Authorize", '{"idTag":"AB"}')
START = Call(
    "s", "StartTransaction", '{"connectorId":1,"idTag":"AB","meterStart":5,"timestamp":"t"}'
)


class Room:
    def __init__(self) -> None:
        self.availability = Availability()
        self.facts = Facts({}, lambda _: None)
        self.deputy = Deputy(self.facts, self.availability, is_free=False)
        self.session = Session(1, "CP1", "/CP1", "1.6")

    def learn(self, call: Call, payload: str) -> None:
        self.deputy.learn(self.session, call, CallResult(call.message_id, payload), NOW)

    def status(self, call: Call = AUTHORIZE) -> str | None:
        reply = self.deputy.reply(self.session, call, NOW)
        if reply is None:
            return None
        assert isinstance(reply.answer, CallResult)
        return str(json.loads(reply.answer.payload)["idTagInfo"]["status"])


def test_while_the_csms_is_there_it_answers() -> None:
    room = Room()
    room.learn(AUTHORIZE, '{"idTagInfo":{"status":"Accepted"}}')
    assert room.status() is None
    room.availability.link_failed(0.0)
    assert room.status() == "Accepted"


def test_while_the_csms_is_behind_only_what_is_known_is_answered() -> None:
    room = Room()
    room.availability.progress(0, 10_000, 0.0)
    assert room.status() is None  # there is somebody to ask
    room.learn(AUTHORIZE, '{"idTagInfo":{"status":"Accepted"}}')
    assert room.status() == "Accepted"


@pytest.mark.parametrize("call", [AUTHORIZE, START])
def test_it_learns_from_every_answer_about_a_token(call: Call) -> None:
    room = Room()
    room.availability.link_failed(0.0)
    assert room.status() == "Invalid"
    room.learn(call, '{"transactionId":7,"idTagInfo":{"status":"Accepted"}}')
    assert room.status() == "Accepted"
    room.learn(call, '{"transactionId":7,"idTagInfo":{"status":"Expired"}}')
    assert room.status() == "Expired"


def test_it_learns_from_transaction_events() -> None:
    room = Room()
    room.session = Session(1, "CP1", "/CP1", "2.0.1")
    event = Call("e", "TransactionEvent", '{"idToken":{"idToken":"AB","type":"Local"}}')
    room.learn(event, '{"idTokenInfo":{"status":"Accepted"}}')
    room.session = Session(2, "CP2", "/CP2", "1.6")
    room.availability.link_failed(0.0)
    assert room.status() == "Accepted"  # a card is the same at every charger


def test_it_learns_the_local_list_and_the_cleared_cache_from_commands() -> None:
    room = Room()
    entry = {"idTag": "AB", "idTagInfo": {"status": "Accepted"}}
    content = {"listVersion": 1, "updateType": "Full", "localAuthorizationList": [entry]}
    command = Call("l", "SendLocalList", json.dumps(content))
    room.availability.link_failed(0.0)
    room.deputy.learn_command(room.session, command, CallResult("l", '{"status":"Failed"}'))
    assert room.status() == "Invalid"
    room.deputy.learn_command(room.session, command, CallResult("l", '{"status":"Accepted"}'))
    assert room.status() == "Accepted"
    room.learn(AUTHORIZE, '{"idTagInfo":{"status":"Blocked"}}')
    assert room.status() == "Blocked"
    clear = Call("c", "ClearCache", "{}")
    room.deputy.learn_command(room.session, clear, CallResult("c", '{"status":"Accepted"}'))
    assert room.status() == "Accepted"


@pytest.mark.parametrize(
    "payload", ["[]", "17", "null", "no JSON", '{"idTagInfo":3}', '{"idTagInfo":{}}', "[" * 60_000]
)
def test_strange_answers_teach_nothing(payload: str) -> None:
    room = Room()
    for call in (AUTHORIZE, START, Call("b", "BootNotification", "{}"), Call("x", "X", "[]")):
        room.learn(call, payload)
        room.deputy.learn(room.session, call, CallError(call.message_id, '["X","",{}]'), NOW)
        command = Call("l", "SendLocalList", payload)
        room.deputy.learn_command(room.session, command, CallResult("l", '{"status":"Accepted"}'))
        room.deputy.learn_command(room.session, command, CallResult("l", payload))
    assert not list(room.facts.names(""))


def test_a_call_that_waits_is_due_after_a_while() -> None:
    room = Room()
    room.deputy.wait(room.session, 5, 100.0)
    assert room.deputy.timer() == 100.0 + PATIENCE_SECONDS
    assert room.deputy.impatient(119.9) == []
    assert room.deputy.impatient(120.0) == [(1, 5)]
    assert room.deputy.timer() is None


def test_a_provisional_id_is_never_one_that_the_csms_has_given() -> None:
    """D3: such a start waits for the CSMS."""
    room = Room()
    room.availability.link_failed(0.0)
    taken = provisional_id("/CP1", START.payload)
    assert room.deputy.reply(room.session, START, NOW) is not None
    room.learn(START, f'{{"transactionId":{taken},"idTagInfo":{{"status":"Accepted"}}}}')
    assert room.deputy.reply(room.session, START, NOW) is None
    other = Session(2, "CP2", "/CP1", "1.6")
    assert room.deputy.reply(other, START, NOW) is not None
    for number in range(IDS_MAX):
        room.learn(START, f'{{"transactionId":{(1 << 30) + number}}}')
    assert room.deputy.reply(room.session, START, NOW) is not None  # it was long ago


def test_a_start_that_is_said_again_is_known_with_its_answer() -> None:
    """Trap 11."""
    room = Room()
    again = Call("other", START.action, START.payload)
    assert room.deputy.repeated_start(room.session, again) is None
    room.deputy.note_start("CP1", START, 5, "")
    start = room.deputy.repeated_start(room.session, again)
    assert start is not None and (start.sequence, start.answer) == (5, "")
    room.deputy.note_start("CP1", START, 5, "the answer")
    start = room.deputy.repeated_start(room.session, again)
    assert start is not None and start.answer == "the answer"
    assert room.deputy.repeated_start(room.session, AUTHORIZE) is None
    room.deputy.note_stop(room.session, Call("x", "StopTransaction", "{}"))
    assert room.deputy.repeated_start(room.session, again) is None
