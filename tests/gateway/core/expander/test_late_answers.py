"""A lane and an outbox: what answers of the CSMS that come late mean for transactions."""

import json

import pytest

from laconic_codec.messages import CallResult
from laconic_gateway.core.expander.kept import KeptKind
from laconic_gateway.core.expander.poison import WAIT_SECONDS
from laconic_gateway.core.notes import Topic
from laconic_gateway.core.provisional import provisional_id
from tests.support.delivery_story import Story
from tests.support.lane_world import PATH

START = '{"connectorId":1,"idTag":"A","meterStart":5,"timestamp":"2026-01-01T00:00:00Z"}'
EVENT = (
    '{"eventType":"%s","idToken":{"idToken":"A","type":"Central"},'
    '"transactionInfo":{"transactionId":"tx-1"}}'
)


def start_answer(status: str = "Accepted", real: int = 7) -> str:
    return f'{{"idTagInfo":{{"status":"{status}"}},"transactionId":{real}}}'


# --- transactions of OCPP 1.6


def test_what_belongs_to_a_start_waits_until_the_start_is_answered_and_on_disk() -> None:
    """D3: the row of the map is written in the commit that takes the start out of the outbox."""
    story = Story()
    sequence = story.store("StartTransaction", START, answered=True)
    provisional = provisional_id(PATH, START)
    story.store("StopTransaction", f'{{"transactionId":{provisional}}}', answered=True)
    story.answer(start_answer())
    assert story.actions == ["StartTransaction"]
    assert story.kinds(KeptKind.START) == [], "nothing is on disk yet"
    story.commit()
    assert story.kinds(KeptKind.START) == [str(sequence)]
    assert sequence not in story.messages
    assert story.received[-1].payload == '{"transactionId":7}'


def test_days_and_a_restart_later_both_ids_still_find_their_way() -> None:
    """Trap 10."""
    story = Story()
    story.store("StartTransaction", START, answered=True)
    provisional = provisional_id(PATH, START)
    story.done(start_answer())
    story.wait(20 * 86_400.0)
    story.restart()
    story.open()
    story.say("RemoteStopTransaction", '{"transactionId":7}')
    assert story.commands[-1].payload == f'{{"transactionId":{provisional}}}'
    story.store("MeterValues", f'{{"transactionId":{provisional}}}', answered=True)
    assert story.received[-1].payload == '{"transactionId":7}'


@pytest.mark.parametrize("status", ["Blocked", "Invalid", "Expired", "ConcurrentTx", "Accepted"])
def test_a_late_refusal_stops_the_transaction_but_concurrent_tx_keeps_it(status: str) -> None:
    """Trap 12: a command of our own, whose answer never reaches the CSMS (trap 28)."""
    story = Story()
    story.store("StartTransaction", START, answered=True)
    provisional = provisional_id(PATH, START)
    story.done(start_answer(status))
    expected = status in ("Blocked", "Invalid", "Expired")
    assert story.counted(Topic.LATE_REFUSAL) == expected
    assert len(story.commands) == expected
    if expected:
        (stop,) = story.commands
        assert (stop.action, stop.message_id) == ("RemoteStopTransaction", "own-1")
        assert json.loads(stop.payload) == {"transactionId": provisional}
        sent = len(story.received)
        assert story.lane.send_answer(1, CallResult("", '{"status":"Accepted"}'))
        story.act()
        assert len(story.received) == sent and story.counted(Topic.OWN_COMMAND) == 1
        story.store("StopTransaction", f'{{"transactionId":{provisional}}}', answered=True)
        story.done()
        assert story.kinds(KeptKind.ORDER) == []


def test_a_stop_order_survives_a_restart() -> None:
    story = Story()
    story.store("StartTransaction", START, answered=True)
    story.done(start_answer("Blocked"))
    assert len(story.commands) == 1
    story.restart()
    assert len(story.commands) == 2, "it names one transaction: twice does no harm"


