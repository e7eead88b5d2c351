"""Temperatures follow the air and, later, the load."""

from statistics import fmean

import pytest

from laconic_bench.workloads.calendar import HOUR_MS
from laconic_bench.workloads.causes import TEMPERATURE
from laconic_bench.workloads.warmth import Warmth
from tests.support.workload_life import world


def test_the_afternoon_is_warmer_than_the_night() -> None:
    warmth = Warmth(world(), TEMPERATURE, 0.1)
    rises = [
        -warmth.read(24 * day * HOUR_MS, 0.0) + warmth.read((24 * day + 10) * HOUR_MS, 0.0)
        for day in range(200)  # From 3 to 13 o'clock at the site.
    ]
    assert fmean(rises) == pytest.approx(12, abs=0.5)


def test_load_warms_slowly() -> None:
    warmth = Warmth(world(), TEMPERATURE, 0.1)
    cold = warmth.read(0, 0.0)
    soon = warmth.read(60_000, 1.0)
    late = warmth.read(HOUR_MS, 1.0)
    assert abs(soon - cold) < 3
    assert late - cold > 9


def test_readings_have_the_resolution_of_the_sensor() -> None:
    assert Warmth(world(), TEMPERATURE, 1.0).read(0, 0.5).is_integer()
