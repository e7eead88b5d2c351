"""A station boots again and again, and then lives on."""

from itertools import pairwise

from laconic_bench.workloads.chargers_16.charger import Charger
from laconic_bench.workloads.trouble.boot_loop import BootLoop
from tests.support.workload_life import MAKES, calls, live, world


def boots_of(per_day: float, hours: float) -> list[float]:
    place = world()
    charger = Charger("CP1", 0, MAKES[0], 1.0, place)
    charger.after_boot.append(BootLoop(charger, per_day).begin)
    charger.power_on()
    return [
        record.time_seconds or 0.0 for record, _ in calls(live(place, hours), "BootNotification")
    ]


def test_boots_come_in_loops() -> None:
    gaps = [other - one for one, other in pairwise(boots_of(2.0, 24.0 * 20))]
    quick = [gap for gap in gaps if gap < 600]
    assert 20 <= len(gaps) - len(quick) <= 60
    # Each loop has about ten boots, each about a minute and a quarter after the one before.
    assert 6 < len(quick) / (len(gaps) - len(quick)) < 14
    assert 50 < sum(quick) / len(quick) < 110


def test_without_loops_it_boots_once() -> None:
    assert len(boots_of(1e-9, 240.0)) == 1
