"""The site's talk with its chargers: who is answered what, and when."""

from typing import Final

import pytest

from laconic_codec.items import MessageItem
from laconic_codec.messages import Call, CallResult, CallResultError, Send
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.core.records import make_reference
from laconic_gateway.core.site.io import Action, AppendRecord, SendToCharger
from laconic_gateway.core.site.session import COMMAND_SECONDS, COMMANDS_MAX, Session
from tests.support.room import NOW, Room


def texts(actions: list[Action]) -> list[tuple[int, str]]:
    return [(a.connection, a.text) for a in actions if isinstance(a, SendToCharger)]


def appended(actions: list[Action]) -> list[AppendRecord]:
    return [action for action in actions if isinstance(action, AppendRecord)]


def topics(actions: list[Action]) -> list[tuple[Topic, str]]:
    return [(action.topic, action.label) for action in actions if isinstance(action, Note)]


HEARTBEAT: Final = '[2,"a","Heartbeat",{}]'
STATUS: Final = '[2,"a","StatusNotification",{ "odd" : 1}]'
AUTHORIZE: Final = '[2,"a","Authorize",{}]'
RESET: Final = MessageItem(0, Call("", "Reset", "{}"))


# --- CALLs of chargers


def test_a_heartbeat_is_answered_at_once_and_does_not_travel() -> None:
    room = Room()
    actions = room.take(1, HEARTBEAT)
    assert texts(actions) == [(1, '[3,"a",{"currentTime":"2026-09-21T14:13:20Z"}]')]
    assert not appended(actions)
    room.clock.told(NOW.unix + 60.0, NOW.monotonic, NOW)
    assert texts(room.take(1, HEARTBEAT)) == [(1, '[3,"a",{"currentTime":"2026-09-21T14:14:20Z"}]')]


def test_a_status_is_answered_when_it_is_on_disk_and_not_before() -> None:
    room = Room()
    actions = room.take(1, STATUS)
    assert not texts(actions)
    (append,) = appended(actions)
    assert (append.record.text, append.record.answered) == (STATUS, True)
    assert texts(room.save()) == [(1, '[3,"a",{}]')]


def test_what_the_journal_has_refused_is_not_answered_and_is_heard_again() -> None:
    """D8: stop answering, so that the charger queues."""
    room = Room()
    room.take(1, STATUS)
    room.outbound.refuse(frozenset({1}))
    assert not texts(room.save())
    (append,) = appended(room.take(1, STATUS))
    assert append.record.sequence == 2, "a retry with the same id"
    assert texts(room.save()) == [(1, '[3,"a",{}]')]


@pytest.mark.parametrize(
    ("connection", "text"), [(1, AUTHORIZE), (2, AUTHORIZE), (2, STATUS), (2, HEARTBEAT)]
)
def test_what_the_csms_answers_waits_for_it(connection: int, text: str) -> None:
    room = Room()
    (append,) = appended(room.take(connection, text))
    assert not append.record.answered
    assert not texts(room.save())
    room.depart()
    item = MessageItem(connection - 1, CallResult("", '{"x" : 1}'), reference=0)
    assert texts(room.give(0, item)) == [(connection, '[3,"a",{"x" : 1}]')]
    assert topics(room.give(1, item)) == [(Topic.MESSAGE, "down"), (Topic.LATE_ANSWER, "")]


def test_an_answer_never_goes_to_another_connection() -> None:
    room = Room()
    room.take(2, AUTHORIZE)
    room.depart()
    room.roster.connect(Session(3, "relay", "/relay", "2.1"))
    item = MessageItem(1, CallResult("", "{}"), reference=0)
    assert texts(room.give(0, item)) == []
    assert texts(room.give(1, MessageItem(0, CallResult("", "{}"), reference=0))) == []


def test_a_repeated_call_is_heard_once_unless_its_answer_was_lost() -> None:
    room = Room()
    assert len(appended(room.take(2, AUTHORIZE))) == 1
    again = room.take(2, AUTHORIZE)
    assert not appended(again) and topics(again)[-1] == (Topic.BAD_INPUT, "repeated_call")
    room.uplink.delivered = 1
    assert len(appended(room.take(2, AUTHORIZE))) == 1


def test_how_long_a_message_waits_for_company_depends_on_its_class() -> None:
    room = Room()
    room.take(1, AUTHORIZE)
    room.take(1, '[2,"b","MeterValues",{}]')
    room.take(1, '[2,"c","NotifyReport",{}]')
    saved = room.outbound.saved(3)
    assert [one.deadline - NOW.monotonic for one in saved] == [0.0, 60.0, 300.0]


def test_a_send_is_recorded_and_never_answered() -> None:
    room = Room()
    assert len(appended(room.take(1, '[6,"a","NotifyPeriodicEventStream",{}]'))) == 1
    assert texts(room.save()) == []


