"""Limits as they are typed."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from laconic_bench.results.limit import Limit, byte_limit, time_limit
from laconic_bench.results.result_file import ResultError

SIZES = st.integers(0, 2**60)
HUNDREDTHS = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("+1%", Limit("+1 %", share=Fraction(1, 100))),
        ("1%", Limit("+1 %", share=Fraction(1, 100))),
        ("0.25 %", Limit("+0.25 %", share=Fraction(1, 400))),
        ("0", Limit("0")),
        ("0%", Limit("+0 %")),
        ("+500B", Limit("+500 B", amount=Fraction(500))),
        ("1.5kB", Limit("+1.5 kB", amount=Fraction(1_500))),
        ("2MB", Limit("+2 MB", amount=Fraction(2_000_000))),
    ],
)
def test_a_limit_of_bytes(text: str, limit: Limit) -> None:
    assert byte_limit(text) == limit


def test_a_limit_of_times_is_in_milliseconds() -> None:
    assert time_limit("+20ms").amount == 20
    assert time_limit("1.5s").amount == 1_500
    assert time_limit("+5%").share == Fraction(1, 20)


@pytest.mark.parametrize("text", ["", "+", "-1%", "1", "5 apples", "20ms", "1e3B", "NaN%", "1%%"])
def test_what_is_no_limit_of_bytes_is_told(text: str) -> None:
    with pytest.raises(ResultError, match=r"is not a limit. Write, for example: \+1%, \+500B"):
        byte_limit(text)


def test_bytes_are_no_limit_of_times() -> None:
    with pytest.raises(ResultError, match=r"'500B' is not a limit.*\+20ms"):
        time_limit("500B")


@given(old=SIZES, new=SIZES, hundredths=HUNDREDTHS)
def test_a_share_is_passed_by_one_more_and_not_by_just_as_much(
    old: int, new: int, hundredths: int
) -> None:
    limit = byte_limit(f"+{hundredths / 100:.2f}%")
    assert limit.is_passed(old, new) == ((new - old) * 10_000 > old * hundredths)


@given(old=SIZES, amount=st.integers(0, 10**9))
def test_an_amount_is_passed_by_one_more_and_not_by_just_as_much(old: int, amount: int) -> None:
    assume(amount)
    limit = byte_limit(f"{amount}B")
    assert not limit.is_passed(old, old + amount)
    assert limit.is_passed(old, old + amount + 1)
