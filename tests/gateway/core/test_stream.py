"""The receiving end of a stream: whatever the network does, each item once and in order."""

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from laconic_codec import frame, items
from laconic_codec.errors import FrameError
from laconic_codec.frame import Batch, Direction, Fragment, Header
from laconic_codec.items import Bind, Item, MessageItem, Presence
from laconic_codec.messages import Send
from laconic_gateway.core.stream import PARTIAL_ITEMS_MAX, Receiver

SIZES = st.sampled_from([0, 0, 5, 50, 3_000])


def message(number: int, size: int = 0) -> MessageItem:
    return MessageItem(0, Send("", "DataTransfer", f'{{"n":"{number}-{"x" * size}"}}'))


def frames_of(sent: list[MessageItem], per_frame: int) -> list[Batch | Fragment]:
    """Cut a stream into frames, long items into fragments."""
    frames: list[Batch | Fragment] = []
    number = 0
    while number < len(sent):
        encoded = [items.encode(item) for item in sent[number : number + per_frame]]
        header = Header(1, number, 0)
        batch, taken = frame.encode_batch(header, encoded, Direction.UP)
        pieces = [batch] if taken else frame.encode_fragments(header, encoded[0], Direction.UP)
        for piece in pieces:
            decoded = frame.decode(piece, Direction.UP)
            assert isinstance(decoded, Batch | Fragment)
            frames.append(decoded)
        number += taken or 1
    return frames


def batch(first: int, *entries: Item) -> Batch:
    return Batch(Header(1, first, 0), entries)


@given(st.lists(SIZES, max_size=12), st.integers(1, 4), st.integers(1, 4), st.randoms())
def test_shuffled_and_repeated_frames_are_played_once_in_order(
    sizes: list[int], per_frame: int, again: int, random: Random
) -> None:
    """The second cut of the stream is what a sender makes of it after a failure."""
    assume(sizes.count(3_000) <= PARTIAL_ITEMS_MAX)
    sent = [message(number, size) for number, size in enumerate(sizes)]
    frames = [*frames_of(sent, per_frame), *frames_of(sent, again)]
    random.shuffle(frames)
    receiver = Receiver()
    played = [entry for one in frames for entry in receiver.accept(one)]
    assert played == list(enumerate(sent))
    assert receiver.next == len(sent)


@given(st.lists(SIZES, min_size=1, max_size=8), st.data())
def test_nothing_is_played_beyond_a_hole(sizes: list[int], data: st.DataObject) -> None:
    sent = [message(number, size) for number, size in enumerate(sizes)]
    frames = frames_of(sent, 1)
    lost = data.draw(st.integers(0, len(frames) - 1))
    receiver = Receiver()
    played = [entry for i, one in enumerate(frames) if i != lost for entry in receiver.accept(one)]
    hole = frames[lost].header.first
    assert [number for number, _ in played] == list(range(hole))
    assert receiver.next == hole


def test_the_state_of_a_charger_is_played_even_when_messages_have_overtaken_it() -> None:
    receiver = Receiver({0, 1})
    late = batch(0, Bind(1, "/CP2", "1.6"), Presence(1, 1))
    assert [n for n, _ in receiver.accept(batch(0, message(0), message(1)))] == [0, 1]
    assert [item for _, item in receiver.accept(late)] == list(late.items)
    assert receiver.next == 2


def test_a_frame_waits_for_the_binding_of_its_channel() -> None:
    receiver = Receiver(set())
    binding = batch(0, Bind(0, "/CP1", "1.6"), Presence(0, 1))
    assert receiver.accept(batch(0, message(0))) == []
    assert receiver.next == 0
    assert [item for _, item in receiver.accept(binding)] == [*binding.items, message(0)]
    assert receiver.next == 1


def test_a_channel_that_the_epoch_began_with_is_bound() -> None:
    assert len(Receiver({0}).accept(batch(0, message(0)))) == 1


def test_pieces_of_items_that_are_through_do_not_stand_in_the_way_of_others() -> None:
    receiver = Receiver()
    total = PARTIAL_ITEMS_MAX + 3
    sent = [message(number, 3_000) for number in range(total)]
    for number in range(1, total):  # each is early, and its first piece comes once more
        pieces = [one for one in frames_of(sent, 1) if one.header.first == number]
        for piece in [*pieces, pieces[0]]:
            receiver.accept(piece)
    whole = [one for one in frames_of(sent, 1) if one.header.first == 0]
    played = [entry for piece in whole for entry in receiver.accept(piece)]
    assert [number for number, _ in played][:1] == [0]
    again = [entry for piece in frames_of(sent, 1) for entry in receiver.accept(piece)]
    assert [number for number, _ in [*played, *again]] == list(range(total))
    assert not vars(receiver)["_partial"]


def test_pieces_of_two_items_under_one_number_are_refused() -> None:
    receiver = Receiver()
    receiver.accept(Fragment(Header(1, 0, 0), 0, 2_000, b"a"))
    with pytest.raises(FrameError, match="two items"):
        receiver.accept(Fragment(Header(1, 0, 0), 1, 3_000, b"b"))


def test_pieces_of_an_item_without_a_number_are_refused() -> None:
    encoded = items.encode(Bind(0, "/" + "x" * 400, "1.6"))
    with pytest.raises(FrameError, match="without a number"):
        Receiver().accept(Fragment(Header(1, 0, 0), 0, len(encoded), encoded))
