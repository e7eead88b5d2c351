"""Frames: what is encoded comes back, nothing exceeds its limit, wrong frames are refused."""

import random
import tracemalloc
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import cbor, frame, items, registry
from laconic_codec.cbor import Cbor
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import (
    PROFILE_VERSION,
    Batch,
    Direction,
    Fragment,
    Frame,
    Header,
    Open,
    Opened,
    Refused,
)
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.limits import FRAME_MAX_BYTES, FRAME_MAX_ITEMS, ITEM_MAX_BYTES
from laconic_codec.messages import Call
from tests.support.frame_strategies import COUNT_MAX, any_items, binds, counts, headers, presences

DIRECTIONS: Final = st.sampled_from(Direction)
FULL: Final = Header(COUNT_MAX, COUNT_MAX, COUNT_MAX, COUNT_MAX)


# --- what is encoded comes back --------------------------------------------------------------


@given(DIRECTIONS, st.lists(any_items(), max_size=40), st.data())
def test_batches_carry_any_items_in_order(
    direction: Direction, sent: list[Item], data: st.DataObject
) -> None:
    header = data.draw(headers(direction))
    left = [items.encode(item) for item in sent]
    received: list[Item] = []
    while left:
        encoded, count = frame.encode_batch(header, left, direction)
        if count:
            received += _batch(encoded, direction, header).items
        else:
            count = 1
            fragments = frame.encode_fragments(header, left[0], direction)
            decoded = [_fragment(one, direction, header) for one in fragments]
            received.append(items.decode(b"".join(one.data for one in decoded)))
        left = left[count:]
    assert received == sent


@given(DIRECTIONS, st.data(), st.integers(1, ITEM_MAX_BYTES))
def test_fragments_add_up_to_their_item(
    direction: Direction, data: st.DataObject, size: int
) -> None:
    header = data.draw(headers(direction))
    encoded = random.Random(size).randbytes(size)
    fragments = frame.encode_fragments(header, encoded, direction)
    decoded = [_fragment(one, direction, header) for one in fragments]
    assert b"".join(one.data for one in decoded) == encoded
    assert [one.offset for one in decoded] == list(range(0, size, len(decoded[0].data)))
    assert {one.total for one in decoded} == {size}


@given(counts(), counts(), st.binary(max_size=8), st.lists(binds() | presences(), max_size=5))
def test_an_open_frame_comes_back_with_the_items_that_fit(
    epoch: int, oldest: int, fingerprint: bytes, sent: list[Item]
) -> None:
    encoded, taken = frame.encode_open(Open(epoch, oldest, fingerprint, tuple(sent)))
    decoded = frame.decode(encoded, Direction.UP)
    assert decoded == Open(epoch, oldest, fingerprint, tuple(sent[:taken]))
    if sum(len(items.encode(item)) for item in sent) < FRAME_MAX_BYTES - 40:
        assert taken == len(sent)


@given(counts(), counts(), counts())
def test_the_answer_to_an_open_frame_comes_back(epoch: int, stored: int, milliseconds: int) -> None:
    opened = Opened(epoch, stored, milliseconds)
    assert frame.decode(frame.encode_opened(opened), Direction.DOWN) == opened


@pytest.mark.parametrize("fault", FrameFault)
def test_a_refusal_comes_back(fault: FrameFault) -> None:
    assert frame.decode(frame.encode_refused(fault), Direction.DOWN) == Refused(fault)


