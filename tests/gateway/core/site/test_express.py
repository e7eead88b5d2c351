"""Which messages of a site overtake a backlog; `test_desk` has the desk that they pass."""

import pytest

from laconic_codec.items import Bind, MessageItem
from laconic_codec.messages import CallResult
from laconic_gateway.core.records import make_reference
from laconic_gateway.core.site.express import QUESTIONS_MAX
from laconic_gateway.core.site.io import AppendRecord, SendToCharger
from laconic_gateway.core.site.offline.availability import BEHIND_RECORDS, PATIENCE_SECONDS
from laconic_gateway.core.site.session import Session
from tests.support.room import NOW, Room

ASK = '[2,"7","Authorize",{"idTag":"A"}]'


def behind(version: str = "1.6", *, link_up: bool = True) -> Room:
    room = Room(version)
    room.uplink.contact.link_up = link_up
    room.availability.progress(0, BEHIND_RECORDS + 1, NOW.monotonic)
    return room


def journalled(room: Room, text: str = ASK) -> bool:
    return any(isinstance(action, AppendRecord) for action in room.take(2, text))


def test_a_question_leaves_before_all_that_waits() -> None:
    room = behind()
    queue = room.uplink.queue
    assert journalled(room, '[2,"6","StartTransaction",{}]')
    room.save()
    assert not journalled(room)
    first, second, third, *_ = queue.next_items()
    assert isinstance(first, Bind) and first.express
    assert isinstance(second, MessageItem) and second.channel == first.channel
    assert isinstance(third, Bind) and not third.express


def test_questions_keep_their_order_and_their_answers_find_them() -> None:
    room = behind()
    for number in range(3):
        room.take(2, f'[2,"{number}","Authorize",{{"idTag":"{number}"}}]')
    bind, *asked = room.uplink.queue.next_items()
    room.uplink.queue.take(range(4))
    assert isinstance(bind, Bind)
    payloads = [one.message.payload for one in asked if isinstance(one, MessageItem)]  # type: ignore[union-attr]
    assert payloads == [f'{{"idTag":"{number}"}}' for number in range(3)]
    for reference in (2, 0, 1):
        answer = MessageItem(bind.channel, CallResult("", "{}"), reference)
        said = [a for a in room.give(0, answer) if isinstance(a, SendToCharger)]
        assert [one.text for one in said] == [f'[3,"{reference}",{{}}]']


@pytest.mark.parametrize(
    "room", [Room("1.6"), behind(link_up=False)], ids=["no backlog", "no link"]
)
def test_otherwise_a_question_goes_the_ordinary_way(room: Room) -> None:
    assert journalled(room)


def test_only_so_many_questions_overtake() -> None:
    room = behind()
    for number in range(QUESTIONS_MAX):
        assert not journalled(room, f'[2,"{number}","Authorize",{{"idTag":"A"}}]')
    assert journalled(room, '[2,"one more","Authorize",{"idTag":"A"}]')


def test_a_question_that_is_said_again_has_one_answer() -> None:
    room = behind()
    assert not journalled(room)
    assert not journalled(room)
    questions = [i for i in room.uplink.queue.next_items() if isinstance(i, MessageItem)]
    assert len(questions) == 1


def test_a_question_is_asked_again_in_a_new_epoch_while_its_charger_waits() -> None:
    room = behind()
    room.take(2, ASK)
    room.uplink.queue.restart(0, ())
    room.express.restart()
    assert len(room.uplink.queue.next_items()) == 2
    late = NOW.monotonic + PATIENCE_SECONDS
    room.desk.handle_timer(type(NOW)(late, NOW.unix + PATIENCE_SECONDS))
    room.uplink.queue.restart(0, ())
    room.express.restart()
    assert room.uplink.queue.next_items() == []


def test_an_answer_to_a_command_of_another_epoch_does_not_overtake() -> None:
    room = behind()
    session = Session(2, "relay", "/relay", "1.6")
    answer = CallResult("9", "{}")
    assert not room.express.reply(session, answer, make_reference(2, 0))
    assert room.express.reply(session, answer, make_reference(3, 0))
