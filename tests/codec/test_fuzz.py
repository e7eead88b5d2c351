"""A decoder of frames returns a frame or raises `FrameError`, whatever the bytes are."""

import random
from datetime import UTC
from typing import Final

import cbor2
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_bench.mutations import Mutator
from laconic_codec import frame, items
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Direction
from laconic_codec.limits import FRAME_MAX_BYTES
from tests.support.frame_strategies import encoded_frames

_MUTATOR: Final = Mutator(FRAME_MAX_BYTES + 2)
DIRECTIONS: Final = st.sampled_from(Direction)


@given(DIRECTIONS, st.binary(max_size=200))
@settings(max_examples=500)
def test_random_bytes_are_refused_or_a_frame(direction: Direction, encoded: bytes) -> None:
    _decode_or_refuse(encoded, direction)


def _cbor_of_any_kind() -> st.SearchStrategy[object]:
    """CBOR values that the profile has no use for beside those that it has."""
    simple: list[object] = [cbor2.undefined, cbor2.CBORSimpleValue(7)]
    leaves = (
        st.none()
        | st.booleans()
        | st.floats()
        | st.integers(-(2**70), 2**70)
        | st.integers(0, 30)
        | st.text(max_size=5)
        | st.binary(max_size=12)
        | st.datetimes()
        | st.sampled_from(simple)
    )
    tags = st.integers(0, 300)
    return st.recursive(
        leaves,
        lambda children: (
            st.lists(children, max_size=7)
            | st.dictionaries(st.integers(-2, 600) | st.text(max_size=2), children, max_size=4)
            | st.builds(cbor2.CBORTag, tags, children)
        ),
        max_leaves=25,
    )


@given(DIRECTIONS, st.integers(0, 3), st.lists(_cbor_of_any_kind(), max_size=9))
@settings(max_examples=200)
def test_any_cbor_is_refused_or_a_frame(
    direction: Direction, kind: int, fields: list[object]
) -> None:
    _decode_or_refuse(cbor2.dumps([kind, *fields], timezone=UTC), direction)


@given(DIRECTIONS, st.data())
@settings(max_examples=50)
def test_mutated_frames_are_refused_or_a_frame(direction: Direction, data: st.DataObject) -> None:
    valid = data.draw(encoded_frames(direction))
    draws = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(200):
        mutated = _MUTATOR.mutated(valid, [valid], draws)
        _decode_or_refuse(mutated, draws.choice(list(Direction)))


def _decode_or_refuse(encoded: bytes, direction: Direction) -> None:
    try:
        decoded = frame.decode(encoded, direction)
    except FrameError as error:
        assert isinstance(error.fault, FrameFault)
        return
    if isinstance(decoded, Batch):
        again = [items.decode(items.encode(item)) for item in decoded.items]
        assert again == list(decoded.items)
