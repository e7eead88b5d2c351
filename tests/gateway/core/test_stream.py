"""The receiving end of a stream: whatever the network does, each item once and in order."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from laconic_codec import frame, items
from laconic_codec.errors import FrameError
from laconic_codec.frame import Batch, Direction, Fragment, Header
from laconic_codec.items import Bind, Item, MessageItem, Presence
from laconic_codec.messages import Send
from laconic_gateway.core.stream import EARLY_FRAMES_MAX, PARTIAL_ITEMS_MAX, Receiver

KINDS = st.sampled_from(["message", "message", "long message", "bind", "long bind", "presence"])


def message(number: int, size: int = 0) -> MessageItem:
    return MessageItem(0, Send("", "DataTransfer", f'{{"n":"{number}-{"x" * size}"}}'))


def item_of(kind: str, number: int) -> Item:
    """Return an item that differs from all others; the long ones need fragments."""
    match kind:
        case "bind":
            return Bind(number, f"/CP{number}", "1.6")
        case "long bind":
            return Bind(number, "/" + "\N{GRINNING FACE}" * 500, "1.6")
        case "presence":
            return Presence(0, number)
        case _:
            return message(number, 3_000 if kind == "long message" else 5)


def frames_of(sent: Sequence[Item], per_frame: int) -> list[Batch | Fragment]:
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


@given(st.lists(KINDS, max_size=12), st.integers(1, 4), st.integers(1, 4), st.randoms())
def test_shuffled_and_repeated_frames_are_played_once_in_order(
    kinds: list[str], per_frame: int, again: int, random: Random
) -> None:
    """The second cut of the stream is what a sender makes of it after a failure."""
    assume(sum(kind.startswith("long") for kind in kinds) <= PARTIAL_ITEMS_MAX)
    sent = [item_of(kind, number) for number, kind in enumerate(kinds)]
    frames = [*frames_of(sent, per_frame), *frames_of(sent, again)]
    random.shuffle(frames)
    receiver = Receiver()
    played = [entry for one in frames for entry in receiver.accept(one)]
    assert played == list(enumerate(sent))
    assert receiver.next == len(sent)


@given(st.lists(KINDS, min_size=1, max_size=8), st.data())
def test_nothing_is_played_beyond_a_hole(kinds: list[str], data: st.DataObject) -> None:
    sent = [item_of(kind, number) for number, kind in enumerate(kinds)]
    frames = frames_of(sent, 1)
    lost = data.draw(st.integers(0, len(frames) - 1))
    receiver = Receiver()
    played = [entry for i, one in enumerate(frames) if i != lost for entry in receiver.accept(one)]
    hole = frames[lost].header.first
    assert [number for number, _ in played] == list(range(hole))
    assert receiver.next == hole


def test_presence_that_was_overtaken_by_messages_keeps_its_place_among_them() -> None:
    receiver = Receiver()
    before = (Bind(0, "/CP1", "1.6"), Presence(0, 1))
    assert receiver.accept(batch(2, message(0), Presence(0, 2))) == []
    played = receiver.accept(batch(0, *before))
    assert [item for _, item in played] == [*before, message(0), Presence(0, 2)]
    assert receiver.next == 4


def test_frames_beyond_what_is_kept_are_taken_when_they_come_again() -> None:
    receiver = Receiver()
    frames = [batch(number, message(number)) for number in range(EARLY_FRAMES_MAX + 10)]
    for early in frames[1:]:
        assert receiver.accept(early) == []
    assert len(receiver.accept(frames[0])) == EARLY_FRAMES_MAX + 1
    again = [entry for one in frames for entry in receiver.accept(one)]
    assert [number for number, _ in again] == list(range(EARLY_FRAMES_MAX + 1, len(frames)))


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
    receiver.accept(frames_of(sent, 1)[0])
    assert not vars(receiver)["_partial"]


def test_pieces_of_two_items_under_one_number_are_refused() -> None:
    receiver = Receiver()
    receiver.accept(Fragment(Header(1, 0, 0), 0, 2_000, b"a"))
    with pytest.raises(FrameError, match="two items"):
        receiver.accept(Fragment(Header(1, 0, 0), 1, 3_000, b"b"))
