"""The timers of the kernel: when they fire, and how few events they need."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.model.tcp.timer import JIFFY_SECONDS, Timer, wheel
from laconic_bench.virtual.schedule import Schedule

MOMENTS = st.floats(0, 3e6, allow_nan=False)
TIMEOUTS = st.floats(0.001, 120.0)


@given(MOMENTS, TIMEOUTS)
def test_a_timer_is_never_early_and_late_by_an_eighth_and_two_ticks_at_most(
    now: float, timeout: float
) -> None:
    late = wheel(now, timeout) - now - timeout
    assert -JIFFY_SECONDS <= late <= timeout / 7 + 2 * JIFFY_SECONDS + 1e-6


@pytest.mark.parametrize(
    ("timeout", "expected"),
    [(0.040, 0.044), (0.200, 0.204), (0.830, 0.864), (1.0, 1.024), (2.5, 2.560), (20.0, 20.480)],
)
def test_the_grain_of_the_wheel_grows_with_the_timeout(timeout: float, expected: float) -> None:
    assert wheel(0.0, timeout) == pytest.approx(expected)


def test_a_deadline_that_moves_on_fires_once_and_costs_two_events() -> None:
    schedule = Schedule(1)
    fired: list[float] = []
    timer = Timer(schedule, lambda: fired.append(schedule.now))
    for moment in range(10):
        schedule.at(0.1 * moment, lambda: timer.set_at(schedule.now + 5.0))
    schedule.run(1.0)
    assert len(schedule._heap) == 1  # pyright: ignore[reportPrivateUsage]
    schedule.run(20.0)
    assert fired == [pytest.approx(5.9)]


def test_an_earlier_deadline_wins_and_a_cleared_one_never_fires() -> None:
    schedule = Schedule(1)
    fired: list[float] = []
    timer = Timer(schedule, lambda: fired.append(schedule.now))
    timer.set_at(10.0)
    timer.set_at(2.0)
    schedule.run(3.0)
    timer.set_at(12.0)
    schedule.run(11.0)
    assert fired == [2.0]
    timer.clear()
    schedule.run(20.0)
    assert fired == [2.0]
