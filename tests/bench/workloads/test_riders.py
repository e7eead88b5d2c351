"""The same people come again, some often; what was seen of them stays."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.causes import CARD_UP, RIDER_UP
from laconic_bench.workloads.draws import Draws
from laconic_bench.workloads.riders import BIKES, FLEETS, Riders

COUNT = 60


def test_nobody_is_here_twice() -> None:
    riders = Riders(Draws(1), COUNT)
    guests = [riders.come(RIDER_UP) for _ in range(COUNT)]
    assert len(set(guests)) == COUNT


def test_some_come_often_and_some_seldom() -> None:
    riders, visits = Riders(Draws(1), COUNT), Counter[object]()
    for _ in range(6_000):
        rider = riders.come(RIDER_UP)
        rider.is_here = False
        visits[rider] += 1
    counts = [count for _, count in visits.most_common()]
    assert len(counts) == COUNT
    assert counts[0] > 10 * counts[-1]


@given(st.integers(0, 2**32))
def test_a_card_is_drawn_once_and_read_alike(seed: int) -> None:
    draws = Draws(seed)
    riders = Riders(draws, COUNT)
    rider = riders.come(RIDER_UP)
    short = riders.card_short(rider, CARD_UP)
    long = riders.card_long(rider, CARD_UP)
    assert (long & 0xFFFFFFFF, long >> 48) == (short, 0x04)
    assert riders.card_long(rider, CARD_UP) == long
    bits = {entry.cause: entry.bits for entry in draws.entries()}
    assert bits[CARD_UP] == pytest.approx(48)


@given(st.integers(0, 2**32))
def test_bike_and_fleet_stay(seed: int) -> None:
    riders = Riders(Draws(seed), COUNT)
    rider = riders.come(RIDER_UP)
    assert riders.bike(rider) in BIKES and riders.fleet(rider) in FLEETS
    assert riders.bike(rider) is riders.bike(rider)
    assert riders.fleet(rider) is riders.fleet(rider)