_HEARTBEAT = MessageItem(0, Call("", "Heartbeat", "{}"), answered=True)
_FRAMES: list[tuple[Frame, Direction, str]] = [
    (Open(5, 2, b"\x01\x02", (Presence(0, 1),)), Direction.UP, "87 00 05 01 420102 02 00 820701"),
    (Opened(5, 2, 1000, 3), Direction.DOWN, "85 00 05 02 1903e8 03"),
    (Batch(Header(5, 9, 3), (_HEARTBEAT,)), Direction.UP, "85 01 05 09 03 830100a0"),
    (Batch(Header(5, 9, 3, 1), (Void(),)), Direction.DOWN, "86 01 05 09 03 01 f6"),
    (Fragment(Header(5, 9, 3), 2, 4, b"ab"), Direction.UP, "87 02 05 09 03 02 04 426162"),
    (Fragment(Header(5, 9, 3, 1), 0, 4, b"ab"), Direction.DOWN, "88 02 05 09 03 01 00 04 426162"),
    (Refused(FrameFault.UNKNOWN_EPOCH), Direction.DOWN, "82 03 05"),
]


@pytest.mark.parametrize(("expected", "direction", "encoded"), _FRAMES)
def test_the_bytes_of_a_frame(expected: Frame, direction: Direction, encoded: str) -> None:
    assert frame.decode(bytes.fromhex(encoded), direction) == expected
    match expected:
        case Open():
            made, _ = frame.encode_open(expected)
        case Opened():
            made = frame.encode_opened(expected)
        case Refused():
            made = frame.encode_refused(expected.fault)
        case Batch():
            made, _ = frame.encode_batch(
                expected.header, [items.encode(item) for item in expected.items], direction
            )
        case Fragment():
            return  # a piece of an item; the encoder cuts only what is too long
    assert made == bytes.fromhex(encoded)


# --- limits ----------------------------------------------------------------------------------


@given(DIRECTIONS, st.lists(st.integers(1, 1100), min_size=1, max_size=40))
def test_a_frame_never_exceeds_its_limit(direction: Direction, sizes: list[int]) -> None:
    encoded = [cbor.dump(b"x" * size) for size in sizes]
    batch, count = frame.encode_batch(FULL, encoded, direction)
    assert len(batch) <= FRAME_MAX_BYTES
    # The next item would not have fitted: with it, the array has one entry more.
    if count < len(encoded):
        assert len(batch) + len(encoded[count]) >= FRAME_MAX_BYTES
    for fragment in frame.encode_fragments(FULL, b"".join(encoded), direction):
        assert len(fragment) <= FRAME_MAX_BYTES


@pytest.mark.parametrize("voids", [0, 18, 19, 20, 21, 100])
def test_a_frame_is_filled_to_the_last_byte_but_one(voids: int) -> None:
    # An array of 24 entries and more starts with 2 bytes; one of them is always kept free for it.
    fixed_bytes = 2 + 4 + voids
    for size in range(FRAME_MAX_BYTES - fixed_bytes - 5, FRAME_MAX_BYTES - fixed_bytes + 5):
        encoded = [*[items.encode(Void())] * voids, bytes(size)]
        made, count = frame.encode_batch(Header(1, 0, 0), encoded, Direction.UP)
        assert len(made) <= FRAME_MAX_BYTES
        assert (count == len(encoded)) == (fixed_bytes + size <= FRAME_MAX_BYTES)


def test_the_longest_item_makes_fragments_within_the_limit() -> None:
    fragments = frame.encode_fragments(FULL, bytes(ITEM_MAX_BYTES), Direction.DOWN)
    assert max(map(len, fragments)) <= FRAME_MAX_BYTES
    assert (
        sum(len(_fragment(one, Direction.DOWN, FULL).data) for one in fragments) == ITEM_MAX_BYTES
    )


@pytest.mark.parametrize("direction", Direction)
def test_a_frame_has_255_entries_at_most(direction: Direction) -> None:
    header = Header(1, 0, 0)
    encoded, count = frame.encode_batch(header, [items.encode(Void())] * 1000, direction)
    assert count == FRAME_MAX_ITEMS - (4 if direction is Direction.UP else 5)
    assert len(_batch(encoded, direction, header).items) == count
    entries: list[Cbor] = [1, 1, 0, 0, *([0] if direction is Direction.DOWN else [])]
    one_more = cbor.dump([*entries, *([None] * (count + 1))])
    assert _fault(one_more, direction) is FrameFault.OVER_LIMIT


