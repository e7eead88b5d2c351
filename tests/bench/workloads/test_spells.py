"""Spells come at random, as often as they should, and only with power."""

from laconic_bench.workloads.causes import FAULT_TIME
from laconic_bench.workloads.chargers_16.charger import Charger
from laconic_bench.workloads.spells import Spells
from tests.support.workload_life import MAKES, live, world


def test_they_come_as_often_as_they_should() -> None:
    place, times = world(), list[int]()
    charger = Charger("CP1", 0, MAKES[0], 0.001, place)
    Spells(charger, FAULT_TIME, 10.0, lambda: times.append(place.agenda.now_ms)).begin()
    live(place, 24.0 * 100)
    assert 900 < len(times) < 1_100
    assert all(time_ms % 1000 == 0 for time_ms in times)
    (account,) = [entry for entry in place.draws.entries() if entry.cause is FAULT_TIME]
    # The entropy of a time of which the rate is 10 a day, in whole seconds.
    assert 14.0 < account.bits / len(times) < 15.0


def test_a_power_cut_ends_them() -> None:
    place, times = world(), list[int]()
    charger = Charger("CP1", 0, MAKES[0], 0.001, place)
    Spells(charger, FAULT_TIME, 100.0, lambda: times.append(place.agenda.now_ms)).begin()
    charger.power_off("PowerLoss")
    live(place, 24.0)
    assert times == []
