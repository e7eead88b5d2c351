"""The site's end of the association: frames in flight, and what their answers say."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import frame, items, signs
from laconic_codec.adaptive import seal
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.frame import Batch, Direction, Open, Opened
from laconic_codec.items import Bind, MessageItem, Presence, Void
from laconic_codec.signs import Reach
from laconic_gateway.core.site.contact import IN_FLIGHT_MAX
from laconic_gateway.core.site.send_queue import FRAME_ITEMS
from laconic_gateway.core.site.sendings import SendFrame
from laconic_gateway.core.site.uplink import Uplink
from laconic_gateway.core.stream import EARLY_FRAMES_MAX, Receiver
from tests.support.uplinks import (
    BIND,
    STORED,
    answer,
    decoded,
    frames,
    in_flight,
    open_uplink,
    say,
    uplink_of,
)

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
    assert not uplink.contact.link_up
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
    assert uplink.contact.link_up


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