def test_an_open_frame_takes_as_many_chargers_as_fit() -> None:
    states = [
        item
        for channel in range(200)
        for item in (Bind(channel, f"/ocpp/CP{channel:03}", "1.6"), Presence(channel, 1))
    ]
    encoded, taken = frame.encode_open(Open(1, 0, registry.FINGERPRINT, tuple(states)))
    assert len(encoded) <= FRAME_MAX_BYTES < len(encoded) + len(items.encode(states[taken])) + 1
    decoded = frame.decode(encoded, Direction.UP)
    assert isinstance(decoded, Open) and decoded.items == tuple(states[:taken])


def test_an_item_that_is_too_long_for_a_batch_is_left_to_fragments() -> None:
    encoded, count = frame.encode_batch(Header(1, 0, 0), [b"\x00" * 1100, b"\x00"], Direction.UP)
    assert count == 0
    assert frame.decode(encoded, Direction.UP) == Batch(Header(1, 0, 0), ())


_BOMBS: Final = {
    "too long": bytes(FRAME_MAX_BYTES + 1),
    "deep arrays": b"\x85\x01\x01\x00\x00\x83\x02\x00\x82\x00" + b"\x81" * 1000,
    "deep maps": b"\x85\x01\x01\x00\x00\x83\x02\x00" + b"\xa1\x00" * 490 + b"\xa0",
    "array of 2^63": bytes.fromhex("85 01 01 00 00 9b7fffffffffffffff"),
    "array of 2^28": bytes.fromhex("85 01 01 00 00 9a0fffffff"),
    "frame of 2^32": bytes.fromhex("9b0000000100000000 01 01 00 00"),
    "map of 2^28": bytes.fromhex("85 01 01 00 00 83 02 00 ba0fffffff"),
    "bytes of 2^63": bytes.fromhex("87 02 01 00 00 00 04 5b7fffffffffffffff"),
    "text of 2^28": bytes.fromhex("85 01 01 00 00 83 02 00 7a0fffffff"),
    "number of 2^31 digits": bytes.fromhex("85 01 01 00 00 83 02 00 a100 c4821a7fffffff01"),
    "text number of 2^31 digits": bytes.fromhex("85 01 01 00 00 83 02 00 a100 4831ffffffffffff7f"),
    "list in itself": bytes.fromhex("85 01 01 00 00 83 02 00 d81c 81 d81d 00"),
    "item of 2^62 bytes": bytes.fromhex("87 02 01 00 00 00 1b4000000000000000 4100"),
    "1,000 voids": bytes.fromhex("99 03e8 01 01 00 00") + b"\xf6" * 996,
}


@pytest.mark.parametrize("name", _BOMBS)
def test_a_bomb_is_refused_in_little_memory(name: str) -> None:
    tracemalloc.start()
    try:
        fault = _fault(_BOMBS[name], Direction.UP)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert fault in (FrameFault.MALFORMED, FrameFault.OVER_LIMIT)
    assert peak_bytes < 2_000_000


# --- what is refused -------------------------------------------------------------------------

