"""A state as bytes: it comes back, goes on like the first, and damage is noticed."""

import lzma
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_codec.adaptive import prior, snapshot
from laconic_codec.adaptive.body import Body, code_body
from laconic_codec.adaptive.coder import TooLong
from laconic_codec.adaptive.entries import of_item
from laconic_codec.adaptive.records import INTS, ROWS_BITS, ROWS_BITS_MAX, SHORTS, Records
from laconic_codec.adaptive.state import State
from laconic_codec.errors import FrameError
from laconic_codec.items import Item, MessageItem
from laconic_codec.messages import Call
from laconic_codec.registry import CORE
from tests.support.ocpp_instances import MESSAGES, payload
from tests.support.stream_items import stream_items

CONDENSED_MAX_BYTES = 32 * 1_024
"""After messages of random content; chargers repeat themselves more than that."""


def _learn(state: State, given_items: list[Item]) -> State:
    """Return the state after some items, each in a body of its own; what does not fit is left."""
    for number, item in enumerate(given_items):
        after = state.copy()
        try:
            _, coder = code_body(after, Body(number, 0, 0, (of_item(item),)), None)
            coder.finish()
        except (FrameError, ValueError, TooLong):
            continue
        state = after
    return state


def _busy() -> State:
    draws = random.Random(1)
    messages = draws.choices(MESSAGES[:40], k=150)
    texts = [(action, payload((version, action, way), draws)) for version, action, way in messages]
    small = [MessageItem(0, Call("", action, text)) for action, text in texts if len(text) < 600]
    return _learn(State(CORE, prior.load()), list(small))


@given(st.lists(stream_items(), max_size=8), st.lists(stream_items(), max_size=4))
@settings(max_examples=40)
def test_a_state_comes_back_and_goes_on_like_the_first(
    before: list[Item], after: list[Item]
) -> None:
    state = _learn(State(CORE, prior.load()), before)
    again = snapshot.load(snapshot.dump(state, prior.load()), CORE, prior.load())
    assert list(snapshot.parts(again)) == list(snapshot.parts(state))
    assert snapshot.digest(again) == snapshot.digest(state)
    assert snapshot.digest(_learn(again, after)) == snapshot.digest(_learn(state, after))


@pytest.mark.parametrize("bits", range(ROWS_BITS, ROWS_BITS_MAX + 1))
def test_a_table_of_rows_comes_back_in_its_size(bits: int) -> None:
    state = State(CORE, prior.load())
    state.records = Records(bits)
    for number in range(1 << bits):
        state.records.write(number << (32 - bits) | 1, 1, (number, *range(INTS + SHORTS)))
    again = snapshot.load(snapshot.dump(state, prior.load()), CORE, prior.load())
    assert again.records.bits == bits
    assert list(snapshot.parts(again)) == list(snapshot.parts(state))


@pytest.mark.parametrize("bits", [0, ROWS_BITS - 1, ROWS_BITS_MAX + 1, 255])
def test_a_table_of_rows_of_another_size_is_refused(bits: int) -> None:
    content = bytearray(lzma.decompress(snapshot.dump(State(CORE), None)))
    content[1] = bits
    with pytest.raises(ValueError, match="too small or too large"):
        snapshot.load(lzma.compress(bytes(content), check=lzma.CHECK_CRC32), CORE, None)


def test_a_state_of_one_prior_can_be_dumped_against_another() -> None:
    state = State(CORE, prior.load())
    again = snapshot.load(snapshot.dump(state, None), CORE, None)
    assert snapshot.digest(again) == snapshot.digest(state)


def test_what_was_not_learned_is_not_dumped() -> None:
    assert len(snapshot.dump(State(CORE, prior.load()), prior.load())) < 1_000


def test_a_busy_state_has_a_condensed_dump_within_the_limit() -> None:
    dumped = snapshot.dump(_busy().condensed(prior.load()), prior.load())
    print(f"condensed state after 150 messages of 40 kinds: {len(dumped)} bytes")
    assert len(dumped) <= CONDENSED_MAX_BYTES


@given(st.lists(stream_items(), min_size=1, max_size=4))
@settings(max_examples=20)
def test_the_digest_tells_states_apart(items: list[Item]) -> None:
    state = State(CORE)
    after = _learn(state, items)
    same = list(snapshot.parts(after)) == list(snapshot.parts(state))
    assert (snapshot.digest(after) == snapshot.digest(state)) == same


def test_damage_is_noticed() -> None:
    dumped = snapshot.dump(_busy(), prior.load())
    draws = random.Random(2)
    for _ in range(60):
        at = draws.randrange(len(dumped))
        damaged = bytearray(dumped)
        damaged[at] ^= 1 << draws.randrange(8)
        for wrong in (bytes(damaged), dumped[:at]):
            with pytest.raises(ValueError, match=r"."):
                snapshot.load(wrong, CORE, prior.load())
