"""The model: messages of several channels come back, and what is repeated costs a few bits."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive import snapshot
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.model import Model
from laconic_codec.adaptive.state import TEMPLATES_MAX, Channel, State
from laconic_codec.adaptive.tokens import Flattened
from laconic_codec.errors import FrameError
from laconic_codec.registry import CORE
from tests.support.ocpp_instances import MESSAGES, payload
from tests.support.strategies import json_texts

Message = tuple[int, str]
"""Number of the channel, and payload."""


def _state() -> State:
    state = State(CORE)
    state.channels += [Channel(), Channel(), Channel()]
    return state


def _write(state: State, messages: list[Message]) -> bytes:
    coder = Coder(state.memory, is_unbounded=True)
    model = Model(coder, state)
    for number, text in messages:
        flattened = Flattened(2, "DataTransfer", text, CORE)
        template, values = model.message(number, state.channels[number], flattened)
        assert template.render(values) == text
    return coder.finish()


def _round_trip(messages: list[Message]) -> None:
    written, read = _state(), _state()
    coder = Coder(read.memory, _write(written, messages))
    model = Model(coder, read)
    for number, text in messages:
        template, values = model.message(number, read.channels[number], None)
        assert template.render(values) == text
    coder.check_end()
    assert snapshot.digest(written) == snapshot.digest(read)


def _size(messages: list[Message]) -> int:
    return len(_write(_state(), messages))


@st.composite
def _messages(draw: st.DrawFn) -> list[Message]:
    seeds = st.tuples(st.sampled_from(MESSAGES[:6]) | st.sampled_from(MESSAGES), st.integers(0, 5))
    valid = seeds.map(lambda drawn: payload(drawn[0], random.Random(drawn[1])))
    odd = json_texts().filter(lambda text: "\\ud" not in text.lower())
    return draw(st.lists(st.tuples(st.integers(0, 2), valid | odd), max_size=12))


@given(_messages())
def test_any_messages_come_back(messages: list[Message]) -> None:
    _round_trip(messages)


def test_more_shapes_than_are_kept_come_back() -> None:
    shapes = [(number % 3, f'{{"own{number}":{number}}}') for number in range(TEMPLATES_MAX + 20)]
    _round_trip([*shapes, *shapes[:30], *shapes])


@given(st.binary(min_size=4, max_size=300))
def test_any_bytes_are_messages_or_refused(data: bytes) -> None:
    state = _state()
    model = Model(Coder(state.memory, data), state)
    with pytest.raises(FrameError):
        while True:
            template, values = model.message(0, state.channels[0], None)
            assert len(values) == len(template.slots)


def test_a_message_as_before_costs_a_few_bits() -> None:
    message = (0, '{"connectorId":1,"errorCode":"NoError","status":"Available"}')
    assert (_size([message] * 220) - _size([message] * 20)) * 8 <= 200


def test_messages_that_follow_each_other_are_foreseen() -> None:
    story = [(0, '{"a":1}'), (0, '{"b":1}'), (1, '{"c":1}'), (0, '{"d":1}')]
    assert (_size(story * 60) - _size(story * 10)) * 8 <= 200


def test_a_channel_keeps_the_connector_that_it_has_named_last() -> None:
    state = _state()
    _write(state, [(0, '{"connectorId":3}'), (1, '{"connectorId":2}'), (0, '{"status":"Faulted"}')])
    assert [channel.entity for channel in state.channels] == [3, 2, -1]


def test_a_register_goes_on_in_another_kind_of_message() -> None:
    draws = random.Random(1)
    registers = [draws.randrange(10**6, 10**9) for _ in range(40)]

    def story(shift: int) -> list[Message]:
        stops = [register + shift * draws.randrange(10**6, 10**9) for register in registers]
        return [
            (0, f'{{"connectorId":1,"{key}":{value}}}')
            for start, stop in zip(registers, stops, strict=True)
            for key, value in (("meterStart", start), ("meterStop", stop))
        ]

    assert _size(story(0)) < 0.65 * _size(story(1))
