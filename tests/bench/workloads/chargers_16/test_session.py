"""A session tells what its meter showed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.causes import RIDER_UP
from laconic_bench.workloads.chargers_16.session import Session
from laconic_bench.workloads.charging import BikeCharge
from laconic_bench.workloads.riders import BIKES
from tests.support.workload_life import world


def session(seed: int) -> Session:
    place = world(seed)
    charge = BikeCharge(place.draws, place.mains.meter(0), BIKES[0], 40, now_ms=1_000)
    return Session(place.riders.come(RIDER_UP), "04AABB", 7, 1_000, 500.0, charge)


@given(st.integers(0, 2**32), st.integers(1_000, 600_000))
def test_a_reading_is_the_meters(seed: int, later_ms: int) -> None:
    one = session(seed)
    one.charge.read(1_000 + later_ms, 0.1, 0.01)
    reading = one.reading(31.0)
    assert (reading.volts, reading.amperes) == (one.charge.volts, one.charge.amperes)
    assert reading.energy_wh == 500.0 + one.charge.energy_wh
    assert reading.soc_percent == int(one.charge.soc_percent)
    assert reading.celsius == 31.0


@given(st.integers(0, 2**32), st.integers(1_000, 600_000))
def test_the_end_counts_the_energy_since_the_last_reading(seed: int, later_ms: int) -> None:
    one = session(seed)
    one.charge.read(31_000, 0.1, 0.01)
    before_wh, watts = one.charge.energy_wh, one.charge.watts
    stop = one.end(31_000 + later_ms, "Local")
    assert stop.stop_wh - 500.0 - before_wh == pytest.approx(watts * later_ms / 3.6e6)
    assert (stop.start_ms, stop.stop_ms, stop.reason) == (1_000, 31_000 + later_ms, "Local")
    assert (stop.transaction, stop.tag, stop.start_wh) == (7, "04AABB", 500.0)
