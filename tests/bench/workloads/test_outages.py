"""Power cuts hit all stations of a site at once, failures one."""

from itertools import pairwise

from laconic_bench.workloads.calendar import DAY_MS
from laconic_bench.workloads.causes import MESSAGE_ID_UP
from laconic_bench.workloads.ids import Uuid
from laconic_bench.workloads.outages import Outages
from laconic_bench.workloads.site import Site
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.world import World
from tests.support.workload_life import world


class Lamp(Station):
    """Notes when and why it goes off, and when it is on again."""

    version = "2.1"

    def __init__(self, place: World) -> None:
        super().__init__("CP1", Uuid(place.draws, MESSAGE_ID_UP), 1000, place)
        self.notes: list[tuple[int, str]] = []

    def power_off(self, reason: str) -> None:
        super().power_off(reason)
        self.notes.append((self.now_ms, reason))

    def boot(self) -> None:
        self.notes.append((self.now_ms, "on"))


def notes_of(days: int) -> list[list[tuple[int, str]]]:
    place = world()
    lamps = [Lamp(place) for _ in range(3)]
    Outages(place, lamps).begin()
    while place.agenda.step(days * DAY_MS):
        pass
    return [lamp.notes for lamp in lamps]


def test_power_cuts_hit_all_and_failures_one() -> None:
    days, site = 2_000, Site()
    all_notes = notes_of(days)
    cuts = [[time_ms for time_ms, note in notes if note == "PowerLoss"] for notes in all_notes]
    assert cuts[0] == cuts[1] == cuts[2]
    assert 0.7 < len(cuts[0]) / (days * site.power_cuts_per_day) < 1.3
    for notes in all_notes:
        failures = [note for _, note in notes].count("Reboot")
        assert 0.6 < failures / (days * site.failures_per_day) < 1.4


def test_every_station_comes_back() -> None:
    for notes in notes_of(500):
        assert notes[0][1] == "on"
        for (off_ms, off), (on_ms, on) in pairwise(notes):
            if off != "on":
                assert on == "on" or on_ms - off_ms < 90_000  # Failed again during its boot.
                assert on_ms > off_ms
