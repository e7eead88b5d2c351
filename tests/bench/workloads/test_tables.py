"""Tables are distributions: they sum to 1, and each number is found at its share of the levels."""

import math
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.tables import Table, even, geometric, lognormal, normal

TABLES = st.one_of(
    st.builds(Table, st.integers(-9, 9), st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=20)),
    st.builds(even, st.just(3), st.integers(3, 40)),
    st.builds(normal, st.floats(10, 30), st.floats(1, 30), st.just(5), st.just(60)),
    st.builds(lognormal, st.floats(2, 50), st.floats(0.2, 1), st.just(1), st.just(200)),
    st.builds(geometric, st.floats(0.5, 20), st.just(1), st.just(99)),
)


@given(TABLES)
def test_the_probabilities_sum_to_one(table: Table) -> None:
    assert math.fsum(table.probabilities) == pytest.approx(1.0)


@given(TABLES)
def test_the_information_belongs_to_the_probability(table: Table) -> None:
    for probability, bits in zip(table.probabilities, table.bits, strict=True):
        assert 2.0**-bits == pytest.approx(probability)


@given(TABLES, st.floats(0, 1, exclude_max=True))
def test_a_level_finds_the_number_that_covers_it(table: Table, level: float) -> None:
    index = table.find(level)
    ends = [0.0, *accumulate(table.probabilities)]
    assert ends[index] - 1e-9 <= level <= ends[index + 1] + 1e-9


@given(st.integers(1, 3_000), st.floats(0, 1, exclude_max=True))
def test_an_even_table_is_a_table_of_equal_weights(count: int, level: float) -> None:
    plain, table = Table(7, [1.0] * count), even(7, 6 + count)
    assert table.find(level) == plain.find(level)
    assert (list(table.probabilities), list(table.bits)) == (
        list(plain.probabilities),
        list(plain.bits),
    )
    assert (table.first, table.last) == (plain.first, plain.last)
    assert list(table.bits[: count // 2]) == list(plain.bits[: count // 2])
    with pytest.raises(IndexError):
        table.bits[count]


def test_the_shapes_are_what_they_are_called() -> None:
    assert list(even(2, 5).probabilities) == [0.25, 0.25, 0.25, 0.25]
    assert even(2, 5).first == 2
    bell = normal(10.0, 2.0, 0, 20).probabilities
    assert bell[8] == pytest.approx(bell[12]) and bell[10] / bell[8] == pytest.approx(math.e**0.5)
    falling = geometric(4.0, 0, 500).probabilities
    assert sum(n * p for n, p in enumerate(falling)) == pytest.approx(4.0)
    delays = list(accumulate(lognormal(50.0, 0.3, 1, 500).probabilities))
    assert delays[48] < 0.5 < delays[50]
