"""The site's end of the association: epochs, frames in flight, back-off, keepalives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import frame, items
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Direction, Header, Open, Opened
from laconic_codec.items import Bind, MessageItem, Void
from laconic_codec.messages import Call, Send
from laconic_gateway.core.site.send_queue import SendQueue, Waiting
from laconic_gateway.core.site.uplink import (
    CONFIRM_EVERY,
    IN_FLIGHT_MAX,
    Phase,
    SendFrame,
    SendKeepalive,
    Uplink,
)

STORED = 1_000
KEEPALIVE_SECONDS = 28.0


def uplink_of(stored: int = STORED, epoch: int = 5) -> Uplink:
    return Uplink(
        SendQueue(stored), epoch=epoch, keepalive_seconds=KEEPALIVE_SECONDS, random=lambda: 0.5
    )


def waiting(sequence: int, size: int = 10) -> Waiting:
    item = MessageItem(0, Send("", "DataTransfer", f'{{"n":"{"x" * size}"}}'))
    return Waiting(sequence, items.encode(item), Bind(0, "/CP1", "1.6"))


def frames(sends: list[SendFrame | SendKeepalive]) -> list[SendFrame]:
    return [send for send in sends if isinstance(send, SendFrame)]


def opened(epoch: int = 5, stored: int = STORED) -> bytes:
    return frame.encode_opened(Opened(epoch, stored, 0))


def answer(uplink: Uplink, stored: int, backlog: int = 0, *down: bytes, first: int = 0) -> bytes:
    header = Header(uplink.epoch, first, stored, backlog)
    return frame.encode_batch(header, down, Direction.DOWN)[0]


def open_uplink(now: float = 0.0) -> Uplink:
    uplink = uplink_of()
    (sent,) = frames(uplink.outgoing(now))
    assert uplink.receive(sent.exchange, opened()).opened is not None
    uplink.queue.restart(STORED)
    uplink.outgoing(now)
    return uplink


def decoded(sent: SendFrame) -> frame.Frame:
    return frame.decode(sent.frame, Direction.UP)


# --- epochs


def test_it_begins_with_an_open_frame_and_says_nothing_more_until_it_is_open() -> None:
    uplink = uplink_of()
    uplink.queue.add(waiting(STORED + 1))
    (sent,) = frames(uplink.outgoing(0.0))
    assert isinstance(open_frame := decoded(sent), Open)
    assert (open_frame.epoch, open_frame.oldest) == (5, STORED + 1)
    assert uplink.outgoing(100.0) == []
    assert uplink.timer() is None
    progress = uplink.receive(sent.exchange, opened(stored=STORED + 1))
    assert progress.opened == Opened(5, STORED + 1, 0)
    assert (uplink.phase, uplink.base, uplink.link_up) == (Phase.OPEN, STORED + 2, True)


def test_an_open_frame_without_an_answer_is_followed_by_one_of_another_epoch() -> None:
    """The expander may have opened the first one, and sent a command in it."""
    uplink = uplink_of()
    (first,) = frames(uplink.outgoing(0.0))
    uplink.fail(first.exchange, 10.0)
    assert uplink.timer() == 12.0
    (second,) = frames(uplink.outgoing(12.0))
    assert isinstance(again := decoded(second), Open) and again.epoch == 6
    uplink.receive(second.exchange, opened(5))
    assert uplink.phase is Phase.OPENING


def test_an_epoch_that_is_not_open_acknowledges_nothing() -> None:
    uplink = open_uplink()
    down = items.encode(MessageItem(0, Call("", "Reset", "{}")))
    assert uplink.receive_frame(answer(uplink, 0, 0, down)).items
    assert Batch(Header(5, 0, 1), ()) == frame.decode(uplink.acknowledgement(), Direction.UP)
    uplink.close(0.0, wait=False)
    uplink.outgoing(0.0)
    assert uplink.receive_frame(answer(uplink, 0, 0, down)).items == ()
    assert Batch(Header(6, 0, 0), ()) == frame.decode(uplink.acknowledgement(), Direction.UP)


def test_one_refusal_of_several_frames_in_flight_is_enough() -> None:
    uplink = open_uplink()
    for sequence in range(3):
        uplink.queue.add(waiting(STORED + 1 + sequence, 900))
    uplink.flush()
    sent = frames(uplink.outgoing(1.0))
    assert len(sent) == 3
    refused = frame.encode_refused(FrameFault.UNKNOWN_EPOCH)
    assert uplink.receive(sent[0].exchange, refused).refused is FrameFault.UNKNOWN_EPOCH
    uplink.close(1.0, wait=False)
    assert uplink.receive(sent[1].exchange, refused).refused is None
    assert uplink.fail(sent[2].exchange, 50.0) is False
    assert uplink.phase is Phase.CLOSED


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


# --- frames in flight


def test_what_waits_leaves_when_it_must_or_when_it_fills_a_frame() -> None:
    uplink = open_uplink()
    uplink.queue.add(waiting(STORED + 1))
    assert uplink.outgoing(1.0) == []
    uplink.flush()
    assert len(frames(uplink.outgoing(1.0))) == 1
    uplink.queue.add(waiting(STORED + 2, 900))
    uplink.queue.add(waiting(STORED + 3, 900))
    assert len(frames(uplink.outgoing(1.0))) == 1
    assert uplink.queue.sent_through == STORED + 2


def test_a_few_frames_are_in_flight_and_one_while_the_link_is_down() -> None:
    uplink = open_uplink()
    for sequence in range(8):
        uplink.queue.add(waiting(STORED + 1 + sequence, 900))
    uplink.flush()
    sent = frames(uplink.outgoing(1.0))
    assert len(sent) == IN_FLIGHT_MAX
    assert uplink.fail(sent[0].exchange, 100.0) is True
    assert not uplink.link_up
    assert uplink.outgoing(100.0) == []
    assert uplink.timer() == 102.0
    assert len(frames(uplink.outgoing(102.0))) == 1
    assert uplink.outgoing(102.0) == []


def test_after_a_failure_everything_that_is_not_stored_is_sent_again() -> None:
    uplink = open_uplink()
    for sequence in range(2):
        uplink.queue.add(waiting(STORED + 1 + sequence, 900))
    uplink.flush()
    first, second = frames(uplink.outgoing(1.0))
    uplink.receive(second.exchange, answer(uplink, 0))
    uplink.fail(first.exchange, 100.0)
    (again,) = frames(uplink.outgoing(102.0))
    assert isinstance(batch := decoded(again), Batch)
    assert batch.header.first == 0 and isinstance(batch.items[0], Bind)
    uplink.receive(again.exchange, answer(uplink, 1))
    (last,) = frames(uplink.outgoing(103.0))
    uplink.receive(last.exchange, answer(uplink, 2, 1))
    assert (uplink.queue.stored, uplink.delivered) == (STORED + 2, STORED + 1)
    assert uplink.link_up


@given(st.lists(st.integers(0, 6), max_size=20), st.integers(0, 3))
def test_acknowledgements_in_any_order_only_go_forward(counts: list[int], backlog: int) -> None:
    uplink = open_uplink()
    for sequence in range(5):
        uplink.queue.add(waiting(STORED + 1 + sequence))
    uplink.flush()
    uplink.outgoing(1.0)
    before = STORED
    for count in counts:
        uplink.receive_frame(answer(uplink, count, min(count, backlog)))
        assert uplink.queue.stored >= before
        assert uplink.delivered <= uplink.queue.stored <= STORED + 5
        before = uplink.queue.stored
    assert before == STORED + max((count for count in counts if count <= 5), default=0)


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


def test_while_the_link_is_down_each_keepalive_is_a_question() -> None:
    uplink = open_uplink()
    uplink.queue.add(waiting(STORED + 1))
    uplink.flush()
    (sent,) = frames(uplink.outgoing(1.0))
    uplink.fail(sent.exchange, 90.0)
    uplink.receive_frame(answer(uplink, 1))  # it had arrived, only the answer was lost
    (question,) = frames(uplink.outgoing(92.0))
    assert isinstance(asked := decoded(question), Batch) and asked.items == ()
    uplink.receive(question.exchange, answer(uplink, 1))
    assert uplink.outgoing(92.0 + KEEPALIVE_SECONDS) == [SendKeepalive()]


def test_a_void_item_from_the_expander_is_played_and_acknowledged() -> None:
    uplink = open_uplink()
    progress = uplink.receive_frame(answer(uplink, 0, 0, items.encode(Void())))
    assert progress.items == ((0, Void()),)
    assert frame.decode(uplink.acknowledgement(), Direction.UP) == Batch(Header(5, 0, 1), ())
