"""A drift is an autoregressive process with white noise, whatever way it is drawn."""

import math
from statistics import fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.draws import Cause, Draws, Lane
from laconic_bench.workloads.drift import Drift

CAUSE = Cause("test", Lane.UP_CALL)
TAU_SECONDS, SIGMA, NOISE, STEP = 60.0, 2.0, 0.5, 0.1


def readings(number: int, every_seconds: float, draws: Draws) -> list[float]:
    drift = Drift(TAU_SECONDS, SIGMA, NOISE)
    return [
        STEP * drift.read(draws, CAUSE, round(1000 * every_seconds * index), 0.0, STEP)
        for index in range(number)
    ]


def test_the_readings_have_the_variance_and_the_memory_of_the_process() -> None:
    series = readings(60_000, 20.0, Draws(3))
    assert fmean(series) == pytest.approx(0.0, abs=0.1)
    assert pvariance(series) == pytest.approx(SIGMA**2 + NOISE**2, rel=0.05)
    for lag in (1, 2, 5):
        products = [a * b for a, b in zip(series, series[lag:], strict=False)]
        expected = SIGMA**2 * math.exp(-20.0 * lag / TAU_SECONDS)
        assert fmean(products) == pytest.approx(expected, rel=0.08)


def test_a_reading_costs_what_a_perfect_predictor_does_not_know() -> None:
    draws, number = Draws(4), 20_000
    readings(number, 20.0, draws)
    # Variance of the prediction in the long run: the equation of Riccati for this process.
    kept = math.exp(-40.0 / TAU_SECONDS)
    variance = SIGMA**2
    for _ in range(100):
        variance = kept * variance * NOISE**2 / (variance + NOISE**2) + (1 - kept) * SIGMA**2
    sigma = math.sqrt(variance + NOISE**2)
    expected = math.log2(sigma / STEP * math.sqrt(2 * math.pi * math.e))
    assert draws.entries()[0].bits / number == pytest.approx(expected, rel=0.01)


@given(st.integers(0, 2**32), st.floats(-300, 300))
def test_the_base_shifts_the_readings(seed: int, base: float) -> None:
    reading = STEP * Drift(TAU_SECONDS, SIGMA, NOISE).read(Draws(seed), CAUSE, 0, base, STEP)
    assert reading == pytest.approx(base, abs=7 * (SIGMA + NOISE))


@given(st.integers(0, 2**32))
def test_readings_of_one_moment_differ_by_the_noise_alone(seed: int) -> None:
    draws, drift = Draws(seed), Drift(TAU_SECONDS, SIGMA, 0.001)
    first, second = (drift.read(draws, CAUSE, 5_000, 0.0, 0.001) for _ in range(2))
    assert abs(first - second) < 12
