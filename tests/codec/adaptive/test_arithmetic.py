"""Tables of the arithmetic: monotone, inverse to each other, and never at the border."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive.arithmetic import AFTER, CELL_NEW, CONFIDENCE, SQUASH, STRETCH

CELLS = st.integers(0, 65_535)


def test_squash_is_the_logistic_function() -> None:
    assert len(SQUASH) == 4_096
    for x in range(-2_048, 2_048, 64):
        expected = 4_096 / (1 + math.exp(-x / 256))
        assert abs(SQUASH[x + 2_048] - expected) < 24


def test_squash_grows_and_never_says_impossible_or_certain() -> None:
    assert sorted(SQUASH) == SQUASH
    assert (min(SQUASH), max(SQUASH), SQUASH[2_048]) == (1, 4_095, 2_048)


@given(CELLS)
def test_stretch_is_the_smallest_x_that_squash_takes_back(cell: int) -> None:
    probability, x = cell >> 4, STRETCH[cell]
    assert -2_047 <= x <= 2_047
    if SQUASH[1] < probability <= SQUASH[4_095]:
        assert SQUASH[x + 2_048] >= probability > SQUASH[x + 2_047]


@given(CELLS, st.integers(0, 1))
def test_a_cell_moves_towards_what_it_sees_and_counts(cell: int, bit: int) -> None:
    after = AFTER[bit][cell]
    change = (after >> 4) - (cell >> 4)
    assert change >= 0 if bit else change <= 0
    assert after & 15 == min((cell & 15) + 1, 15)


@pytest.mark.parametrize("bit", [0, 1])
def test_a_cell_that_always_sees_the_same_comes_near_to_certain(bit: int) -> None:
    cell = CELL_NEW
    for _ in range(400):
        cell = AFTER[bit][cell]
    distance = 65_536 - (cell & 0xFFF0) if bit else cell & 0xFFF0
    assert distance <= 512


def test_the_first_steps_of_a_new_cell() -> None:
    # 0x8000 + (0xFFFF - 0x8000) * 40960 / 65536 = 0xCFFF, its low 4 bits are the count.
    assert AFTER[1][CELL_NEW] == 0xCFF1
    assert AFTER[0][CELL_NEW] == 0x3001
    assert AFTER[1][0xCFF1] == 0xE262


def test_confidence_grows_with_the_count_and_has_two_bits() -> None:
    assert tuple(sorted(CONFIDENCE)) == CONFIDENCE
    assert (len(CONFIDENCE), max(CONFIDENCE)) == (16, 3)
