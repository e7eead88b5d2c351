"""The site's end of the association: epochs, keepalives, and changes of the carrier."""

import pytest

from laconic_codec import frame, items, signs
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Direction, Header, Open, Opened
from laconic_codec.items import Bind, MessageItem, Presence, Void
from laconic_codec.messages import Call
from laconic_codec.signs import Reach
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.site.epoch import Phase
from laconic_gateway.core.site.reachability import CONFIRM_EVERY, Reachability, ReachSettings
from laconic_gateway.core.site.sendings import SendFrame, SendKeepalive
from tests.support.uplinks import (
    BIND,
    KEEPALIVE_SECONDS,
    STORED,
    answer,
    decoded,
    frames,
    open_uplink,
    opened,
    say,
    uplink_of,
)

# --- epochs


def test_it_begins_with_an_open_frame_and_says_nothing_more_until_it_is_open() -> None:
    uplink = uplink_of()
    say(uplink)
    (sent,) = frames(uplink.outgoing(0.0))
    assert isinstance(open_frame := decoded(sent), Open)
    assert (open_frame.epoch, open_frame.oldest) == (5, STORED + 1)
    assert uplink.outgoing(100.0) == []
    assert uplink.timer() is None
    progress = uplink.receive(sent.exchange, opened(stored=STORED + 1))
    assert progress.opened == Opened(5, STORED + 1, 0)
    assert (uplink.epoch.phase, uplink.epoch.base) == (Phase.OPEN, STORED + 2)
    assert uplink.contact.link_up


def test_an_epoch_begins_with_those_who_are_there() -> None:
    uplink = uplink_of([(BIND, Presence(0, 2)), (Bind(1, "/CP2", "2.1"), Presence(1, 3))])
    (sent,) = frames(uplink.outgoing(0.0))
    assert isinstance(opening := decoded(sent), Open)
    assert opening.items == (Bind(1, "/CP2", "2.1"), Presence(1, 3))
    assert uplink.epoch.announced == {1: 3}


def test_what_of_the_chargers_does_not_fit_into_the_open_frame_is_not_counted_as_told() -> None:
    states = [(Bind(n, f"/ocpp/CP{n}", "1.6"), Presence(n, 1)) for n in range(200)]
    uplink = uplink_of(states)
    (sent,) = frames(uplink.outgoing(0.0))
    opening = decoded(sent)
    assert isinstance(opening, Open)
    told = {item.channel for item in opening.items if isinstance(item, Presence)}
    assert set(uplink.epoch.announced) == told == set(range(len(told)))
    assert 20 < len(told) < 200


def test_an_open_frame_without_an_answer_is_followed_by_one_of_another_epoch() -> None:
    """The expander may have opened the first one, and sent a command in it."""
    uplink = uplink_of()
    (first,) = frames(uplink.outgoing(0.0))
    uplink.fail(first.exchange, 10.0)
    assert uplink.timer() == 12.0
    (second,) = frames(uplink.outgoing(12.0))
    assert isinstance(again := decoded(second), Open) and again.epoch == 6
    uplink.receive(second.exchange, opened(5))
    assert uplink.epoch.phase is Phase.OPENING


def test_an_epoch_that_is_not_open_acknowledges_nothing() -> None:
    uplink = open_uplink()
    down = items.encode(MessageItem(0, Call("", "Reset", "{}")))
    assert uplink.receive_request(answer(uplink, 0, 0, down), 0.0).items
    assert Batch(Header(5, 0, 1), ()) == frame.decode(uplink.acknowledgement(), Direction.UP)
    uplink.close(0.0, wait=False)
    uplink.outgoing(0.0)
    assert uplink.receive_request(answer(uplink, 0, 0, down), 0.0).items == ()
    assert Batch(Header(6, 0, 0), ()) == frame.decode(uplink.acknowledgement(), Direction.UP)


def test_one_refusal_of_several_frames_in_flight_is_enough() -> None:
    uplink = open_uplink()
    say(uplink, 3, 900)
    uplink.flush()
    sent = frames(uplink.outgoing(1.0))
    assert len(sent) == 3
    refused = frame.encode_refused(FrameFault.UNKNOWN_EPOCH)
    assert uplink.receive(sent[0].exchange, refused).refused is FrameFault.UNKNOWN_EPOCH
    uplink.close(1.0, wait=False)
    assert uplink.receive(sent[1].exchange, refused).refused is None
    assert uplink.fail(sent[2].exchange, 50.0) is False
    assert uplink.epoch.phase is Phase.CLOSED


def test_an_expander_that_refuses_every_epoch_is_asked_less_and_less_often() -> None:
    """Each try costs bytes and a write: another registry does not change within seconds."""
    uplink, now, tries = uplink_of(), 0.0, 0
    while now < 3_600.0:
        (sent,) = frames(uplink.outgoing(now))
        tries += 1
        refused = frame.encode_refused(FrameFault.UNKNOWN_REGISTRY)
        assert uplink.receive(sent.exchange, refused).refused is FrameFault.UNKNOWN_REGISTRY
        uplink.close(now, wait=True)
        due = uplink.timer()
        assert due is not None and due > now
        now = due
    assert tries < 70


