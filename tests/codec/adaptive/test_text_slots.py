"""Text slots: any values in any order come back, and what comes again is cheap."""

from dataclasses import dataclass
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive import snapshot
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.situation import Situation
from laconic_codec.adaptive.slots import Slot
from laconic_codec.adaptive.state import State
from laconic_codec.adaptive.text_slots import TextSlots
from laconic_codec.adaptive.texts import TextValue
from laconic_codec.adaptive.tokens import TEXT
from laconic_codec.registry import CORE, Registry, VendorPart
from tests.support.colliding import COLLIDING_TEXTS
from tests.support.strategies import scalar_texts

VENDORS: Final = CORE.extended(VendorPart("own", 1, texts=("own text",)))

KEYS: Final = st.integers(0, 3).map(lambda number: number * 0x1234_5678 & 0xFFFF_FFFF)


@dataclass(frozen=True, slots=True)
class Use:
    """A value in a slot of an entity."""

    key: int
    entity: int
    value: TextValue

    def slot(self) -> Slot:
        """Return the slot."""
        slot = Slot(TEXT, self.key)
        slot.class_, slot.coarse = self.key ^ 0xABCD_EF01, self.key
        return slot


def _uses(values: st.SearchStrategy[TextValue]) -> st.SearchStrategy[list[Use]]:
    return st.lists(st.builds(Use, KEYS, st.integers(0, 2), values), max_size=40)


def _values() -> st.SearchStrategy[TextValue]:
    few = st.sampled_from(["Charging", "own text", "once more", "", None, True, False])
    colliding = st.sampled_from([text for pair in COLLIDING_TEXTS[:2] for text in pair])
    return few | colliding | scalar_texts()


def _code(coder: Coder, state: State, uses: list[Use], reads: bool) -> list[TextValue]:
    slots = TextSlots(coder, state.records, state.texts, state.ring)
    found: list[TextValue] = []
    for number, use in enumerate(uses, 1):
        around = Situation(0, number, 77)
        around.entity = use.entity
        found.append(slots.text(use.slot(), None if reads else use.value, around))
    return found


def _size(uses: list[Use]) -> int:
    state = State(CORE)
    coder = Coder(state.memory)
    _code(coder, state, uses, reads=False)
    return len(coder.finish())


def _round_trip(uses: list[Use], registry: Registry) -> None:
    written, read = State(registry), State(registry)
    writer = Coder(written.memory, is_unbounded=True)
    values = [use.value for use in uses]
    assert _code(writer, written, uses, reads=False) == values
    reader = Coder(read.memory, writer.finish())
    found = _code(reader, read, uses, reads=True)
    reader.check_end()
    assert [(value, type(value)) for value in found] == [(value, type(value)) for value in values]
    assert snapshot.digest(written) == snapshot.digest(read)


@given(_uses(_values()))
def test_any_values_come_back(uses: list[Use]) -> None:
    _round_trip(uses, VENDORS)


@given(_uses(st.sampled_from([text for pair in COLLIDING_TEXTS for text in pair])))
def test_texts_with_one_hash_come_back(uses: list[Use]) -> None:
    _round_trip(uses, CORE)


def test_a_text_that_stays_costs_next_to_nothing() -> None:
    again = [Use(1, 1, "Charging")] * 100
    assert _size(again) - _size(again[:1]) <= 5


def test_texts_that_alternate_are_foreseen() -> None:
    both = [Use(1, 1, "Available"), Use(1, 1, "Preparing"), Use(1, 1, "Charging")]
    assert _size(both * 40) - _size(both) <= 8


def test_what_one_connector_had_helps_the_next() -> None:
    serial = "a serial number of its own"
    first = _size([Use(1, 1, serial)])
    assert _size([Use(1, 1, serial), Use(1, 2, serial)]) - first <= 2
    assert _size([Use(1, 1, serial), Use(2, 1, serial)]) - first <= 4
