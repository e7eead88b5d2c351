"""The stations of `boda-site` on days on which everything happens.

Power cuts, reboots and loops of them, faults with their error codes, flapping connectors, firmware
updates, log requests, reports of the device model in many parts, and a CSMS that asks for the
configuration every 5 minutes. Each day is such a day.
"""

from datetime import datetime
from typing import Final

from laconic_bench.workloads.boda_site import cabinets_of, chargers_of
from laconic_bench.workloads.cabinets.cabinet import SLOTS
from laconic_bench.workloads.site import Site
from laconic_bench.workloads.trouble.alerts import Alerts
from laconic_bench.workloads.trouble.boot_loop import BootLoop
from laconic_bench.workloads.trouble.breakdowns_16 import Breakdowns16
from laconic_bench.workloads.trouble.flapping_slots import FlappingSlots
from laconic_bench.workloads.trouble.upkeep_2x import Upkeep2x
from laconic_bench.workloads.trouble.upkeep_16 import Upkeep16
from laconic_bench.workloads.workload import START, Workload
from laconic_bench.workloads.world import World

SITE: Final = Site(power_cuts_per_day=4.0, failures_per_day=2.0)
BOOT_LOOPS_PER_DAY: Final = 0.3
"""Of each station (assumption, as all rates here)."""
ALERTS_PER_DAY: Final = 12.0
FLAPPINGS_PER_DAY: Final = 3.0
"""Of each cabinet."""


def bad_day(seed: int, days: float = 1.0, start: datetime = START) -> Workload:
    """Return the workload; the same seed, days and start give the same trace."""
    world = World.create(seed, start, SITE)
    chargers, cabinets = chargers_of(world), cabinets_of(world)
    for number, charger in enumerate(chargers):
        charger.after_boot.append(Upkeep16(charger, number).begin)
        charger.after_boot.append(BootLoop(charger, BOOT_LOOPS_PER_DAY).begin)
        for connector in charger.connectors:
            charger.after_boot.append(Breakdowns16(charger, connector).begin)
    for number, cabinet in enumerate(cabinets, start=len(chargers)):
        cabinet.after_boot.append(Upkeep2x(cabinet, number).begin)
        cabinet.after_boot.append(BootLoop(cabinet, BOOT_LOOPS_PER_DAY).begin)
        cabinet.after_boot.append(Alerts(cabinet, SLOTS, ALERTS_PER_DAY).begin)
        cabinet.after_boot.append(FlappingSlots(cabinet, FLAPPINGS_PER_DAY).begin)
    return Workload(world, (*chargers, *cabinets), days)
