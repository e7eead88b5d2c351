"""One charger that its owner shares with the neighbours (peer to peer), on OCPP 1.6.

4 sessions a day; the owner left the intervals as they came from the factory.
"""

from datetime import datetime
from typing import Final

from laconic_bench.workloads.chargers_16.acacia import Acacia
from laconic_bench.workloads.chargers_16.charger import Charger
from laconic_bench.workloads.site import Site
from laconic_bench.workloads.workload import START, Workload
from laconic_bench.workloads.world import World

ARRIVALS_PER_DAY: Final = 4.8
"""While the charger is free; with stays of almost an hour these are 4 sessions a day."""
SITE: Final = Site(riders=12)
"""The neighbours who know of the charger (assumption)."""


def chaji(seed: int, days: float = 30.0, start: datetime = START) -> Workload:
    """Return the workload; the same seed, days and start give the same trace."""
    world = World.create(seed, start, SITE)
    charger = Charger("CHAJI-01", 0, Acacia(world.calendar), ARRIVALS_PER_DAY, world)
    return Workload(world, (charger,), days)
