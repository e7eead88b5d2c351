"""Virtual time in the texts of the makes, and as hours at the site."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.calendar import DAY_MS, Calendar

STARTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(
    lambda time: time.replace(tzinfo=UTC, microsecond=time.microsecond // 1000 * 1000)
)
TIMES = st.integers(0, 400 * DAY_MS)


@given(STARTS, TIMES)
def test_texts_tell_the_time(start: datetime, time_ms: int) -> None:
    calendar, time = Calendar(start), start + timedelta(milliseconds=time_ms)
    cut = time.replace(microsecond=0)
    assert datetime.fromisoformat(calendar.milliseconds_z(time_ms)) == time
    assert datetime.fromisoformat(calendar.seconds_z(time_ms)) == cut
    assert datetime.fromisoformat(calendar.seconds_offset(time_ms)) == cut
    assert calendar.seconds(time_ms) + "Z" == calendar.seconds_z(time_ms)
    assert calendar.digits(time_ms) == time.strftime("%Y%m%d%H%M%S")


def test_the_styles_are_as_the_makes_write_them() -> None:
    calendar = Calendar(datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=3))))
    assert calendar.seconds_z(5_004) == "2026-03-02T06:00:05Z"
    assert calendar.milliseconds_z(5_004) == "2026-03-02T06:00:05.004Z"
    assert calendar.seconds_offset(5_004) == "2026-03-02T06:00:05+00:00"
    assert calendar.local_hours(1_800_000) == 9.5


@given(STARTS, TIMES, st.sampled_from([60_000, 900_000, 3_600_000]))
def test_the_next_multiple_is_after_now(start: datetime, time_ms: int, period_ms: int) -> None:
    calendar = Calendar(start)
    next_ms = calendar.next_ms(time_ms, period_ms)
    assert time_ms < next_ms <= time_ms + period_ms
    time = start + timedelta(milliseconds=next_ms)
    since_midnight = time - time.replace(hour=0, minute=0, second=0, microsecond=0)
    assert since_midnight % timedelta(milliseconds=period_ms) == timedelta()


@given(STARTS, TIMES, st.floats(0, 23.9))
def test_the_next_hour_of_the_site_is_after_now(start: datetime, time_ms: int, at: float) -> None:
    calendar = Calendar(start)
    next_ms = calendar.next_local_ms(time_ms, at)
    assert time_ms < next_ms <= time_ms + DAY_MS
    assert calendar.local_hours(next_ms) == pytest.approx(at, abs=1e-3) or at < 1e-3
