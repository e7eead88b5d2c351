"""What the month will have cost."""

from laconic_gateway.core.site.budget.forecast import forecast_bytes
from laconic_gateway.core.site.budget.month import DAY_SECONDS, Month

MONTH = Month.of(1_795_770_856.0, 1)  # November 2026
FIRST = MONTH.first_day


def at(day: int, hour: float = 0.0) -> float:
    """Return the moment of an hour on a day of the month, both counted from 0."""
    return (FIRST + day) * DAY_SECONDS + hour * 3600


def forecast(by_day: dict[int, int], unix_seconds: float) -> int | None:
    days = {FIRST + day: amount for day, amount in by_day.items()}
    return forecast_bytes(MONTH.sum_of(days), days, MONTH, unix_seconds)


def test_a_steady_site_ends_where_its_pace_leads() -> None:
    for day in range(1, 30):
        assert forecast(dict.fromkeys(range(day), 1_000), at(day)) == 30_000


def test_the_last_week_counts_and_what_was_used_stays() -> None:
    used = dict.fromkeys(range(10), 5_000) | dict.fromkeys(range(10, 20), 100)
    assert forecast(used, at(20)) == 51_000 + 1_000


def test_a_gateway_that_began_today_is_measured_since_midnight() -> None:
    assert forecast({15: 1_000}, at(15, 12)) == 1_000 + 29 * 1_000


def test_the_month_before_helps_at_the_start() -> None:
    days = {FIRST - day: 700 for day in range(1, 7)}
    assert forecast_bytes(0, days, MONTH, at(0)) == 30 * 700


def test_there_may_be_too_little_to_go_by() -> None:
    assert forecast({}, at(10)) is None
    assert forecast({0: 50}, at(0, 0.9)) is None
    assert forecast({0: 50}, at(0, 1.0)) is not None


def test_at_the_end_it_is_what_was_used() -> None:
    assert forecast(dict.fromkeys(range(30), 7), at(30)) == 210
