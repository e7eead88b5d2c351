"""A place where riders swap batteries: 4 cabinets of 12 slots on OCPP 2.1, 200 swaps a day."""

from datetime import datetime
from typing import Final

from laconic_bench.workloads.cabinets.cabinet import Cabinet
from laconic_bench.workloads.site import Site
from laconic_bench.workloads.workload import START, Workload
from laconic_bench.workloads.world import World

CABINETS: Final = 4
ARRIVALS_PER_DAY: Final = 53.0
"""At each cabinet; swaps take time and few riders are refused, which leaves 50 swaps."""
SITE: Final = Site(riders=150, batteries=300)
"""Each rider swaps about once a day and a half on average, the frequent ones several times a day
(assumption)."""


def swap(seed: int, days: float = 30.0, start: datetime = START) -> Workload:
    """Return the workload; the same seed, days and start give the same trace."""
    world = World.create(seed, start, SITE)
    cabinets = [
        Cabinet(f"SWAP-{number + 1:02d}", number, ARRIVALS_PER_DAY, world)
        for number in range(CABINETS)
    ]
    return Workload(world, cabinets, days)
