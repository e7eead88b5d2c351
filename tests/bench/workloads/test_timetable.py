"""Duties are done at their times, and what a power cut made impossible is done later or not."""

from collections.abc import Callable

import pytest

from laconic_bench.workloads.agenda import Action
from laconic_bench.workloads.calendar import HOUR_MS
from laconic_bench.workloads.causes import MESSAGE_ID_UP
from laconic_bench.workloads.ids import Uuid
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.timetable import ByTheClock, Daily, Duty, Every
from laconic_bench.workloads.world import World
from tests.support.workload_life import live, world

LOCAL_MIDNIGHT_HOURS = 21.0
"""From the start of a workload to midnight at the site."""


class Bell(Station):
    """Notes when its duty is done, in hours."""

    version = "2.1"

    def __init__(self, place: World, make: Callable[[Station, Action], Duty]) -> None:
        super().__init__("CP1", Uuid(place.draws, MESSAGE_ID_UP), 1000, place)
        self.rung: list[float] = []
        self.duty = make(self, lambda: self.rung.append(self.now_ms / HOUR_MS))

    def boot(self) -> None:
        self.duty.begin()


def test_every_counts_from_the_boot() -> None:
    place = world()
    bell = Bell(place, lambda station, action: Every(station, 1800, action))
    live(place, 0.2)
    bell.boot()
    live(place, 1.6)
    assert bell.rung == [0.7 - 1 / HOUR_MS, 1.2 - 1 / HOUR_MS, 1.7 - 1 / HOUR_MS]


def test_by_the_clock_comes_at_whole_periods_and_the_tick() -> None:
    place = world()
    bell = Bell(place, lambda station, action: ByTheClock(station, 900, action))
    live(place, 0.2)
    bell.boot()
    live(place, 0.6)
    assert bell.rung == [quarter / 4 + bell.tick_ms / HOUR_MS for quarter in (1, 2, 3)]


@pytest.mark.parametrize("kind", [Every, ByTheClock])
def test_a_period_of_zero_means_never(kind: type[Every] | type[ByTheClock]) -> None:
    place = world()
    bell = Bell(place, lambda station, action: kind(station, 0, action))
    bell.boot()
    live(place, 48.0)
    assert bell.rung == []


def test_daily_comes_once_a_day_at_the_local_hour() -> None:
    place = world()
    bell = Bell(place, lambda station, action: Daily(station, 6.5, action))
    bell.boot()
    live(place, 72.0)
    first = 6.5 - (24.0 - LOCAL_MIDNIGHT_HOURS)
    assert bell.rung == [first, first + 24.0, first + 48.0]


def test_what_was_missed_in_the_dark_is_done_after_the_boot() -> None:
    place = world()
    bell = Bell(place, lambda station, action: Daily(station, 6.5, action))
    bell.boot()
    live(place, 3.0)
    bell.power_off("PowerLoss")
    live(place, 3.0)
    assert bell.rung == []
    bell.boot()
    live(place, 24.0)
    assert [round(hours, 3) for hours in bell.rung] == [6.033, 27.5]


def test_without_power_no_duty_is_done() -> None:
    place = world()
    bell = Bell(place, lambda station, action: Every(station, 60, action))
    bell.boot()
    bell.power_off("PowerLoss")
    live(place, 5.0)
    assert bell.rung == []
