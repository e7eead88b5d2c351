"""The reference workload: a site for electric motorcycle taxis (boda bodas).

10 chargers on OCPP 1.6 of three makes and 2 swap cabinets of 12 slots on OCPP 2.1: about 660,000
messages and 154 MB of OCPP-J text in 30 days.
"""

from datetime import datetime
from typing import Final

from laconic_bench.workloads.cabinets.cabinet import Cabinet
from laconic_bench.workloads.chargers_16.acacia import Acacia
from laconic_bench.workloads.chargers_16.baobab import Baobab
from laconic_bench.workloads.chargers_16.cassia import Cassia
from laconic_bench.workloads.chargers_16.charger import Charger
from laconic_bench.workloads.workload import START, Workload
from laconic_bench.workloads.world import World

SESSIONS_PER_DAY: Final = 2.75
SWAPS_PER_DAY: Final = 45.0


def boda_site(seed: int, days: float = 30.0, start: datetime = START) -> Workload:
    """Return the workload; the same seed, days and start give the same trace."""
    world = World.create(seed, start)
    chargers = chargers_of(world)
    return Workload(world, (*chargers, *cabinets_of(world)), days)


def chargers_of(world: World) -> list[Charger]:
    """Return the chargers of the site; they are to be made before the cabinets."""
    acacia, baobab, cassia = Acacia(world.calendar), Baobab(world.calendar), Cassia(world.calendar)
    makes = (acacia, acacia, acacia, acacia, baobab, baobab, cassia, cassia, cassia, cassia)
    return [
        Charger(f"BODA-{number + 1:02d}", number, make, SESSIONS_PER_DAY / make.connectors, world)
        for number, make in enumerate(makes)
    ]


def cabinets_of(world: World) -> list[Cabinet]:
    """Return the swap cabinets of the site."""
    return [Cabinet(f"SWAP-{number + 1:02d}", number, SWAPS_PER_DAY, world) for number in range(2)]
