"""The sending end at the site: what fits, what is bound, what is said of who is there."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import frame, items
from laconic_codec.frame import Batch, Direction, Fragment, Header
from laconic_codec.items import Bind, Item, MessageItem, Presence
from laconic_codec.messages import Send
from laconic_gateway.core.site.send_queue import PAGE_RECORDS, WINDOW_RECORDS, SendQueue, Waiting
from laconic_gateway.core.stream import Receiver

BINDS = tuple(Bind(channel, f"/CP{channel}", "1.6") for channel in range(3))


def waiting(sequence: int, channel: int = 0, size: int = 10) -> Waiting:
    item = MessageItem(channel, Send("", "DataTransfer", f'{{"n":"{sequence}{"x" * size}"}}'))
    return Waiting(sequence, items.encode(item), BINDS[channel])


def queue_of(*entries: Waiting, stored: int = 100) -> SendQueue:
    queue = SendQueue(stored)
    for entry in entries:
        queue.add(entry)
    return queue


def drain(queue: SendQueue) -> list[Batch | Fragment]:
    frames: list[Batch | Fragment] = []
    while queue.has_unsent:
        first = queue.sent_through - queue.stored
        for encoded in queue.next_frames(Header(1, first, 0)):
            decoded = frame.decode(encoded, Direction.UP)
            assert isinstance(decoded, Batch | Fragment)
            frames.append(decoded)
    return frames


def entries(frames: list[Batch | Fragment]) -> list[Item]:
    receiver = Receiver()
    return [item for one in frames for _, item in receiver.accept(one)]


CASES = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([0, 10, 300, 900, 2_500])), max_size=9
)


@given(CASES, st.sets(st.integers(0, 2)))
def test_everything_is_sent_in_order_and_each_channel_is_bound_first(
    cases: list[tuple[int, int]], present: set[int]
) -> None:
    waits = [waiting(101 + n, channel, size) for n, (channel, size) in enumerate(cases)]
    queue = queue_of(*waits)
    for channel in present:
        queue.announce(BINDS[channel], Presence(channel, 1))
    sent = entries(drain(queue))
    messages = [items.encode(item) for item in sent if isinstance(item, MessageItem)]
    assert messages == [entry.encoded for entry in waits]
    bound: set[int] = set()
    for item in sent:
        if isinstance(item, Bind):
            assert item.channel not in bound
            bound.add(item.channel)
        elif isinstance(item, MessageItem | Presence):
            assert item.channel in bound
    assert {item.channel for item in sent if isinstance(item, Presence)} == present


@given(CASES, st.integers(0, 9))
def test_what_is_not_stored_is_sent_again_with_its_bindings(
    cases: list[tuple[int, int]], stored: int
) -> None:
    waits = [waiting(101 + n, channel, size) for n, (channel, size) in enumerate(cases)]
    queue = queue_of(*waits)
    drain(queue)
    queue.acknowledge(100 + stored)
    queue.rewind()
    again = entries(drain(queue))
    kept = waits[stored:]
    assert [items.encode(i) for i in again if isinstance(i, MessageItem)] == [
        w.encoded for w in kept
    ]
    assert {i.channel for i in again if isinstance(i, Bind)} == {
        w.binding.channel for w in kept if w.binding
    }


def test_who_left_is_told_again_when_the_frame_was_lost() -> None:
    queue = queue_of()
    queue.announce(BINDS[0], Presence(0, 1))
    drain(queue)
    queue.announce(BINDS[0], Presence(0, 2))
    assert entries(drain(queue)) == [Presence(0, 2)]
    queue.rewind()
    assert entries(drain(queue)) == [BINDS[0], Presence(0, 2)]


def test_a_new_epoch_begins_with_those_who_are_there() -> None:
    queue = queue_of()
    queue.announce(BINDS[0], Presence(0, 2))
    queue.announce(BINDS[1], Presence(1, 3))
    assert queue.presence_items() == [BINDS[1], Presence(1, 3)]
    queue.announce(BINDS[1], Presence(1, 4))  # it leaves before the epoch is open
    queue.restart(100)
    assert entries(drain(queue)) == [BINDS[1], Presence(1, 4)]


def test_of_two_channels_of_one_charger_the_last_one_is_announced_last() -> None:
    queue = queue_of()
    queue.announce(BINDS[0], Presence(0, 1))
    queue.announce(BINDS[1], Presence(1, 1))
    queue.announce(BINDS[0], Presence(0, 3))
    assert queue.presence_items()[-1] == Presence(0, 3)


def test_a_charger_that_said_something_and_left_did_it_in_this_order() -> None:
    queue = queue_of(waiting(101))
    queue.announce(BINDS[0], Presence(0, 2))
    kinds = [type(item) for item in entries(drain(queue))]
    assert kinds == [Bind, MessageItem, Presence]


def test_a_frame_is_full_when_the_next_message_does_not_fit() -> None:
    queue = queue_of(waiting(101, size=500))
    assert not queue.fills_a_frame()
    queue.add(waiting(102, size=600))
    assert queue.fills_a_frame()


def test_the_window_has_an_end_and_room_for_whole_pages_only() -> None:
    queue = SendQueue(0)
    for sequence in range(1, WINDOW_RECORDS + 1):
        assert queue.has_room
        assert queue.wants_page == (sequence - 1 + PAGE_RECORDS <= WINDOW_RECORDS)
        queue.add(waiting(sequence))
    assert not queue.has_room
    queue.acknowledge(PAGE_RECORDS)
    assert queue.wants_page and queue.loaded_through == WINDOW_RECORDS


def test_an_acknowledgement_never_goes_back_and_may_come_after_a_rewind() -> None:
    queue = queue_of(*(waiting(101 + n) for n in range(5)))
    drain(queue)
    queue.rewind()
    queue.acknowledge(103)
    assert (queue.stored, queue.sent_through, queue.loaded_through) == (103, 103, 105)
    queue.acknowledge(101)
    assert queue.stored == 103
