"""The day of a site: curves without jumps, and as many arrivals as promised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.calendar import DAY_MS
from laconic_bench.workloads.causes import ARRIVAL
from laconic_bench.workloads.draws import Draws
from laconic_bench.workloads.rhythm import AIR_CELSIUS, GRID_LOAD, RIDERS, Arrivals, at_hour
from tests.support.workload_life import CALENDAR


def arrival_times(draws: Draws, per_day: float, days: int) -> list[int]:
    arrivals, times = Arrivals(draws, CALENDAR, ARRIVAL, per_day), [0]
    while times[-1] < days * DAY_MS:
        times.append(arrivals.next_ms(times[-1], 1))
    return times[1:-1]


@given(st.sampled_from([RIDERS, GRID_LOAD, AIR_CELSIUS]), st.floats(0, 24, exclude_max=True))
def test_curves_stay_between_their_points(curve: tuple[float, ...], hours: float) -> None:
    assert len(curve) == 24
    ends = (curve[int(hours)], curve[(int(hours) + 1) % 24])
    assert min(ends) - 1e-9 <= at_hour(curve, hours) <= max(ends) + 1e-9
    assert at_hour(curve, int(hours)) == curve[int(hours)]


def test_as_many_come_as_promised_and_when_promised() -> None:
    times = arrival_times(Draws(1), per_day=40.0, days=100)
    assert len(times) / 100 == pytest.approx(40.0, rel=0.06)
    by_hour = [0] * 24
    for time_ms in times:
        by_hour[int(CALENDAR.local_hours(time_ms))] += 1
    for hour, share in enumerate(RIDERS):
        expected = 4_000 * share / sum(RIDERS)
        assert by_hour[hour] == pytest.approx(expected, abs=5 * expected**0.5)


@given(st.integers(0, 2**32), st.integers(0, 3 * DAY_MS), st.floats(0.1, 500))
def test_the_next_one_comes_later(seed: int, from_ms: int, per_day: float) -> None:
    arrivals = Arrivals(Draws(seed), CALENDAR, ARRIVAL, per_day)
    assert arrivals.next_ms(from_ms, 1) >= from_ms


@given(st.integers(0, 2**32), st.integers(0, 10_000), st.integers(0, 999))
def test_whole_seconds_keep_the_tick_of_the_station(seed: int, second: int, tick_ms: int) -> None:
    arrivals = Arrivals(Draws(seed), CALENDAR, ARRIVAL, 30.0)
    assert arrivals.next_ms(1000 * second + tick_ms, 1000) % 1000 == tick_ms
