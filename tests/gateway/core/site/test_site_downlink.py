"""The site's core as a whole: what it does with what the expander says."""

from typing import Final

import pytest

from laconic_codec import frame, issue, items, signs
from laconic_codec.errors import FrameFault
from laconic_codec.frame import Batch, Direction, Header, Open
from laconic_codec.items import Bind, MessageItem, Presence
from laconic_codec.messages import Call
from laconic_codec.signs import Notice
from laconic_gateway.core.notes import Level, Topic
from laconic_gateway.core.records import make_reference
from laconic_gateway.core.site.freshness import ODD_MARKS_MAX
from laconic_gateway.core.site.io import (
    Action,
    AppendRecord,
    DownlinkRequest,
    ExchangeAnswered,
    RespondDownlink,
    SaveEpoch,
    SendToCharger,
)
from laconic_gateway.core.site.sendings import SendFrame
from tests.support.actions import notes, of_kind
from tests.support.gateway import AUTHORIZE, HERE, Gateway, down, frames, open_gateway

# --- the expander


def test_a_command_is_played_once_and_acknowledged_each_time() -> None:
    gateway = open_gateway()
    command = issue.mark(1, down(0, 0, MessageItem(0, Call("", "Reset", "{}"))))
    first = gateway.feed(DownlinkRequest(7, command), 2.0)
    again = gateway.feed(DownlinkRequest(8, command), 3.0)
    assert len(of_kind(first, SendToCharger)) == 1 and not of_kind(again, SendToCharger)
    for actions in (first, again):
        (response,) = of_kind(actions, RespondDownlink)
        acknowledged = frame.decode(response.payload, Direction.UP)
        assert acknowledged == Batch(Header(5, HERE, 1), ())


RESET: Final = MessageItem(0, Call("", "Reset", "{}"))
STOP: Final = MessageItem(0, Call("", "RemoteStopTransaction", "{}"))


def test_what_comes_too_late_in_a_request_is_refused_and_the_rest_is_played() -> None:
    gateway = open_gateway()
    held_up = issue.mark(2, down(0, 0, RESET, STOP))
    actions = gateway.feed(DownlinkRequest(7, held_up), 602.0)
    (sent,) = of_kind(actions, SendToCharger)
    assert sent.text == '[2,"5-1","RemoteStopTransaction",{}]'
    (append,) = of_kind(actions, AppendRecord)
    refusal = "it came too late, and was not carried out"
    assert append.record.text == f'[4,"5-0","InternalError","{refusal}",{{}}]'
    assert append.record.reference == make_reference(5, 0)
    (said,) = notes(actions, Topic.LATE_COMMAND)
    assert (said.label, said.level) == ("Reset", Level.WARNING)
    (response,) = of_kind(actions, RespondDownlink)
    assert frame.decode(response.payload, Direction.UP) == Batch(Header(5, HERE, 2), ())


def test_a_request_without_its_age_is_refused_if_that_matters() -> None:
    actions = open_gateway().feed(DownlinkRequest(7, down(0, 0, RESET, STOP)), 2.0)
    assert [sent.text for sent in of_kind(actions, SendToCharger)] == [
        '[2,"5-1","RemoteStopTransaction",{}]'
    ]
    assert [note.label for note in notes(actions, Topic.LATE_COMMAND)] == ["Reset"]


def test_a_site_that_slept_begins_a_new_epoch_when_all_commands_seem_wrong() -> None:
    gateway = open_gateway()
    seen: list[Action] = []
    for number in range(ODD_MARKS_MAX):
        assert of_kind(seen, SaveEpoch) == []
        command = issue.mark(
            7_200,
            frame.encode_batch(Header(5, number, 0, 0), [items.encode(RESET)], Direction.DOWN)[0],
        )
        seen = gateway.feed(DownlinkRequest(7 + number, command), 10.0)
    assert of_kind(seen, SaveEpoch) == [SaveEpoch(6)]


@pytest.mark.parametrize(("seconds", "played"), [(5.0, 1), (31.0, 1), (32.0, 0)])
def test_a_command_in_an_answer_is_as_old_as_the_frame_that_is_answered(
    seconds: float, played: int
) -> None:
    """Nobody can say when in between the expander answered."""
    gateway = open_gateway()
    (sent,) = of_kind(gateway.say(AUTHORIZE, 100.0), SendFrame)
    answer = ExchangeAnswered(sent.exchange, down(HERE, 0, RESET))
    actions = gateway.feed(answer, 100.0 + seconds)
    assert len(of_kind(actions, SendToCharger)) == played
    assert len(notes(actions, Topic.LATE_COMMAND)) == 1 - played


def test_an_expander_that_was_restarted_gets_a_new_epoch_at_once() -> None:
    gateway = open_gateway()
    refused = frame.encode_refused(FrameFault.UNKNOWN_EPOCH)
    actions = gateway.feed(DownlinkRequest(7, refused), 2.0)
    (said,) = notes(actions, Topic.REFUSED_FRAME)
    assert said.text == "the expander was restarted; sending again what it may not have"
    assert of_kind(actions, SaveEpoch) == [SaveEpoch(6)]
    (opening,) = frames(actions)
    assert isinstance(opening, Open)
    assert opening.items == (Bind(0, "/CP1", "1.6"), Presence(0, 1))


@pytest.mark.parametrize("fault", [FrameFault.MALFORMED, FrameFault.OVER_LIMIT])
def test_a_frame_that_the_expander_cannot_use_is_not_sent_again_at_once(fault: FrameFault) -> None:
    """It would be refused again, as fast as the link is, and every byte costs."""
    gateway = open_gateway()
    (sent,) = of_kind(gateway.say(AUTHORIZE, 2.0), SendFrame)
    refused = frame.encode_refused(fault)
    actions = gateway.feed(ExchangeAnswered(sent.exchange, refused), 3.0)
    assert of_kind(actions, SaveEpoch) and not frames(actions)
    due = gateway.core.timer()
    assert due is not None and due > 3.5


def test_an_answer_that_is_no_frame_costs_the_epoch_and_no_traceback() -> None:
    gateway = open_gateway()
    (sent,) = of_kind(gateway.say(AUTHORIZE, 2.0), SendFrame)
    actions = gateway.feed(ExchangeAnswered(sent.exchange, b"\xff"), 3.0)
    assert of_kind(actions, SaveEpoch)
    assert [note.label for note in notes(actions, Topic.REFUSED_FRAME)] == ["malformed"]


def test_a_request_of_the_expander_that_is_no_frame_is_answered_all_the_same() -> None:
    actions = open_gateway().feed(DownlinkRequest(7, b"\xff"), 2.0)
    assert len(of_kind(actions, RespondDownlink)) == 1
    assert [note.label for note in notes(actions, Topic.REFUSED_FRAME)] == ["malformed"]


# --- the way to the expander


def test_a_notice_of_the_expander_is_not_answered() -> None:
    gateway = Gateway()
    for notice in Notice:
        assert gateway.feed(DownlinkRequest(1, signs.encode(notice))) == []
    assert (gateway.core.keepalive_seconds, gateway.core.nat_proven_seconds) == (28.0, 0)
