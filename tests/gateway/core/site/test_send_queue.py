"""The sending end at the site: what fits, what is bound, what is sent again, and its order."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import frame, items
from laconic_codec.frame import Batch, Direction, Fragment, Header
from laconic_codec.items import Bind, Item, MessageItem, Presence
from laconic_codec.messages import Send
from laconic_gateway.core.site.send_queue import PAGE_RECORDS, WINDOW_ITEMS, SendQueue
from laconic_gateway.core.stream import Receiver

BINDS: Final = tuple(Bind(channel, f"/CP{channel}", "1.6") for channel in range(3))
STORED: Final = 100


def message(number: int, channel: int = 0, size: int = 10) -> MessageItem:
    return MessageItem(channel, Send("", "DataTransfer", f'{{"n":"{number}{"x" * size}"}}'))


def add(queue: SendQueue, item: MessageItem | Presence) -> None:
    bind = BINDS[item.channel]
    if isinstance(item, Presence):
        queue.add_presence(bind, item)
    else:
        queue.add_message(queue.loaded_through + 1, items.encode(item), bind)


def queue_of(*added: MessageItem | Presence) -> SendQueue:
    queue = SendQueue(STORED)
    for item in added:
        add(queue, item)
    return queue


def stream_of(added: list[MessageItem | Presence]) -> list[Item]:
    """Return what is to be sent: each channel is bound right before it is named first."""
    stream: list[Item] = []
    for item in added:
        if not any(isinstance(one, Bind) and one.channel == item.channel for one in stream):
            stream.append(BINDS[item.channel])
        stream.append(item)
    return stream


def send(queue: SendQueue, count: int | None = None) -> list[Batch | Fragment]:
    """Return what leaves in the next `count` turns, or in all."""
    frames: list[Batch | Fragment] = []
    while queue.has_unsent and count != 0:
        for encoded in queue.next_frames(Header(1, queue.first_unsent, 0)):
            decoded = frame.decode(encoded, Direction.UP)
            assert isinstance(decoded, Batch | Fragment)
            frames.append(decoded)
        count = None if count is None else count - 1
    return frames


def play(receiver: Receiver, frames: list[Batch | Fragment]) -> list[Item]:
    return [item for one in frames for _, item in receiver.accept(one)]


CHANNELS: Final = st.integers(0, 2)
SIZES: Final = st.sampled_from([0, 10, 300, 900, 2_500])
ADDED: Final = st.lists(
    st.builds(message, st.integers(0, 99), CHANNELS, SIZES)
    | st.builds(Presence, CHANNELS, st.integers(1, 9)),
    max_size=9,
)


@given(ADDED)
def test_everything_is_sent_in_the_order_in_which_it_was_added(
    added: list[MessageItem | Presence],
) -> None:
    queue = queue_of(*added)
    assert play(Receiver(), send(queue)) == stream_of(added)
    assert queue.first_unsent == queue.added == len(stream_of(added))


@given(ADDED, st.integers(0, 20), st.integers(0, 3), st.data())
def test_what_is_not_stored_is_sent_again_under_its_number(
    added: list[MessageItem | Presence], turns: int, lost: int, data: st.DataObject
) -> None:
    queue, receiver = queue_of(*added), Receiver()
    frames = send(queue, turns)
    played = play(receiver, frames[: max(0, len(frames) - lost)])
    acknowledged = data.draw(st.integers(0, receiver.next))
    queue.acknowledge(acknowledged)
    queue.rewind()
    assert queue.first_unsent == acknowledged
    played += play(receiver, send(queue))
    assert played == stream_of(added)
    queue.acknowledge(receiver.next)
    assert (queue.acknowledged, queue.stored) == (len(played), queue.loaded_through)
    assert not queue.has_unsent


@given(ADDED, st.data())
def test_stored_is_the_last_message_of_what_is_acknowledged(
    added: list[MessageItem | Presence], data: st.DataObject
) -> None:
    """Bind and presence are acknowledged like messages, and are in no journal."""
    queue, stream = queue_of(*added), stream_of(added)
    send(queue)
    count = data.draw(st.integers(0, len(stream)))
    queue.acknowledge(count)
    assert queue.stored == STORED + sum(isinstance(one, MessageItem) for one in stream[:count])
    assert queue.added == len(stream)


def test_who_came_said_something_and_left_did_it_in_this_order() -> None:
    boot = message(1)
    queue = queue_of(Presence(0, 1), boot, Presence(0, 2), Presence(0, 3), boot)
    (batch,) = send(queue)
    assert isinstance(batch, Batch)
    assert batch.items == (BINDS[0], Presence(0, 1), boot, Presence(0, 2), Presence(0, 3), boot)


def test_a_new_epoch_binds_again_what_its_open_frame_does_not() -> None:
    queue = queue_of(Presence(0, 1), message(1, 1))
    send(queue)
    queue.restart(STORED, bound={0})
    assert (queue.added, queue.first_unsent, queue.loaded_through) == (0, 0, STORED)
    added = [message(1, 1), message(2, 0)]
    for item in added:
        add(queue, item)
    assert play(Receiver(), send(queue)) == [BINDS[1], *added]


def test_a_void_names_no_channel_and_binds_none() -> None:
    queue = SendQueue(STORED)
    queue.add_message(STORED + 1, items.encode(items.Void()), None)
    assert play(Receiver(), send(queue)) == [items.Void()]


def test_a_frame_is_full_when_the_next_item_does_not_fit() -> None:
    queue = queue_of(message(1, size=500))
    assert not queue.fills_a_frame()
    add(queue, message(2, size=600))
    assert queue.fills_a_frame()
    send(queue, 1)
    assert not queue.fills_a_frame()


def test_the_window_has_an_end_and_room_for_whole_pages_only() -> None:
    queue = queue_of(Presence(0, 1))
    for count in range(2, WINDOW_ITEMS):
        assert queue.has_room
        assert queue.wants_page == (count + PAGE_RECORDS <= WINDOW_ITEMS)
        add(queue, message(count))
    assert not queue.has_room
    queue.acknowledge(PAGE_RECORDS)
    assert queue.wants_page and queue.loaded_through == STORED + WINDOW_ITEMS - 2


def test_an_acknowledgement_never_goes_back_and_may_come_after_a_rewind() -> None:
    queue = queue_of(*(message(n) for n in range(5)))
    send(queue)
    queue.rewind()
    queue.acknowledge(4)
    assert (queue.stored, queue.first_unsent, queue.loaded_through) == (103, 4, 105)
    queue.acknowledge(2)
    assert (queue.stored, queue.acknowledged) == (103, 4)
