"""Batteries circulate: a rider brings back what the rider got, or another."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.cabinets.batteries import NOMINAL_WH, Batteries
from laconic_bench.workloads.draws import Draws
from laconic_bench.workloads.riders import Rider

POOL = 120


def test_a_battery_is_in_one_place() -> None:
    batteries = Batteries(Draws(1), POOL)
    taken = [batteries.any_elsewhere() for _ in range(1)]
    for _ in range(POOL - 1):
        taken[-1].is_here = True
        taken.append(batteries.any_elsewhere())
    assert len({battery.number for battery in taken}) == POOL


def test_serial_numbers_tell_batteries_apart() -> None:
    batteries = Batteries(Draws(1), POOL)
    seen = [batteries.any_elsewhere() for _ in range(600)]
    assert len({b.serial_text for b in seen}) == len({b.number for b in seen})


@given(st.integers(0, 2**32))
def test_most_riders_bring_their_own_back(seed: int) -> None:
    batteries, rider = Batteries(Draws(seed), POOL), Rider(weight=1.0)
    rider.battery = batteries.any_elsewhere().number
    brought = [batteries.brought_by(rider).number for _ in range(200)]
    assert 0.4 < brought.count(rider.battery) / 200 < 0.9


@given(st.integers(0, 2**32))
def test_what_is_here_is_not_brought(seed: int) -> None:
    batteries, rider = Batteries(Draws(seed), POOL), Rider(weight=1.0)
    own = batteries.any_elsewhere()
    rider.battery, own.is_here = own.number, True
    assert all(batteries.brought_by(rider) is not own for _ in range(50))


@given(st.integers(0, 2**32), st.lists(st.floats(0, 1), max_size=50))
def test_health_falls_with_use_and_capacity_with_it(seed: int, cycles: list[float]) -> None:
    battery = Batteries(Draws(seed), POOL).any_elsewhere()
    assert 82.0 <= battery.health_percent <= 100.0
    before_wh = battery.capacity_wh
    for part in cycles:
        battery.age(part)
    assert battery.capacity_wh <= before_wh <= NOMINAL_WH
