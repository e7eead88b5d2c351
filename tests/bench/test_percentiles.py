"""Percentiles by nearest rank."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.percentiles import percentile


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(0, 100))
def test_a_percentile_is_a_value_with_that_share_at_or_below(
    values: list[float], percent: int
) -> None:
    found = percentile(values, percent)
    assert found in values
    at_or_below = sum(value <= found for value in values)
    assert at_or_below >= percent * len(values) / 100


@pytest.mark.parametrize(("percent", "expected"), [(50, 5.0), (95, 10.0), (100, 10.0), (0, 1.0)])
def test_percentiles_are_nearest_rank(percent: int, expected: float) -> None:
    assert percentile([float(value) for value in range(10, 0, -1)], percent) == expected


def test_there_is_no_percentile_of_nothing() -> None:
    assert percentile([], 50) is None
