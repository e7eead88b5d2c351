"""Figures as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.results.numbers_text import (
    count_text,
    decimal_text,
    growth_text,
    ratio_text,
    setting_text,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((None, "-"), (0, "0"), (1234.56, "1,234.6"), (12.345, "12.35"), (1.2345, "1.234")),
        *((0.12345, "0.1235"), (0.5, "0.5000"), (0.000012345, "1.234e-05"), (99.999, "100.00")),
    ],
)
def test_a_number(number: float | None, text: str) -> None:
    assert decimal_text(number) == text


@given(st.floats(1e-9, 1e15))
def test_a_number_is_off_by_less_than_a_thousandth(number: float) -> None:
    assert float(decimal_text(number).replace(",", "")) == pytest.approx(number, rel=1e-3)


def test_counts_are_exact() -> None:
    assert count_text(1_234_567_890_123) == "1,234,567,890,123"
    assert count_text(None) == ratio_text(None) == "-"
    assert ratio_text(1.1874) == "1.187"


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        *((100, 101.25, "+1.25 %"), (100, 99, "-1.00 %"), (5, 5, "0"), (0, 0, "0")),
        *((0, 3, "from 0"), (None, 3, "-"), (3, None, "-")),
        *((10**9, 10**9 + 1, "+0.00... %"), (10**9, 10**9 - 1, "-0.00... %")),
    ],
)
def test_growth_is_never_hidden(old: float | None, new: float | None, text: str) -> None:
    assert growth_text(old, new) == text


def test_settings_are_those_of_the_file() -> None:
    assert [setting_text(one) for one in (None, True, False, 60, 60.0, 0.5, "local")] == [
        *("null", "true", "false", "60", "60", "0.5", "local"),
    ]
