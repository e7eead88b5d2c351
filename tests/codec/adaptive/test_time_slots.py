"""Timestamp slots: any timestamps in any order come back, and a steady rhythm is cheap."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive import snapshot, tokens
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.situation import Situation
from laconic_codec.adaptive.slots import Slot
from laconic_codec.adaptive.state import State
from laconic_codec.adaptive.time_slots import TimeSlots
from laconic_codec.errors import FrameError
from laconic_codec.registry import CORE

MICROSECONDS_MAX = 1 << 60


@dataclass(frozen=True, slots=True)
class Use:
    """A timestamp in a slot of an entity, in a message."""

    text: str
    class_: int = 1
    entity: int = 0

    @property
    def token_and_value(self) -> tuple[int, int]:
        """Return how the text is coded."""
        found = tokens.timestamp_of(self.text)
        assert found is not None
        return found

    def slot(self) -> Slot:
        """Return the slot."""
        slot = Slot(self.token_and_value[0], 5)
        slot.class_ = self.class_ * 0x1234_5677
        return slot


def _uses() -> st.SearchStrategy[Use]:
    moments = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat())
    near = st.integers(0, 3_599).map(
        lambda second: f"2026-03-01T08:{second // 60:02}:{second % 60:02}"
    )
    fractions = st.sampled_from(["", ".0", ".5", ".000", ".123456"])
    texts = st.tuples(near | moments, fractions, st.sampled_from(["Z", "", "+05:30"]))
    return st.builds(Use, texts.map("".join), st.integers(1, 2), st.integers(0, 2))


def _code(coder: Coder, state: State, messages: list[list[Use]], reads: bool) -> list[int]:
    slots = TimeSlots(coder, state.records)
    found: list[int] = []
    last = 0
    for number, message in enumerate(messages, 1):
        around = Situation(last, number, 77)
        for use in message:
            around.entity = use.entity
            value = 0 if reads else use.token_and_value[1]
            found.append(slots.timestamp(use.slot(), value, around))
        last = around.last
    return found


def _write(state: State, messages: list[list[Use]]) -> bytes:
    coder = Coder(state.memory, is_unbounded=True)
    _code(coder, state, messages, reads=False)
    return coder.finish()


def _size(*texts: str) -> int:
    return len(_write(State(CORE), [[Use(text)] for text in texts]))


@given(st.lists(st.lists(_uses(), max_size=4), max_size=12))
def test_any_timestamps_come_back(messages: list[list[Use]]) -> None:
    written, read = State(CORE), State(CORE)
    reader = Coder(read.memory, _write(written, messages))
    found = _code(reader, read, messages, reads=True)
    reader.check_end()
    assert found == [use.token_and_value[1] for message in messages for use in message]
    assert snapshot.digest(written) == snapshot.digest(read)


@given(st.lists(st.lists(_uses(), max_size=4), max_size=8), st.binary(min_size=8, max_size=80))
def test_any_bytes_are_timestamps_or_refused(messages: list[list[Use]], data: bytes) -> None:
    state = State(CORE)
    try:
        found = _code(Coder(state.memory, data), state, messages, reads=True)
    except FrameError:
        return
    uses = [use for message in messages for use in message]
    for use, value in zip(uses, found, strict=True):
        assert abs(value) * tokens.timestamp_unit(use.slot().token) <= MICROSECONDS_MAX


def test_a_steady_rhythm_costs_next_to_nothing() -> None:
    minutes = [f"2026-03-01T08:{minute:02}:00Z" for minute in range(60)]
    assert _size(*minutes) - _size(*minutes[:4]) <= 5


def test_a_second_timestamp_of_a_message_is_told_from_the_first() -> None:
    messages = [
        [Use(f"2026-03-01T08:{number:02}:{number * 7 % 60:02}Z", class_) for class_ in (1, 2)]
        for number in range(60)
    ]
    both = len(_write(State(CORE), messages))
    alone = len(_write(State(CORE), [message[:1] for message in messages]))
    assert both - alone <= 4


@pytest.mark.parametrize("value", [MICROSECONDS_MAX + 1, -MICROSECONDS_MAX - 1, 2**61])
def test_a_timestamp_out_of_range_is_not_written(value: int) -> None:
    state = State(CORE)
    slot = Slot(tokens.TIMESTAMP + 128 * 12, 5)
    with pytest.raises(FrameError):
        TimeSlots(Coder(state.memory), state.records).timestamp(slot, value, Situation(0, 1, 2))