def test_an_answer_that_is_no_frame_is_an_error() -> None:
    uplink = uplink_of()
    (sent,) = frames(uplink.outgoing(0.0))
    with pytest.raises(FrameError):
        uplink.receive(sent.exchange, b"\xff")


# --- keepalives


def test_keepalives_leave_when_nothing_else_does_and_some_are_confirmed() -> None:
    uplink = open_uplink()
    now, kinds = 0.0, ""
    for _ in range(2 * CONFIRM_EVERY):
        now += KEEPALIVE_SECONDS
        assert uplink.timer() == now
        assert uplink.outgoing(now - 0.1) == []
        (sent,) = uplink.outgoing(now)
        kinds += "k" if isinstance(sent, SendKeepalive) else "c"
        if isinstance(sent, SendFrame):
            uplink.receive(sent.exchange, answer(uplink, 0))
    assert kinds == 2 * ("k" * (CONFIRM_EVERY - 1) + "c")


def test_a_frame_that_waits_does_not_keep_the_signs_of_life_away() -> None:
    uplink = open_uplink()
    say(uplink)
    uplink.flush()
    assert len(frames(uplink.outgoing(1.0))) == 1
    assert uplink.timer() == 1.0 + KEEPALIVE_SECONDS
    assert uplink.outgoing(1.0 + KEEPALIVE_SECONDS) == [SendKeepalive()]


def test_an_answer_to_a_sign_without_content_speaks_of_what_was_known_to_be_stored() -> None:
    uplink = open_uplink()
    before = uplink.delivered
    say(uplink)
    uplink.flush()
    (stored,) = frames(uplink.outgoing(1.0))
    uplink.receive(stored.exchange, answer(uplink, 2, backlog=1))
    assert uplink.delivered == before
    say(uplink)
    uplink.flush()
    uplink.contact.reachability = Reachability(ReachSettings("poll"))  # it tells that at once
    on_its_way, told = frames(uplink.outgoing(2.0))
    assert isinstance(signs.decode(told.frame), Reach)
    uplink.receive(told.exchange, b"")
    assert (uplink.delivered, uplink.queue.acknowledged) == (before + 1, 2)
    uplink.receive(on_its_way.exchange, b"")
    assert (uplink.delivered, uplink.queue.acknowledged) == (before + 1, 3)


def test_while_the_link_is_down_each_keepalive_is_a_question() -> None:
    uplink = open_uplink()
    say(uplink)
    uplink.flush()
    (sent,) = frames(uplink.outgoing(1.0))
    uplink.fail(sent.exchange, 90.0)
    uplink.receive_request(answer(uplink, 2), 0.0)  # it had arrived, only the answer was lost
    (question,) = frames(uplink.outgoing(92.0))
    assert signs.decode(question.frame) == Reach(True, 28)
    uplink.receive(question.exchange, answer(uplink, 2))
    assert uplink.outgoing(92.0 + KEEPALIVE_SECONDS) == [SendKeepalive()]


def test_a_void_item_from_the_expander_is_played_and_acknowledged() -> None:
    uplink = open_uplink()
    progress = uplink.receive_request(answer(uplink, 0, 0, items.encode(Void())), 0.0)
    assert progress.items == ((0, Void()),)
    assert frame.decode(uplink.acknowledgement(), Direction.UP) == Batch(Header(5, 0, 1), ())


def test_without_a_carrier_nothing_leaves_and_no_timer_runs() -> None:
    uplink = uplink_of()
    uplink.contact.carried_by(None, Instant(0.0, 0.0))
    say(uplink)
    assert uplink.outgoing(0.0) == [] and uplink.timer() is None
    uplink.contact.carried_by("tcp", Instant(7.0, 0.0))
    (sent,) = frames(uplink.outgoing(7.0))
    assert isinstance(decoded(sent), Open)


def test_a_carrier_that_is_back_ends_the_pause_at_once() -> None:
    uplink = open_uplink()
    say(uplink)
    uplink.flush()
    (sent,) = frames(uplink.outgoing(1.0))
    uplink.contact.carried_by(None, Instant(2.0, 0.0))
    assert uplink.fail(sent.exchange, 2.0)
    assert uplink.outgoing(1000.0) == []
    uplink.contact.carried_by("tcp", Instant(1000.5, 0.0))
    again = frames(uplink.outgoing(1000.5))
    assert [decoded(one) for one in again] == [decoded(sent)]


def test_after_a_change_of_carrier_the_expander_hears_of_it_at_once() -> None:
    uplink = open_uplink()
    uplink.contact.link_up = True
    uplink.contact.carried_by("tcp", Instant(10.0, 0.0))
    (sign,) = frames(uplink.outgoing(10.0))
    assert isinstance(signs.decode(sign.frame), Reach)
    assert frames(uplink.outgoing(10.0)) == [], "once is enough"