def test_a_refused_session_that_is_over_is_not_stopped_again() -> None:
    story = Story()
    story.store("StartTransaction", START, answered=True)
    provisional = provisional_id(PATH, START)
    story.store("StopTransaction", f'{{"transactionId":{provisional}}}', answered=True)
    story.done(start_answer("Blocked"))
    assert story.commands == []
    assert [n.label for n in story.notes if n.topic is Topic.LATE_REFUSAL] == ["over"]


def test_a_refusal_that_the_charger_hears_is_no_business_of_ours() -> None:
    story = Story()
    story.store("StartTransaction", START, answered=False)
    story.done(start_answer("Blocked"))
    assert story.commands == []
    assert isinstance(story.down[0].message, CallResult)


def test_a_site_that_gave_the_provisional_id_after_all_has_the_refusal_carried_out() -> None:
    """The answer came too late for the charger: it went on with the provisional id."""
    story = Story()
    story.store("StartTransaction", START, answered=False)
    story.done(start_answer("Blocked"))
    provisional = provisional_id(PATH, START)
    story.store("MeterValues", f'{{"transactionId":{provisional}}}', answered=True)
    assert json.loads(story.commands[0].payload) == {"transactionId": provisional}
    assert story.received[-1].payload == '{"transactionId":7}'


def test_a_start_that_is_said_again_is_sent_once() -> None:
    """Trap 11: the second one gets the first one's answer, whoever waits for it."""
    story = Story()
    story.store("StartTransaction", START, answered=True)
    story.done(start_answer())
    for answered in (True, False):
        story.store("StartTransaction", START, answered=answered)
        provisional = provisional_id(PATH, START)
        story.commit()
    assert story.actions == ["StartTransaction"]
    assert story.counted(Topic.REPEATED_START) == 2
    (told,) = (one.message for one in story.down)
    assert isinstance(told, CallResult) and told.message_id == "id-3"
    expected = json.loads(start_answer()) | {"transactionId": provisional}
    assert json.loads(told.payload) == expected, "commands will name it by this id too"
    story.store("MeterValues", f'{{"transactionId":{provisional}}}', answered=True)
    assert story.received[-1].payload == '{"transactionId":7}'


@pytest.mark.parametrize("answered", [True, False])
def test_after_a_start_that_the_csms_never_took_its_messages_go_with_minus_one(
    answered: bool,
) -> None:
    """D9 and trap 7; if the charger waits, it hears the error, and may go on with -1 itself."""
    story = Story()
    story.store("StartTransaction", START, answered=answered)
    provisional = provisional_id(PATH, START)
    for wait in (*WAIT_SECONDS, 0.0) if answered else (0.0,):
        story.refuse()
        story.commit()
        story.wait(wait)
    story.store("StopTransaction", f'{{"transactionId":{provisional}}}', answered=True)
    assert story.received[-1].payload == '{"transactionId":-1}'
    assert len(story.kinds(KeptKind.QUARANTINE)) == answered


# --- transactions of OCPP 2.x


@pytest.mark.parametrize(
    ("status", "kind", "answered", "stops"),
    [
        ("Blocked", "Started", True, True),
        ("ConcurrentTx", "Updated", True, True),
        ("Accepted", "Started", True, False),
        ("Blocked", "Ended", True, False),
        ("Blocked", "Started", False, False),
    ],
)
def test_a_token_that_is_refused_late_ends_the_transaction(
    status: str, kind: str, answered: bool, stops: bool
) -> None:
    """Trap 21."""
    story = Story("2.0.1")
    story.store("TransactionEvent", EVENT % kind, answered=answered)
    story.done(f'{{"idTokenInfo":{{"status":"{status}"}}}}')
    found = [(call.action, call.payload) for call in story.commands]
    assert found == [("RequestStopTransaction", '{"transactionId":"tx-1"}')] * stops
    story.store("TransactionEvent", EVENT % "Ended", answered=True)
    story.done()
    assert story.kinds(KeptKind.ORDER) == []
