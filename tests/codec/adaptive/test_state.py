"""The state is bounded, and a copy goes its own way."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive import snapshot
from laconic_codec.adaptive.memory import Memory
from laconic_codec.adaptive.shapes import Successors
from laconic_codec.adaptive.state import (
    TEMPLATE_TOKENS_MAX,
    TEMPLATES_MAX,
    Channel,
    Prior,
    Shelf,
    State,
)
from laconic_codec.adaptive.templates import Template
from laconic_codec.adaptive.tokens import Flattened
from laconic_codec.registry import CORE


def _template(number: int, size: int = 1) -> Template:
    entries = ",".join(["0"] * size)
    flattened = Flattened(2, "DataTransfer", f'{{"own{number}":[{entries}]}}', CORE)
    return Template(flattened.tokens, flattened.names, CORE)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 900)), max_size=40))
def test_the_shelf_keeps_the_templates_used_last(uses: list[tuple[int, int]]) -> None:
    shelf, model = Shelf(), list[Template]()
    for number, size in uses:
        template = _template(number, size)
        if template.digest in shelf.by_digest:
            shelf.use(shelf.by_digest[template.digest])
            model = [other for other in model if other.digest != template.digest]
        else:
            shelf.add(template)
        model = [template, *model]
        while sum(len(other.tokens) for other in model) > TEMPLATE_TOKENS_MAX:
            model.pop()
        assert [shelf.by_number[place].digest for place in shelf.recent] == [
            other.digest for other in model
        ]
    assert sorted(shelf.by_number) == sorted(shelf.by_digest.values()) == sorted(shelf.recent)


def test_the_shelf_keeps_no_more_templates_than_the_limit() -> None:
    shelf = Shelf()
    numbers = [shelf.add(_template(number)) for number in range(TEMPLATES_MAX + 3)]
    assert numbers[:TEMPLATES_MAX] == list(range(1, TEMPLATES_MAX + 1))
    assert numbers[TEMPLATES_MAX:] == [1, 2, 3]  # in the place of the oldest ones
    assert len(shelf.by_number) == TEMPLATES_MAX


def test_a_shelf_that_was_restored_goes_on_like_the_first() -> None:
    shelf, restored = Shelf(), Shelf()
    for number in range(20):
        shelf.add(_template(number, 400))
    for number in shelf.recent:
        restored.restore(number, shelf.by_number[number])
    for number in range(30, 60):
        assert shelf.add(_template(number, 150)) == restored.add(_template(number, 150))
        assert (shelf.recent, shelf.by_digest) == (restored.recent, restored.by_digest)


def test_names_are_those_of_all_templates() -> None:
    shelf = Shelf()
    for number in range(3):
        shelf.add(_template(number))
    assert sorted(shelf.names().values()) == ["own0", "own1", "own2"]


def test_a_state_begins_with_the_prior() -> None:
    prior = Prior(Memory(), Successors())
    prior.memory.cells[5] = 77
    prior.successors.table[6] = 88
    state = State(CORE, prior)
    state.memory.cells[5] += 1
    state.successors.table[6] += 1
    assert (prior.memory.cells[5], prior.successors.table[6]) == (77, 88)
    assert (State(CORE, prior).memory.cells[5], State(CORE).memory.cells[5]) == (77, 0x8000)


def test_a_copy_goes_its_own_way_in_every_part() -> None:
    state = State(CORE)
    state.channels.append(Channel())
    state.shelf.add(_template(1))
    before = list(snapshot.parts(state))
    copy = state.copy()
    assert list(snapshot.parts(copy)) == before
    _change_everything(copy)
    assert list(snapshot.parts(state)) == before
    pairs = zip(before, snapshot.parts(copy), strict=False)
    assert [number for number, (one, other) in enumerate(pairs) if one == other] == []


def _change_everything(state: State) -> None:
    tables: list[array[int]] = [
        *(getattr(state.memory, name) for name in Memory.__slots__),
        *(state.records.tags, state.records.stamps),
        *(state.successors.table, state.texts.followers, state.ring.places, state.shelf.next),
    ]
    for table in tables:
        table[0] ^= 1
    state.records.rows[0] ^= 1
    state.ring.append(1, (0,))
    state.texts.touch(state.texts.id_of("new"), "new")
    for entries in state.texts.recent:
        entries.append(1)
    state.shelf.add(_template(2))
    state.channels[0].last = 1
    state.channels.append(Channel())
    state.messages = state.time = state.items = state.chain = 1
    state.cursors = (1, 1)
