"""Stations send one CALL at a time, and say nothing without power."""

from itertools import pairwise

from laconic_bench.workloads.causes import MESSAGE_ID_UP
from laconic_bench.workloads.ids import Uuid
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.world import World
from tests.support.workload_life import calls, exchanges, live, world


class Clockwork(Station):
    """Says nothing but heartbeats after its boot."""

    version = "2.1"

    def __init__(self, place: World, resolution_ms: int = 1000) -> None:
        super().__init__("CP1", Uuid(place.draws, MESSAGE_ID_UP), resolution_ms, place)

    def boot(self) -> None:
        self.timed_call("BootNotification", "{}", self.world.csms.boot)
        self.heartbeat()


def test_heartbeats_follow_a_boot() -> None:
    place = world()
    Clockwork(place).power_on()
    heartbeat_seconds = place.site.heartbeat_seconds
    records = live(place, 1.0)
    names = [call.action for _, call, _ in exchanges(records)]
    assert names[:2] == ["BootNotification", "Heartbeat"]
    # The boot itself takes less than two minutes.
    assert 3_480 // heartbeat_seconds <= names.count("Heartbeat") <= 3_600 // heartbeat_seconds + 1


def test_a_station_ticks_in_its_own_fraction_of_a_second() -> None:
    place = world()
    station = Clockwork(place)
    station.power_on()
    boot, *_ = live(place, 1.0)
    assert boot.time_seconds is not None
    assert round(boot.time_seconds * 1000) % 1000 == station.tick_ms


def test_a_call_waits_for_the_answer_to_the_one_before() -> None:
    place = world()
    station = Clockwork(place)
    for _ in range(20):
        station.call("Authorize", "{}")
    records = live(place, 0.1)
    assert ["up", "down"] * 20 == [record.direction for record in records]
    assert len(list(exchanges(records))) == 20


def test_a_command_waits_for_the_answer_to_the_one_before() -> None:
    place = world()
    station = Clockwork(place)
    for _ in range(20):
        station.command("Reset", "{}", "{}")
    records = live(place, 0.1)
    assert ["down", "up"] * 20 == [record.direction for record in records]
    assert len(list(exchanges(records))) == 20


def test_nobody_answers_a_send() -> None:
    place = world()
    Clockwork(place).send("NotifyPeriodicEventStream", "{}")
    (record,) = live(place, 0.1)
    assert record.raw.startswith("[6,")


def test_without_power_nothing_happens() -> None:
    place = world()
    station = Clockwork(place)
    station.power_on()
    live(place, 1.0)
    station.power_off("PowerLoss")
    assert live(place, 2.0) == []
    station.power_on()
    assert [message.action for _, message in calls(live(place, 0.1), "BootNotification")] == [
        "BootNotification"
    ]


def test_a_second_power_cut_during_the_boot_stops_it() -> None:
    place = world()
    station = Clockwork(place)
    station.power_on()
    station.power_off("PowerLoss")
    assert live(place, 1.0) == []


def test_times_never_go_back() -> None:
    place = world()
    Clockwork(place, resolution_ms=1).power_on()
    times = [record.time_seconds for record in live(place, 3.0)]
    known = [time for time in times if time is not None]
    assert len(known) == len(times) and all(one <= other for one, other in pairwise(known))
