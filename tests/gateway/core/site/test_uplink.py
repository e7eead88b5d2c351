"""The site's end of the association: epochs, frames in flight, back-off, keepalives."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import frame, items, signs
from laconic_codec.adaptive import seal
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Direction, Header, Open, Opened
from laconic_codec.items import Bind, MessageItem, Presence, Void
from laconic_codec.messages import Call, Send
from laconic_codec.signs import Reach
from laconic_gateway.core.site.reachability import CONFIRM_EVERY, Reachability, ReachSettings
from laconic_gateway.core.site.send_queue import FRAME_ITEMS, SendQueue
from laconic_gateway.core.site.sendings import SendFrame, SendKeepalive
from laconic_gateway.core.site.uplink import IN_FLIGHT_MAX, Phase, Uplink
from laconic_gateway.core.stream import EARLY_FRAMES_MAX, Receiver

STORED = 1_000
KEEPALIVE_SECONDS = 28.0


BIND = Bind(0, "/CP1", "1.6")


def uplink_of(
    states: Iterable[tuple[Bind, Presence]] = (), *, stored: int = STORED, epoch: int = 5
) -> Uplink:
    return Uplink(
        SendQueue(stored),
        epoch=epoch,
        reachability=Reachability(
            ReachSettings(
                keepalive_seconds=KEEPALIVE_SECONDS, sign_of_life_seconds=KEEPALIVE_SECONDS
            )
        ),
        random=lambda: 0.5,
        states=lambda: list(states),
    )


def say(uplink: Uplink, count: int = 1, size: int = 10) -> None:
    """Queue messages of one charger; its binding is an item of its own before the first one."""
    item = MessageItem(0, Send("", "DataTransfer", f'{{"n":"{"x" * size}"}}'))
    for _ in range(count):
        uplink.queue.add_message(uplink.queue.loaded_through + 1, item, BIND)


def frames(sends: Sequence[object]) -> list[SendFrame]:
    return [send for send in sends if isinstance(send, SendFrame)]


def opened(epoch: int = 5, stored: int = STORED) -> bytes:
    return frame.encode_opened(Opened(epoch, stored, 0))


def answer(uplink: Uplink, count: int, backlog: int = 0, *down: bytes, first: int = 0) -> bytes:
    """Return a frame of the expander that acknowledges `count` items."""
    header = Header(uplink.epoch, first, count, backlog)
    return frame.encode_batch(header, down, Direction.DOWN)[0]


def open_uplink(now: float = 0.0) -> Uplink:
    uplink = uplink_of()
    (sent,) = frames(uplink.outgoing(now))
    assert uplink.receive(sent.exchange, opened()).opened is not None
    uplink.queue.restart(STORED, ())
    uplink.outgoing(now)
    return uplink


def decoded(sent: SendFrame) -> frame.Frame:
    return frame.decode(sent.frame, Direction.UP)


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
    assert (uplink.phase, uplink.base, uplink.link_up) == (Phase.OPEN, STORED + 2, True)


def test_an_epoch_begins_with_those_who_are_there() -> None:
    uplink = uplink_of([(BIND, Presence(0, 2)), (Bind(1, "/CP2", "2.1"), Presence(1, 3))])
    (sent,) = frames(uplink.outgoing(0.0))
    assert isinstance(opening := decoded(sent), Open)
    assert opening.items == (Bind(1, "/CP2", "2.1"), Presence(1, 3))
    assert uplink.announced == {1: 3}


def test_what_of_the_chargers_does_not_fit_into_the_open_frame_is_not_counted_as_told() -> None:
    states = [(Bind(n, f"/ocpp/CP{n}", "1.6"), Presence(n, 1)) for n in range(200)]
    uplink = uplink_of(states)
    (sent,) = frames(uplink.outgoing(0.0))
    opening = decoded(sent)
    assert isinstance(opening, Open)
    told = {item.channel for item in opening.items if isinstance(item, Presence)}
    assert set(uplink.announced) == told == set(range(len(told)))
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
    assert uplink.phase is Phase.OPENING


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


def test_what_waits_leaves_when_it_must_or_when_it_is_more_than_a_frame_carries() -> None:
    uplink = open_uplink()
    say(uplink)
    assert uplink.outgoing(1.0) == []
    uplink.flush()
    assert len(frames(uplink.outgoing(1.0))) == 1
    say(uplink, FRAME_ITEMS - 1)
    assert uplink.outgoing(1.0) == []
    say(uplink)
    assert len(frames(uplink.outgoing(1.0))) >= 1


def test_a_few_frames_are_in_flight_and_one_while_the_link_is_down() -> None:
    uplink = open_uplink()
    say(uplink, 8, 900)
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
    say(uplink, 2, 900)
    uplink.flush()
    first, second = frames(uplink.outgoing(1.0))
    uplink.receive(second.exchange, answer(uplink, 0))
    uplink.fail(first.exchange, 100.0)
    (again,) = frames(uplink.outgoing(102.0))
    assert isinstance(batch := decoded(again), Batch)
    assert batch.header.first == 0 and isinstance(batch.items[0], Bind)
    uplink.receive(again.exchange, answer(uplink, 2))
    (last,) = frames(uplink.outgoing(103.0))
    assert isinstance(batch := decoded(last), Batch) and batch.header.first == 2
    uplink.receive(last.exchange, answer(uplink, 3, 1))
    assert (uplink.queue.stored, uplink.delivered) == (STORED + 2, STORED + 1)
    assert uplink.link_up


def test_a_frame_without_messages_is_acknowledged_and_repeated_like_any_other() -> None:
    uplink = open_uplink()
    uplink.queue.add_presence(BIND, Presence(0, 1))
    uplink.flush()
    (first,) = frames(uplink.outgoing(1.0))
    uplink.fail(first.exchange, 100.0)
    (again,) = frames(uplink.outgoing(102.0))
    assert again.frame == first.frame
    uplink.receive(again.exchange, answer(uplink, 2))
    assert (uplink.queue.acknowledged, uplink.queue.stored) == (2, STORED)
    uplink.flush()
    assert uplink.outgoing(102.0) == []


@given(st.lists(st.integers(0, 7), max_size=20), st.integers(0, 3))
def test_acknowledgements_in_any_order_only_go_forward(counts: list[int], backlog: int) -> None:
    """Frames are stored as a whole: binding and first message, then a message each."""
    uplink = open_uplink()
    say(uplink, 3, 900)
    uplink.flush()
    uplink.outgoing(1.0)
    before = STORED
    for count in counts:
        uplink.receive_request(answer(uplink, count, min(max(0, count - 1), backlog)), 0.0)
        assert uplink.queue.stored >= before
        assert uplink.delivered <= uplink.queue.stored <= STORED + 3
        before = uplink.queue.stored
    believed = max((count for count in counts if count in (2, 3, 4)), default=0)
    assert uplink.queue.acknowledged == believed
    assert before == STORED + max(0, believed - 1)  # the first item is the binding


# --- the answer without content


def test_an_answer_without_content_says_that_all_of_the_frame_is_stored() -> None:
    uplink, (first, second) = in_flight(2)
    uplink.receive(first.exchange, b"")
    assert (uplink.queue.stored, uplink.delivered) == (STORED + 1, STORED)
    uplink.receive(second.exchange, b"")
    assert (uplink.queue.stored, uplink.delivered) == (STORED + 2, STORED + 1)


def test_answers_without_content_may_overtake_each_other() -> None:
    """What was delivered before a frame is what was so when it left, not when the answer comes."""
    uplink, (first, second) = in_flight(2)
    uplink.receive(second.exchange, b"")
    assert (uplink.queue.stored, uplink.delivered) == (STORED + 2, STORED + 1)
    uplink.receive(first.exchange, b"")
    assert (uplink.queue.stored, uplink.delivered) == (STORED + 2, STORED + 1)


# --- the state of the coding


def adaptive_uplink() -> Uplink:
    uplink = uplink_of()
    (sent,) = frames(uplink.outgoing(0.0))
    opening = decoded(sent)
    assert isinstance(opening, Open)
    assert opening.codings == int(ALL_CODINGS)
    said = frame.encode_opened(Opened(5, STORED, 0, codings=opening.codings))
    assert uplink.receive(sent.exchange, said).opened is not None
    uplink.queue.restart(STORED, ())
    uplink.outgoing(0.0)
    return uplink


def test_of_the_frames_on_their_way_one_commits() -> None:
    uplink, decoder = adaptive_uplink(), Decoder(Direction.UP, 5)
    commits: list[bool] = []
    for turn in range(6):
        say(uplink, 1, turn)
        uplink.flush()
        (sent,) = frames(uplink.outgoing(1.0))
        assert isinstance(decoder.decode(sent.frame), Batch)
        commits.append(bool(sent.frame[0] & seal.COMMITS))
        if turn % 3 == 2:
            for exchange in range(sent.exchange - 2, sent.exchange + 1):
                uplink.receive(exchange, b"")
    assert commits == [True, False, False, True, False, False]


@given(st.data())
def test_the_expander_reads_whatever_arrives_in_whatever_order(data: st.DataObject) -> None:
    """Frames overtake each other and are given up; what was not given up is read."""
    uplink, end, receiver = adaptive_uplink(), Decoder(Direction.UP, 5), Receiver()
    now, said = 1.0, 0
    on_way: list[SendFrame] = []
    for _ in range(data.draw(st.integers(1, 25))):
        now += 100.0
        say(uplink, data.draw(st.integers(0, 3)), data.draw(st.integers(0, 400)))
        uplink.flush()
        on_way += frames(uplink.outgoing(now))
        while on_way:
            if data.draw(st.booleans()):
                break
            sent = on_way.pop(data.draw(st.integers(0, len(on_way) - 1)))
            if data.draw(st.integers(0, 4)) == 0:
                uplink.fail(sent.exchange, now)
                on_way.clear()
                continue
            if isinstance(signs.decode(sent.frame), Reach):
                uplink.receive(sent.exchange, answer(uplink, receiver.next))
                continue
            batch = end.decode(sent.frame)
            assert isinstance(batch, Batch)
            said += sum(isinstance(item, MessageItem) for _, item in receiver.accept(batch))
            uplink.receive(sent.exchange, answer(uplink, receiver.next))
    assert uplink.queue.stored <= STORED + said


# --- what was lost is repeated early


def in_flight(count: int) -> tuple[Uplink, list[SendFrame]]:
    uplink = open_uplink()
    say(uplink, count, 900)
    uplink.flush()
    sent = frames(uplink.outgoing(1.0))
    assert len(sent) == count
    return uplink, sent


def test_an_answer_that_lacks_what_was_sent_before_makes_that_overdue() -> None:
    uplink, (first, second, third, last) = in_flight(4)
    progress = uplink.receive(third.exchange, answer(uplink, 0))
    assert progress.overdue == (first.exchange, second.exchange)
    progress = uplink.receive(last.exchange, answer(uplink, 2))
    assert progress.overdue == (first.exchange, second.exchange)
    assert uplink.receive(second.exchange, answer(uplink, 5)).overdue == ()


def test_an_answer_that_has_everything_before_it_makes_nothing_overdue() -> None:
    """The answers may overtake each other: the first frame may wait for the CSMS."""
    uplink, (_, second, third) = in_flight(3)
    assert uplink.receive(third.exchange, answer(uplink, 4)).overdue == ()
    assert uplink.receive(second.exchange, answer(uplink, 3)).overdue == ()


def test_a_hole_in_the_downlink_makes_the_answers_before_it_overdue() -> None:
    uplink, (first, second) = in_flight(2)
    void = items.encode(Void())
    progress = uplink.receive(second.exchange, answer(uplink, 3, 0, void, first=1))
    assert (progress.items, progress.overdue) == ((), (first.exchange,))
    progress = uplink.receive(first.exchange, answer(uplink, 3, 0, void))
    assert progress.items == ((0, Void()), (1, Void())) and progress.overdue == ()


def test_what_came_too_early_to_be_kept_is_sent_again() -> None:
    """One frame is lost for a long time, and the expander answers all that come after it."""
    uplink, receiver = open_uplink(), Receiver()
    say(uplink, EARLY_FRAMES_MAX + 20, 900)
    uplink.flush()
    lost, *waiting = frames(uplink.outgoing(1.0))
    for turn in range(3 * EARLY_FRAMES_MAX):
        if turn == EARLY_FRAMES_MAX + 10:
            waiting.append(lost)
        if waiting:
            sent = waiting.pop(0)
            batch = decoded(sent)
            assert isinstance(batch, Batch)
            receiver.accept(batch)
            uplink.receive(sent.exchange, answer(uplink, receiver.next))
            waiting += frames(uplink.outgoing(1.0))
    assert uplink.queue.acknowledged == EARLY_FRAMES_MAX + 21
    assert not uplink.queue.has_unsent


def test_frames_that_were_given_up_are_not_overdue() -> None:
    uplink, (first, _, third) = in_flight(3)
    uplink.fail(first.exchange, 100.0)
    assert uplink.receive(third.exchange, answer(uplink, 0)).overdue == ()
    again = frames(uplink.outgoing(102.0))[0]
    with_a_hole = answer(uplink, 2, 0, items.encode(Void()), first=1)
    assert uplink.receive(again.exchange, with_a_hole).overdue == ()


@given(st.permutations(range(IN_FLIGHT_MAX)), st.lists(st.integers(0, 5), min_size=4, max_size=4))
def test_only_what_is_in_flight_and_older_is_overdue(order: list[int], counts: list[int]) -> None:
    uplink, sent = in_flight(IN_FLIGHT_MAX)
    left = {one.exchange for one in sent}
    for turn, count in zip(order, counts, strict=True):
        exchange = sent[turn].exchange
        left.remove(exchange)
        progress = uplink.receive(exchange, answer(uplink, count))
        assert left.issuperset(progress.overdue)
        assert all(other < exchange for other in progress.overdue)


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
    uplink.reachability = Reachability(ReachSettings("poll"))  # it tells that at once
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
    uplink.carried_by(None, 0.0)
    say(uplink)
    assert uplink.outgoing(0.0) == [] and uplink.timer() is None
    uplink.carried_by("tcp", 7.0)
    (sent,) = frames(uplink.outgoing(7.0))
    assert isinstance(decoded(sent), Open)


def test_a_carrier_that_is_back_ends_the_pause_at_once() -> None:
    uplink = open_uplink()
    say(uplink)
    uplink.flush()
    (sent,) = frames(uplink.outgoing(1.0))
    uplink.carried_by(None, 2.0)
    assert uplink.fail(sent.exchange, 2.0)
    assert uplink.outgoing(1000.0) == []
    uplink.carried_by("tcp", 1000.5)
    again = frames(uplink.outgoing(1000.5))
    assert [decoded(one) for one in again] == [decoded(sent)]


def test_after_a_change_of_carrier_the_expander_hears_of_it_at_once() -> None:
    uplink = open_uplink()
    uplink.link_up = True
    uplink.carried_by("tcp", 10.0)
    (sign,) = frames(uplink.outgoing(10.0))
    assert isinstance(signs.decode(sign.frame), Reach)
    assert frames(uplink.outgoing(10.0)) == [], "once is enough"
