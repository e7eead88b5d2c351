"""Number slots: any numbers in any order come back, and what was foreseen is cheap."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive import snapshot
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.number_slots import NumberSlots
from laconic_codec.adaptive.quantities import CHARGE, CURRENT, ENERGY, POWER, VOLTAGE
from laconic_codec.adaptive.situation import Situation
from laconic_codec.adaptive.slots import Slot
from laconic_codec.adaptive.state import State
from laconic_codec.adaptive.tokens import MAGNITUDE_MAX, NUMBER
from laconic_codec.errors import FrameError
from laconic_codec.registry import CORE

Number = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Use:
    """A number in a slot of an entity, in a message."""

    role: int
    entity: int
    value: Number
    place: int = 0
    names_entity: bool = False
    kilo: int = 0
    phase: int = 0

    def slot(self) -> Slot:
        """Return the slot."""
        slot = Slot(NUMBER, 5)
        slot.class_ = (self.role * 7 + self.phase + 1) * 0x1234_5677 & 0xFFFF_FFFF
        slot.coarse = self.role
        slot.role, slot.phase, slot.kilo = self.role, self.phase, self.kilo
        slot.place, slot.names_entity = self.place * 0x0765_4321, self.names_entity
        return slot


def _numbers() -> st.SearchStrategy[Number]:
    mantissas = (
        st.integers(0, 300)
        | st.integers(-(10**6), 10**6)
        | st.integers(1 - MAGNITUDE_MAX, MAGNITUDE_MAX - 1)
        | st.sampled_from([MAGNITUDE_MAX - 1, 1 - MAGNITUDE_MAX, 10**14, -(10**14)])
        | st.integers(0, 50).map(lambda number: number * 100)
    )
    return st.tuples(mantissas, st.sampled_from([0, 0, 1, 2, 9]) | st.integers(0, 9))


def _messages() -> st.SearchStrategy[list[list[Use]]]:
    uses = st.builds(
        Use,
        st.sampled_from([0, 0, VOLTAGE, CURRENT, POWER, ENERGY, CHARGE]),
        st.integers(0, 2),
        _numbers(),
        st.integers(0, 2),
        st.booleans(),
        st.sampled_from([0, 0, 3]),
        st.integers(0, 3),
    )
    return st.lists(st.lists(uses, max_size=6), max_size=12)


def _code(coder: Coder, state: State, messages: list[list[Use]], reads: bool) -> list[Number]:
    slots = NumberSlots(coder, state.records, state.texts)
    found: list[Number] = []
    named = -1
    for number, message in enumerate(messages, 1):
        around = Situation(0, number, 77)
        around.named = named
        around.quantities.interval_milliseconds = 60_000
        for use in message:
            around.entity = use.entity
            found.append(slots.number(use.slot(), (0, 0) if reads else use.value, around))
        named = around.named
    return found


def _write(state: State, messages: list[list[Use]]) -> bytes:
    coder = Coder(state.memory, is_unbounded=True)
    values = [use.value for message in messages for use in message]
    assert _code(coder, state, messages, reads=False) == values
    return coder.finish()


def _size(messages: list[list[Use]]) -> int:
    return len(_write(State(CORE), messages))


@given(_messages())
def test_any_numbers_come_back(messages: list[list[Use]]) -> None:
    written, read = State(CORE), State(CORE)
    data = _write(written, messages)
    reader = Coder(read.memory, data)
    found = _code(reader, read, messages, reads=True)
    reader.check_end()
    assert found == [use.value for message in messages for use in message]
    assert snapshot.digest(written) == snapshot.digest(read)


@given(_messages(), st.binary(min_size=8, max_size=80))
def test_any_bytes_are_numbers_or_refused(messages: list[list[Use]], data: bytes) -> None:
    state = State(CORE)
    try:
        found = _code(Coder(state.memory, data), state, messages, reads=True)
    except FrameError:
        return
    assert all(abs(mantissa) < 2**50 and 0 <= decimals <= 9 for mantissa, decimals in found)


@pytest.mark.parametrize("value", [(MAGNITUDE_MAX, 0), (-MAGNITUDE_MAX, 0), (1, 10)])
def test_what_is_out_of_range_is_not_written(value: Number) -> None:
    for before in ([], [Use(0, 0, (1, 0))]):
        with pytest.raises(FrameError):
            _write(State(CORE), [before, [Use(0, 0, value)]])


def test_a_number_that_stays_or_grows_steadily_costs_next_to_nothing() -> None:
    stays = [[Use(0, 1, (2_300, 1))] for _ in range(100)]
    assert _size(stays) - _size(stays[:1]) <= 5
    grows = [[Use(0, 1, (1_000_000 + 17 * number, 0))] for number in range(100)]
    assert _size(grows) - _size(grows[:8]) <= 6


def test_numbers_that_end_with_zeros_cost_less() -> None:
    draws = random.Random(1)
    whole = [draws.randrange(100) for _ in range(150)]
    hundreds = [[Use(0, 1, (100 * number, 0))] for number in whole]
    others = [[Use(0, 1, (100 * number + draws.randrange(100), 0))] for number in whole]
    for first in (7, 700):
        before = [[Use(0, 1, (first, 0))]]
        assert _size([*before, *hundreds]) + 60 < _size([*before, *others])


def test_another_count_of_decimals_does_not_make_a_value_a_new_one() -> None:
    exact = [[Use(0, 1, (23_001, 2))] for _ in range(20)]
    changes = [*exact, [Use(0, 1, (23_001 * 10, 3))]]
    assert _size(changes) - _size(exact) <= 3
    assert _size([[Use(0, 1, (23_001 * 10, 3))]]) > 3


def test_what_is_seen_for_the_first_time_is_foreseen_from_another_connector() -> None:
    before = [[Use(0, 1, (1_234_567, 0))]]
    beside = _size([*before, [Use(0, 2, (1_234_567, 0))]]) - _size(before)
    alone = _size([*before, [Use(VOLTAGE, 2, (1_234_567, 0))]]) - _size(before)
    assert beside < alone


def test_power_that_is_voltage_times_current_costs_next_to_nothing() -> None:
    def message(number: int, exact: bool) -> list[Use]:
        voltage, current = 2_300 + number * 7 % 31, 100 + number * 11 % 57
        power = voltage * current // 100 if exact else voltage * (current * 13 % 97) // 100
        values = ((VOLTAGE, voltage, 1), (CURRENT, current, 1), (POWER, power, 0))
        return [Use(role, 1, (mantissa, decimals)) for role, mantissa, decimals in values]

    exact = _size([message(number, True) for number in range(100)])
    other = _size([message(number, False) for number in range(100)])
    assert exact < 0.75 * other


def test_connectors_in_turn_are_foreseen() -> None:
    turns = [
        [Use(0, 1, (connector, 0), names_entity=True)] for _ in range(40) for connector in (1, 3, 2)
    ]
    assert _size(turns) - _size(turns[:12]) <= 6


def test_the_connector_that_was_named_last_is_foreseen_in_another_slot() -> None:
    draws = random.Random(1)
    first, other = ([draws.randrange(1, 13) for _ in range(200)] for _ in range(2))

    def messages(second: list[int]) -> list[list[Use]]:
        return [
            [Use(role, 1, (number, 0), names_entity=True)]
            for pair in zip(first, second, strict=True)
            for role, number in zip((0, VOLTAGE), pair, strict=True)
        ]

    assert _size(messages(first)) < 0.65 * _size(messages(other))


def test_the_best_prediction_is_refused_if_it_is_out_of_range() -> None:
    state = State(CORE)
    step, last = 10**9, MAGNITUDE_MAX - 1
    _write(state, [[Use(0, 1, (last - back * step, 0))] for back in range(9, -1, -1)])
    hits = Coder(state.memory, bytes(8))  # each flag is read as true
    around = Situation(0, 99, 77)
    around.entity = 1
    with pytest.raises(FrameError, match="too large"):
        NumberSlots(hits, state.records, state.texts).number(
            Use(0, 1, (0, 0)).slot(), (0, 0), around
        )
