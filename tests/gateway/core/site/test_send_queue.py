"""The sending end at the site: what fits, what is bound, what is sent again, and its order."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, Send
from laconic_gateway.core.site.send_queue import (
    FRAME_ITEMS,
    PAGE_RECORDS,
    WINDOW_ITEMS,
    SendQueue,
)

BINDS: Final = tuple(Bind(channel, f"/CP{channel}", "1.6") for channel in range(3))
STORED: Final = 100


def message(number: int, channel: int = 0, size: int = 10) -> MessageItem:
    return MessageItem(channel, Send("", "DataTransfer", f'{{"n":"{number}{"x" * size}"}}'))


def add(queue: SendQueue, item: MessageItem | Presence) -> None:
    bind = BINDS[item.channel]
    if isinstance(item, Presence):
        queue.add_presence(bind, item)
    else:
        queue.add_message(queue.loaded_through + 1, item, bind)


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


def channel_of(item: Item) -> int:
    return 0 if isinstance(item, Void) else item.channel


def send(queue: SendQueue, fits: int = FRAME_ITEMS) -> tuple[int, list[Item]]:
    """Send one frame of at most `fits` items, grouped by channel; return its first number too."""
    first, given = queue.first_unsent, queue.next_items()[:fits]
    order = sorted(range(len(given)), key=lambda place: channel_of(given[place]))
    queue.take(order)
    return first, [given[place] for place in order]


def send_all(queue: SendQueue, fits: int = FRAME_ITEMS) -> list[tuple[int, list[Item]]]:
    sent: list[tuple[int, list[Item]]] = []
    while queue.has_unsent:
        sent.append(send(queue, fits))
    return sent


def by_channel(items: list[Item]) -> dict[int, list[Item]]:
    channels: dict[int, list[Item]] = {}
    for item in items:
        channels.setdefault(channel_of(item), []).append(item)
    return channels


CHANNELS: Final = st.integers(0, 2)
ADDED: Final = st.lists(
    st.builds(message, st.integers(0, 99), CHANNELS)
    | st.builds(Presence, CHANNELS, st.integers(1, 9)),
    max_size=12,
)
FITS: Final = st.integers(1, 5)


@given(ADDED, FITS)
def test_the_items_of_a_charger_are_sent_in_the_order_in_which_they_were_added(
    added: list[MessageItem | Presence], fits: int
) -> None:
    queue = queue_of(*added)
    numbers: list[int] = []
    stream: list[Item] = []
    for first, items in send_all(queue, fits):
        numbers.append(first)
        assert first == len(stream)
        stream += items
    assert by_channel(stream) == by_channel(stream_of(added))
    assert queue.first_unsent == queue.numbered == len(stream)


@given(ADDED, FITS, FITS, st.data())
def test_what_is_not_stored_is_sent_again_under_its_number(
    added: list[MessageItem | Presence], fits: int, fits_later: int, data: st.DataObject
) -> None:
    """Also if less of it fits into a frame than before, and more has come since."""
    queue = queue_of(*added)
    sent = send_all(queue, fits)
    numbered = [item for _, items in sent for item in items]
    stored = data.draw(st.integers(0, len(sent)))
    queue.acknowledge(sum(len(items) for _, items in sent[:stored]))
    queue.rewind()
    add(queue, message(100))
    for first, items in send_all(queue, fits_later):
        known = numbered[first : first + len(items)]
        assert items[: len(known)] == known
        numbered += items[len(known) :]
    assert by_channel(numbered) == by_channel(stream_of([*added, message(100)]))
    queue.acknowledge(len(numbered))
    assert (queue.acknowledged, queue.stored) == (len(numbered), queue.loaded_through)
    assert not queue.has_unsent


@given(ADDED, FITS, st.data())
def test_what_is_stored_is_a_first_part_of_the_journal(
    added: list[MessageItem | Presence], fits: int, data: st.DataObject
) -> None:
    """Bind and presence are acknowledged like messages, and are in no journal."""
    queue = queue_of(*added)
    sent = send_all(queue, fits)
    whole = data.draw(st.integers(0, len(sent)))
    part = data.draw(st.integers(0, 2))
    items = [item for _, items in sent[:whole] for item in items]
    following = len(sent[whole][1]) if whole < len(sent) else 0
    queue.acknowledge(len(items) + min(part, max(0, following - 1)))
    count = sum(isinstance(item, MessageItem) for item in items)
    assert (queue.stored, queue.acknowledged) == (STORED + count, len(items))
    messages = [item for item in added if isinstance(item, MessageItem)]
    said = [item for item in items if isinstance(item, MessageItem)]
    assert by_channel(list(said)) == by_channel(list(messages[:count]))


@given(ADDED, FITS, st.integers(0, 12))
def test_the_journal_is_needed_until_whole_frames_are_delivered(
    added: list[MessageItem | Presence], fits: int, taken: int
) -> None:
    queue = queue_of(*added)
    ends = [STORED]
    for _, items in send_all(queue, fits):
        ends.append(ends[-1] + sum(isinstance(item, MessageItem) for item in items))
    queue.acknowledge(queue.numbered)
    delivered = queue.delivered(STORED + taken)
    assert delivered == max(end for end in ends if end <= STORED + taken)
    assert queue.delivered(STORED) == delivered


def test_an_answer_names_its_call_by_its_place_among_the_messages() -> None:
    queue = SendQueue(STORED)
    said = [message(1, 1), MessageItem(0, Call("", "Authorize", "{}")), message(2, 1)]
    for item in said:
        add(queue, item)
    _, items = send(queue)
    number = [item for item in items if isinstance(item, MessageItem)].index(said[1])
    assert number == 0
    assert queue.numbering.sequence_of(STORED + 1 + number) == STORED + 2
    assert queue.numbering.place_of(STORED + 2) == STORED + 1 + number
    assert queue.numbering.sequence_of(STORED + 2) is None


def test_who_came_said_something_and_left_did_it_in_this_order() -> None:
    boot = message(1)
    queue = queue_of(Presence(0, 1), boot, Presence(0, 2), Presence(0, 3), boot)
    _, items = send(queue)
    assert items == [BINDS[0], Presence(0, 1), boot, Presence(0, 2), Presence(0, 3), boot]


def test_a_charger_on_two_channels_is_still_heard_in_its_order() -> None:
    """It has come again with another OCPP version."""
    newer = Bind(1, "/CP0", "2.1")
    queue = SendQueue(STORED)
    said = [message(1, 1), message(2, 0), message(3, 0), message(4, 1)]
    for item in said:
        bind = newer if item.channel else BINDS[0]
        queue.add_message(queue.loaded_through + 1, item, bind)
    sent = [item for _, items in send_all(queue) for item in items]
    assert [item for item in sent if not isinstance(item, Bind)] == said


def test_a_new_epoch_binds_again_what_its_open_frame_does_not() -> None:
    queue = queue_of(Presence(0, 1), message(1, 1))
    send(queue)
    queue.restart(STORED, bound={0})
    assert (queue.numbered, queue.first_unsent, queue.loaded_through) == (0, 0, STORED)
    for item in [message(1, 1), message(2, 0)]:
        add(queue, item)
    assert send(queue) == (0, [message(2, 0), BINDS[1], message(1, 1)])


def test_a_void_names_no_channel_and_binds_none() -> None:
    queue = SendQueue(STORED)
    queue.add_message(STORED + 1, Void(), None)
    assert send(queue) == (0, [Void()])


def test_a_frame_is_full_when_no_further_item_may_go_into_it() -> None:
    queue = queue_of(*(message(n) for n in range(FRAME_ITEMS - 2)))
    assert not queue.fills_a_frame()
    add(queue, message(1))
    assert queue.fills_a_frame()
    send(queue)
    assert not queue.fills_a_frame()


def test_the_window_has_an_end_and_room_for_whole_pages_only() -> None:
    queue = queue_of(Presence(0, 1))
    for count in range(2, WINDOW_ITEMS):
        assert queue.has_room
        assert queue.wants_page == (count + PAGE_RECORDS <= WINDOW_ITEMS)
        add(queue, message(count))
    assert not queue.has_room
    send(queue, PAGE_RECORDS)
    send(queue, PAGE_RECORDS)
    queue.acknowledge(2 * FRAME_ITEMS)
    assert queue.wants_page and queue.loaded_through == STORED + WINDOW_ITEMS - 2


def test_an_acknowledgement_never_goes_back_and_may_come_after_a_rewind() -> None:
    queue = queue_of(*(message(n) for n in range(5)))
    send_all(queue, 2)
    queue.rewind()
    queue.acknowledge(4)
    assert (queue.stored, queue.first_unsent, queue.loaded_through) == (103, 4, 105)
    queue.acknowledge(2)
    assert (queue.stored, queue.acknowledged) == (103, 4)