_REGISTRY: Final = registry.FINGERPRINT
_WRONG: list[tuple[Cbor, Direction, FrameFault]] = [
    (None, Direction.UP, FrameFault.MALFORMED),
    ([], Direction.UP, FrameFault.MALFORMED),
    ([True, 1, 0, 0], Direction.UP, FrameFault.MALFORMED),
    ([4, 1, 0, 0], Direction.UP, FrameFault.MALFORMED),
    ([-1], Direction.DOWN, FrameFault.MALFORMED),
    ([3, 1], Direction.UP, FrameFault.MALFORMED),
    ([3], Direction.DOWN, FrameFault.MALFORMED),
    ([3, 0], Direction.DOWN, FrameFault.MALFORMED),
    ([3, 99], Direction.DOWN, FrameFault.MALFORMED),
    ([3, True], Direction.DOWN, FrameFault.MALFORMED),
    ([3, 1, 1], Direction.DOWN, FrameFault.MALFORMED),
    ([0, 1, PROFILE_VERSION + 1, _REGISTRY, 0], Direction.UP, FrameFault.UNKNOWN_VERSION),
    ([0, 1, True, _REGISTRY, 0, 0], Direction.UP, FrameFault.MALFORMED),
    ([0, 1, PROFILE_VERSION, "text", 0, 0], Direction.UP, FrameFault.MALFORMED),
    ([0, 1, PROFILE_VERSION, _REGISTRY, 0], Direction.UP, FrameFault.MALFORMED),
    ([0, -1, PROFILE_VERSION, _REGISTRY, 0, 0], Direction.UP, FrameFault.MALFORMED),
    ([0, 2**63, PROFILE_VERSION, _REGISTRY, 0, 0], Direction.UP, FrameFault.MALFORMED),
    ([0, 1, PROFILE_VERSION, _REGISTRY, 0, 0, None], Direction.UP, FrameFault.MALFORMED),
    ([0, 1, PROFILE_VERSION, _REGISTRY, 0, 0, [2, 0, {}]], Direction.UP, FrameFault.MALFORMED),
    ([0, 1, 0], Direction.DOWN, FrameFault.MALFORMED),
    ([0, 1, 0, 0, 0, 0], Direction.DOWN, FrameFault.MALFORMED),
    ([1], Direction.UP, FrameFault.MALFORMED),
    ([1, 1, 0], Direction.UP, FrameFault.MALFORMED),
    ([1, 1, 0, 0], Direction.DOWN, FrameFault.MALFORMED),
    ([1, 1, "0", 0], Direction.UP, FrameFault.MALFORMED),
    ([1, 1, 0, 0, 0], Direction.UP, FrameFault.MALFORMED),
    ([2, 1, 0, 0, 0, 1], Direction.UP, FrameFault.MALFORMED),
    ([2, 1, 0, 0, 0, 1, b""], Direction.UP, FrameFault.MALFORMED),
    ([2, 1, 0, 0, 0, 1, "a"], Direction.UP, FrameFault.MALFORMED),
    ([2, 1, 0, 0, 0, 1, b"a", 0], Direction.UP, FrameFault.MALFORMED),
    ([2, 1, 0, 0, 1, 1, b"a"], Direction.UP, FrameFault.MALFORMED),
    ([2, 1, 0, 0, 0, ITEM_MAX_BYTES + 1, b"a"], Direction.UP, FrameFault.OVER_LIMIT),
]


@pytest.mark.parametrize(("value", "direction", "fault"), _WRONG)
def test_a_wrong_frame_is_refused(value: Cbor, direction: Direction, fault: FrameFault) -> None:
    assert _fault(cbor.dump(value), direction) is fault


# --- helpers ---------------------------------------------------------------------------------


def _batch(encoded: bytes, direction: Direction, header: Header) -> Batch:
    assert len(encoded) <= FRAME_MAX_BYTES
    decoded = frame.decode(encoded, direction)
    assert isinstance(decoded, Batch)
    assert decoded.header == _as_sent(header, direction)
    return decoded


def _fragment(encoded: bytes, direction: Direction, header: Header) -> Fragment:
    assert len(encoded) <= FRAME_MAX_BYTES
    decoded = frame.decode(encoded, direction)
    assert isinstance(decoded, Fragment)
    assert decoded.header == _as_sent(header, direction)
    return decoded


def _as_sent(header: Header, direction: Direction) -> Header:
    backlog = header.backlog if direction is Direction.DOWN else 0
    return Header(header.epoch, header.first, header.acknowledged, backlog)


def _fault(encoded: bytes, direction: Direction) -> FrameFault:
    with pytest.raises(FrameError) as caught:
        frame.decode(encoded, direction)
    return caught.value.fault