def test_what_is_no_message_is_complained_about_and_counted() -> None:
    room = Room()
    actions = room.take(1, '[2,"a"]')
    assert texts(actions)[0][1].startswith('[4,"a","RpcFrameworkError"')
    (note,) = (action for action in actions if isinstance(action, Note))
    assert (note.topic, note.label, note.level) == (Topic.BAD_INPUT, "bad_elements", Level.WARNING)


def test_a_send_is_no_message_before_2_1() -> None:
    actions = Room("1.6").take(1, '[6,"a","X",{}]')
    assert not appended(actions) and not texts(actions)
    assert topics(actions) == [(Topic.BAD_INPUT, "unknown_type")]


def test_a_text_of_an_unknown_connection_is_nothing() -> None:
    assert Room().take(9, AUTHORIZE) == []


# --- CALLs of the CSMS


def test_commands_get_ids_of_their_own_and_go_one_by_one() -> None:
    room = Room()
    assert texts(room.give(4, RESET)) == [(1, '[2,"3-4","Reset",{}]')]
    assert texts(room.give(5, RESET)) == []
    actions = room.take(1, '[3,"3-4",{"status":"Accepted"}]')
    assert texts(actions) == [(1, '[2,"3-5","Reset",{}]')]
    (append,) = appended(actions)
    assert append.record.reference == make_reference(3, 4)


def test_an_id_that_travelled_is_kept() -> None:
    item = MessageItem(0, Call("order", "Reset", "{}"))
    assert texts(Room().give(0, item)) == [(1, '[2,"order","Reset",{}]')]


def test_a_charger_that_does_not_answer_gets_the_next_command_after_a_while() -> None:
    room = Room()
    room.give(4, RESET)
    room.give(5, MessageItem(0, Call("", "GetConfiguration", "{}")))
    assert room.desk.timer() == NOW.monotonic + COMMAND_SECONDS
    room.desk.handle_timer(Instant(NOW.monotonic + COMMAND_SECONDS, 0.0))
    actions = room.done()
    assert texts(actions) == [(1, '[2,"3-5","GetConfiguration",{}]')]
    assert topics(actions) == [(Topic.BAD_INPUT, "no_answer")]
    late = room.take(1, '[3,"3-4",{}]')
    assert not appended(late) and (Topic.LATE_ANSWER, "") in topics(late)
    assert len(appended(room.take(1, '[3,"3-5",{}]'))) == 1
    assert room.desk.timer() is None


def test_the_deadline_of_a_charger_that_left_is_nothing() -> None:
    room = Room()
    room.give(4, RESET)
    room.roster.disconnect(1)
    room.desk.handle_timer(Instant(NOW.monotonic + COMMAND_SECONDS, 0.0))
    assert room.done() == [] and room.desk.timer() is None


def test_one_command_too_many_fails_honestly() -> None:
    room = Room()
    for sequence in range(COMMANDS_MAX + 1):
        room.give(sequence, RESET)
    (append,) = appended(room.give(COMMANDS_MAX + 1, RESET))
    assert "InternalError" in append.record.text
    assert append.record.reference == make_reference(3, COMMANDS_MAX + 1)


def test_a_send_of_the_csms_is_passed_on_beside_a_command() -> None:
    room = Room()
    room.give(0, RESET)
    send = MessageItem(0, Send("", "NotifyX", "{}"))
    assert texts(room.give(1, send)) == [(1, '[6,"3-1","NotifyX",{}]')]


def test_a_command_for_who_has_left_is_dropped() -> None:
    assert topics(Room().give(0, MessageItem(9, RESET.message))) == [(Topic.LATE_ANSWER, "")]


# --- complaints


def test_a_complaint_of_the_csms_names_the_command_that_was_answered() -> None:
    room = Room()
    room.give(4, RESET)
    room.take(1, '[3,"3-4",{}]')
    complaint = MessageItem(0, CallResultError("", '["InternalError"]'), reference=4)
    assert texts(room.give(5, complaint)) == [(1, '[5,"3-4","InternalError"]')]


def test_a_complaint_of_the_charger_names_the_call_that_was_answered() -> None:
    room = Room()
    room.take(2, AUTHORIZE)
    room.depart()
    room.give(0, MessageItem(1, CallResult("", "{}"), reference=0))
    (append,) = appended(room.take(2, '[5,"a","InternalError"]'))
    assert append.record.reference == 1
    assert not appended(room.take(2, '[5,"b","InternalError"]'))


def test_escapes_and_items_agree_on_the_text() -> None:
    room = Room()
    room.take(1, STATUS)
    room.save()
    (*_, item) = room.uplink.queue.next_items()
    assert isinstance(item, MessageItem) and isinstance(item.message, Call)
    assert item.message.payload == '{ "odd" : 1}'
