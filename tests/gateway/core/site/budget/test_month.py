"""Billing months over all days of some years."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.site.budget.month import DAY_SECONDS, Month, day_of

MOMENTS = st.integers(0, 4_000_000_000)
START_DAYS = st.integers(1, 28)


def unix(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("moment", "starts_on_day", "first", "last"),
    [
        ("2026-11-27T09:14:16", 1, "2026-11-01", "2026-11-30"),
        ("2026-11-27T09:14:16", 27, "2026-11-27", "2026-12-26"),
        ("2026-11-27T09:14:16", 28, "2026-10-28", "2026-11-27"),
        ("2026-01-01T00:00:00", 2, "2025-12-02", "2026-01-01"),
        ("2028-02-29T23:59:59", 28, "2028-02-28", "2028-03-27"),
        ("2026-12-31T23:59:59", 15, "2026-12-15", "2027-01-14"),
    ],
)
def test_a_moment_belongs_to_the_month_that_began_last(
    moment: str, starts_on_day: int, first: str, last: str
) -> None:
    month = Month.of(unix(moment), starts_on_day)
    assert (month.first_date, month.last_date) == (
        date.fromisoformat(first),
        date.fromisoformat(last),
    )


@given(MOMENTS, START_DAYS)
def test_months_follow_each_other_without_a_gap(moment: int, starts_on_day: int) -> None:
    month = Month.of(moment, starts_on_day)
    assert 28 <= month.days <= 31
    assert month.first_day <= day_of(moment) < month.first_day + month.days
    assert month.first_date.day == starts_on_day
    after = Month.of((month.first_day + month.days) * DAY_SECONDS, starts_on_day)
    assert after.first_day == month.first_day + month.days


@given(MOMENTS, START_DAYS)
def test_what_is_left_shrinks_to_the_last_day(moment: int, starts_on_day: int) -> None:
    month = Month.of(moment, starts_on_day)
    passed = day_of(moment) - month.first_day
    assert month.days_left(moment) == month.days - passed >= 1
    assert 0 < month.seconds_left(moment) <= month.days * DAY_SECONDS


def test_a_clock_that_is_wrong_leaves_a_day_at_least_and_a_month_at_most() -> None:
    month = Month.of(unix("2026-11-27T00:00:00"), 1)
    assert month.days_left(unix("2030-01-01T00:00:00")) == 1
    assert month.days_left(0.0) == 30
    assert month.seconds_left(unix("2030-01-01T00:00:00")) == 0


def test_the_sum_is_that_of_its_days_only() -> None:
    month = Month.of(unix("2026-11-27T00:00:00"), 1)
    first = month.first_day
    assert month.sum_of({first - 1: 1, first: 2, first + 29: 4, first + 30: 8}) == 6


@pytest.mark.parametrize("starts_on_day", [0, 29])
def test_a_day_that_some_months_lack_is_refused(starts_on_day: int) -> None:
    with pytest.raises(ValueError, match="starts on day 1 to 28"):
        Month.of(0.0, starts_on_day)
