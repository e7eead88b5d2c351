"""A meter moves as meters do: forwards, and within what is physically possible."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.meter import Meter

RANDOMS = st.integers(0, 2**32).map(Random)
METERS = st.builds(Meter.random, RANDOMS, st.floats(500, 8_000))
STEPS = st.lists(st.floats(0, 900), max_size=200)


@given(METERS, STEPS)
def test_the_register_and_the_battery_never_run_backwards(meter: Meter, steps: list[float]) -> None:
    for seconds in steps:
        energy_wh, soc_percent = meter.energy_wh, meter.soc_percent
        meter.advance(seconds)
        assert meter.energy_wh >= energy_wh
        assert soc_percent <= meter.soc_percent <= 100


@given(METERS, STEPS)
def test_quantities_stay_where_a_charger_has_them(meter: Meter, steps: list[float]) -> None:
    for seconds in steps:
        meter.advance(seconds)
        assert meter.power_watts >= 150
        assert 214 <= meter.voltage_volts <= 247
        assert meter.temperature_celsius <= 52
        assert meter.current_amperes == pytest.approx(meter.power_watts / meter.voltage_volts)


@given(METERS, st.floats(1, 900))
def test_the_register_counts_what_the_power_gives(meter: Meter, seconds: float) -> None:
    before_wh = meter.energy_wh
    meter.advance(seconds)
    assert meter.energy_wh - before_wh == pytest.approx(meter.power_watts * seconds / 3600)


@given(METERS, STEPS)
def test_another_battery_leaves_the_register_alone(meter: Meter, steps: list[float]) -> None:
    for seconds in steps:
        meter.advance(seconds)
    energy_wh = meter.energy_wh
    meter.plug()
    assert meter.energy_wh == energy_wh
    assert 8 <= meter.soc_percent <= 60


def test_power_falls_when_the_battery_is_nearly_full() -> None:
    meter = Meter(Random(1), energy_wh=0.0, power_watts=2_200.0, soc_percent=90.0)
    for _ in range(60):
        meter.advance(10)
    assert meter.power_watts < 1_400
