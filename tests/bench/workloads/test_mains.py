"""Meters on the mains: one drift for a phase, a calibration for each meter."""

from statistics import fmean

import pytest

from laconic_bench.workloads.calendar import HOUR_MS
from laconic_bench.workloads.draws import Draws
from laconic_bench.workloads.mains import LINE_OHMS, Mains
from tests.support.workload_life import CALENDAR

DAYS_MS = [24 * HOUR_MS * day for day in range(300)]


def test_the_evening_is_lower_than_the_night() -> None:
    meter = Mains(Draws(1), CALENDAR).meter(0)
    pairs = [
        [meter.read(day_ms + hour * HOUR_MS, 0.0, 0.1) for hour in (0, 16)]  # 3 and 19 o'clock.
        for day_ms in DAYS_MS
    ]
    night, evening = map(fmean, zip(*pairs, strict=True))
    assert 215 < evening < night - 6 < 240


def test_load_pulls_the_voltage_down() -> None:
    meter = Mains(Draws(1), CALENDAR).meter(1)
    drops = [meter.read(ms, 0.0, 0.1) - meter.read(ms, 10.0, 0.1) for ms in DAYS_MS]
    assert fmean(drops) == pytest.approx(10 * LINE_OHMS, abs=0.15)


def test_meters_of_a_phase_see_the_same_drift() -> None:
    mains = Mains(Draws(1), CALENDAR)
    one, same, other = mains.meter(0), mains.meter(0), mains.meter(1)
    values = [[meter.read(ms, 0.0, 0.1) for meter in (one, same, other)] for ms in DAYS_MS]
    together = [a - b for a, b, _ in values]
    apart = [a - c for a, _, c in values]
    assert max(together) - min(together) < 3 < max(apart) - min(apart)


def test_readings_have_the_resolution_that_is_asked_for() -> None:
    meter = Mains(Draws(1), CALENDAR).meter(2)
    for step in (0.1, 0.01, 1.0):
        volts = meter.read(0, 0.0, step)
        assert volts / step == pytest.approx(round(volts / step))
