"""Charges obey the laws: power is voltage times current, energy is power times time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.charging import (
    EFFICIENCY,
    BikeCharge,
    Charge,
    PackCharge,
    current_share,
    voltage_share,
)
from laconic_bench.workloads.draws import Draws
from laconic_bench.workloads.mains import Mains
from laconic_bench.workloads.riders import BIKES
from tests.support.workload_life import CALENDAR

SEEDS = st.integers(0, 2**32)
SOCS = st.floats(0, 100)


def bike_charge(seed: int, soc_percent: int) -> BikeCharge:
    draws = Draws(seed)
    meter = Mains(draws, CALENDAR).meter(0)
    return BikeCharge(draws, meter, BIKES[1], soc_percent, now_ms=0)


def read(charge: Charge, now_ms: int) -> None:
    if isinstance(charge, BikeCharge):
        charge.read(now_ms, volt_step=0.1, ampere_step=0.01)
    else:
        assert isinstance(charge, PackCharge)
        charge.read(now_ms)


CHARGES: st.SearchStrategy[Charge] = st.one_of(
    st.builds(bike_charge, SEEDS, st.integers(5, 98)),
    st.builds(PackCharge, SEEDS.map(Draws), st.just(2_700.0), st.floats(4, 99), st.just(0)),
)


@given(SOCS, SOCS)
def test_current_falls_and_voltage_rises_while_charging(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 1.0 >= current_share(low) >= current_share(high) >= 0.0
    assert voltage_share(low) <= voltage_share(high) <= 1.0


def test_a_full_battery_takes_nothing() -> None:
    assert current_share(100.0) == 0.0
    assert current_share(50.0) == 1.0


@given(CHARGES, st.lists(st.integers(1_000, 900_000), min_size=1, max_size=30))
def test_readings_are_physical(charge: Charge, steps_ms: list[int]) -> None:
    now_ms = 0
    for step_ms in steps_ms:
        energy_wh, soc_percent, watts = charge.energy_wh, charge.soc_percent, charge.watts
        now_ms += step_ms
        read(charge, now_ms)
        assert charge.watts == charge.volts * charge.amperes >= 0.0
        mean_watts = (watts + charge.watts) / 2
        assert charge.energy_wh - energy_wh == pytest.approx(mean_watts * step_ms / 3.6e6)
        assert soc_percent <= charge.soc_percent < 100.0


@given(CHARGES)
def test_a_charge_ends_when_it_said(charge: Charge) -> None:
    now_ms = 0
    while charge.seconds_to_full >= 600:
        now_ms += 600_000
        read(charge, now_ms)
    end_ms = now_ms + int(1000 * charge.seconds_to_full)
    charge.advance(end_ms)
    assert charge.soc_percent == pytest.approx(100.0, abs=0.02)
    charge.fill(end_ms)
    assert charge.is_full and charge.watts == 0.0
    energy_wh = charge.energy_wh
    read(charge, end_ms + 60_000)
    assert (charge.amperes, charge.energy_wh, charge.soc_percent) == (0.0, energy_wh, 100.0)


@given(SEEDS)
def test_the_energy_is_what_the_battery_lacked(seed: int) -> None:
    charge = bike_charge(seed, 20)
    now_ms = 0
    while charge.seconds_to_full > 30:
        now_ms += 30_000
        read(charge, now_ms)
    lacking_wh = (100.0 - 20.5) / 100 * BIKES[1].capacity_wh / EFFICIENCY
    assert charge.energy_wh == pytest.approx(lacking_wh, rel=0.02)
