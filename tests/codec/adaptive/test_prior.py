"""The prior: it is there, it is read as it was written, and nothing else is a prior."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive import prior
from laconic_codec.adaptive.arithmetic import CELL_NEW
from laconic_codec.adaptive.memory import Memory
from laconic_codec.adaptive.shapes import Successors
from laconic_codec.adaptive.state import Prior


def test_a_prior_is_shipped_and_has_seen_something() -> None:
    shipped = prior.load()
    assert shipped is prior.load()
    assert any(cell != CELL_NEW for cell in shipped.memory.cells)
    assert any(shipped.successors.table)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 0xFFFF)), max_size=20))
def test_a_prior_comes_back(changes: list[tuple[int, int]]) -> None:
    made = Prior(Memory(), Successors())
    for place, value in changes:
        made.memory.cells[place] = made.memory.letters[-place] = value
        made.memory.weights[place] = -value
        made.memory.letter_weights[place % 64] = value
        made.successors.table[place] = value << 16
    found = prior.parse(prior.dump(made))
    for name in Memory.__slots__:
        assert getattr(found.memory, name) == getattr(made.memory, name)
    assert found.successors.table == made.successors.table


def test_the_layout_of_a_prior() -> None:
    made = Prior(Memory(), Successors())
    made.memory.cells[1] = 0x0102
    made.successors.table[-1] = 0x0304_0506
    dumped = prior.dump(made)
    assert dumped[:8] == b"LCP1\x00\x80\x02\x01"
    assert dumped[-4:] == b"\x06\x05\x04\x03"


def test_what_is_no_prior_is_refused() -> None:
    dumped = prior.dump(Prior(Memory(), Successors()))
    for wrong in (b"", dumped[:-4], dumped[:-1], dumped + b"\0", b"LCP2" + dumped[4:]):
        with pytest.raises(ValueError, match=r"."):
            prior.parse(wrong)
