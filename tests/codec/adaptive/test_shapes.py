"""Shapes: tokens that the other end does not have yet come back; nothing else is a shape."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_codec.adaptive.coder import Coder, TooLong
from laconic_codec.adaptive.shapes import TOKENS_MAX, Shapes
from laconic_codec.adaptive.state import State
from laconic_codec.adaptive.templates import Template
from laconic_codec.adaptive.text_slots import TextSlots
from laconic_codec.adaptive.tokens import Flattened
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.limits import FRAME_TOKENS_MAX
from laconic_codec.registry import CORE, Registry, VendorPart
from tests.support.ocpp_instances import ALL, MESSAGES, payload
from tests.support.strategies import deep_texts, json_texts, payload_texts

VENDORS: Registry = CORE.extended(
    VendorPart("own", 1, actions=("Own",), keys=("ownKey",), texts=("own text",))
)


def _shapes(coder: Coder, state: State) -> Shapes:
    slots = TextSlots(coder, state.records, state.texts, state.ring)
    return Shapes(coder, state.successors, slots, state.ring, state.registry)


def _write(state: State, given_shapes: list[Flattened]) -> bytes:
    coder = Coder(state.memory, is_unbounded=True)
    for each in given_shapes:
        found, names = _shapes(coder, state).code(each.tokens, each.names, {})
        assert (found, names) == (each.tokens, each.names)
    return coder.finish()


def _read(state: State, data: bytes, count: int = 1) -> list[tuple[list[int], dict[int, str]]]:
    coder = Coder(state.memory, data)
    found = [_shapes(coder, state).code([], {}, {}) for _ in range(count)]
    coder.check_end()
    return found


def _round_trip(given_shapes: list[Flattened], registry: Registry = CORE) -> None:
    data = _write(State(registry), given_shapes)
    found = _read(State(registry), data, len(given_shapes))
    assert found == [(each.tokens, each.names) for each in given_shapes]


@given(st.lists(payload_texts() | json_texts() | deep_texts(60), min_size=1, max_size=3))
def test_the_shape_of_any_payload_comes_back(given_texts: list[str]) -> None:
    try:
        flattened = [Flattened(2, "Heartbeat", text, CORE) for text in given_texts]
    except UnicodeEncodeError:
        return  # a lone surrogate
    _round_trip(flattened)


def test_the_shape_of_every_ocpp_message_comes_back_twice() -> None:
    state, other = State(CORE), State(CORE)
    for message in MESSAGES:
        text = payload(message, random.Random(1), ALL / 2)
        kind, action = (3, "") if message[2] else (2, message[1])
        flattened = Flattened(kind, action, text, CORE)
        data = _write(state, [flattened, flattened])
        assert _read(other, data, 2) == [(flattened.tokens, flattened.names)] * 2


def test_names_of_a_vendors_part_and_learned_names_come_back() -> None:
    flattened = Flattened(2, "Own", '{"ownKey":1,"new":{"unit":"own text","name":"free"}}', VENDORS)
    assert sorted(flattened.names.values()) == ["free", "new"]
    _round_trip([flattened, flattened, Flattened(6, "Unknown", "{}", VENDORS)], VENDORS)


def test_a_shape_costs_little_the_second_time() -> None:
    flattened = Flattened(2, "BootNotification", '{"chargePointVendor":"A","ownKey":[1]}', CORE)
    once = len(_write(State(CORE), [flattened]))
    assert len(_write(State(CORE), [flattened, flattened])) - once <= 4


@given(st.binary(min_size=4, max_size=300))
@settings(max_examples=200)
def test_any_bytes_are_a_shape_or_refused(data: bytes) -> None:
    """What is read is well-formed: a template can be made of it, and the same is written again."""
    state = State(VENDORS)
    coder = Coder(state.memory, data)
    try:
        found, names = _shapes(coder, state).code([], {}, {})
    except FrameError:
        return
    template = Template(found, names, VENDORS)
    assert len(template.tokens) <= TOKENS_MAX
    again = State(VENDORS)
    writer = Coder(again.memory)
    assert _shapes(writer, again).code(found, names, {}) == (found, names)
    assert again.successors.table == state.successors.table


def test_a_name_whose_token_has_another_name_is_refused() -> None:
    flattened = Flattened(2, "Heartbeat", '{"own":1}', CORE)
    (token,) = flattened.names
    state = State(CORE)
    with pytest.raises(FrameError) as caught:
        _shapes(Coder(state.memory), state).code(
            flattened.tokens, flattened.names, {token: "another"}
        )
    assert caught.value.fault is FrameFault.MALFORMED


@pytest.mark.parametrize("text", ["[" * 65 + "]" * 65, '{"' + "n" * 256 + '":1}'])
def test_what_is_over_a_limit_is_not_written(text: str) -> None:
    state = State(CORE)
    flattened = Flattened(2, "Heartbeat", text, CORE)
    with pytest.raises(FrameError):
        _shapes(Coder(state.memory), state).code(flattened.tokens, flattened.names, {})


def test_new_templates_have_no_more_tokens_together_than_the_limit() -> None:
    state = State(CORE)
    shapes = _shapes(Coder(state.memory, is_unbounded=True), state)
    longest = Flattened(2, "Heartbeat", "[" + ",".join(["0"] * (TOKENS_MAX - 4)) + "]", CORE)
    for _ in range(FRAME_TOKENS_MAX // TOKENS_MAX):
        shapes.code(longest.tokens, longest.names, {})
    shortest = Flattened(2, "Heartbeat", "0", CORE)
    with pytest.raises(FrameError) as caught:
        shapes.code(shortest.tokens, shortest.names, {})
    assert caught.value.fault is FrameFault.OVER_LIMIT


def test_a_template_has_no_more_tokens_than_the_limit() -> None:
    state = State(CORE)
    longest = Flattened(2, "Heartbeat", "[" + ",".join(["0"] * (TOKENS_MAX - 4)) + "]", CORE)
    assert len(longest.tokens) == TOKENS_MAX
    _round_trip([longest])
    longer = Flattened(2, "Heartbeat", "[" + ",".join(["0"] * (TOKENS_MAX - 3)) + "]", CORE)
    with pytest.raises((FrameError, TooLong)):
        _write(state, [longer])
