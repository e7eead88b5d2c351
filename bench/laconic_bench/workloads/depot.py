"""A depot of a fleet of motorcycle taxis: 100 chargers of all versions and 5 swap cabinets.

45 chargers on OCPP 1.6, 40 on 2.0.1, 15 on 2.1. The operator pays for the data of the whole depot
and has set sensible intervals: readings every 2 minutes while a bike charges and every hour while
none does, heartbeats every 10 minutes, temperatures of slots every 10 minutes.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from laconic_bench.workloads.cabinets.cabinet import Cabinet
from laconic_bench.workloads.chargers_2x.charger import Charger2x
from laconic_bench.workloads.chargers_2x.dracaena import Dracaena
from laconic_bench.workloads.chargers_2x.ficus import Ficus
from laconic_bench.workloads.chargers_2x.gardenia import Gardenia
from laconic_bench.workloads.chargers_2x.make import Make2x
from laconic_bench.workloads.chargers_16.acacia import Acacia
from laconic_bench.workloads.chargers_16.baobab import Baobab
from laconic_bench.workloads.chargers_16.cassia import Cassia
from laconic_bench.workloads.chargers_16.charger import Charger
from laconic_bench.workloads.chargers_16.make import Make
from laconic_bench.workloads.site import Site
from laconic_bench.workloads.trouble.alerts import Alerts
from laconic_bench.workloads.workload import START, Workload
from laconic_bench.workloads.world import World

CABINETS: Final = 5
SESSIONS_PER_DAY: Final = 2.0
"""Arrivals at a charger while it is free."""
SWAPS_PER_DAY: Final = 45.0
"""Arrivals at a cabinet."""
SAMPLE_SECONDS: Final = 120
ALIGNED_SECONDS: Final = 3600
ALERTS_PER_DAY: Final = 0.05
"""Of a charger on OCPP 2.x."""
SITE: Final = Site(
    riders=300,
    batteries=400,
    heartbeat_seconds=600,
    slot_sample_seconds=900,
    stream_seconds=600,
    stream_values=6,
)


def depot(seed: int, days: float = 30.0, start: datetime = START) -> Workload:
    """Return the workload; the same seed, days and start give the same trace."""
    world = World.create(seed, start, SITE)
    old = [
        Charger(f"DEPOT-{number + 1:03d}", number, make, _per_connector(make.connectors), world)
        for number, make in enumerate(_makes_16(world))
    ]
    new = [
        Charger2x(f"DEPOT-{number + 1:03d}", number, make, _per_connector(make.evses), world)
        for number, make in enumerate(_makes_2x(world), start=len(old))
    ]
    for charger in new:
        alerts = Alerts(charger, len(charger.evses), ALERTS_PER_DAY)
        charger.after_boot.append(alerts.begin)
    cabinets = [
        Cabinet(f"SWAP-{number + 1:02d}", number, SWAPS_PER_DAY, world)
        for number in range(CABINETS)
    ]
    return Workload(world, (*old, *new, *cabinets), days)


def _makes_16(world: World) -> Iterator[Make]:
    yield from 15 * [Acacia(world.calendar, SAMPLE_SECONDS, ALIGNED_SECONDS)]
    yield from 15 * [Baobab(world.calendar, SAMPLE_SECONDS, ALIGNED_SECONDS)]
    yield from 15 * [Cassia(world.calendar, SAMPLE_SECONDS, ALIGNED_SECONDS)]


def _makes_2x(world: World) -> Iterator[Make2x]:
    yield from 20 * [Dracaena(world.calendar, SAMPLE_SECONDS, ALIGNED_SECONDS)]
    yield from 20 * [Ficus(world.calendar, SAMPLE_SECONDS, ALIGNED_SECONDS)]
    yield from 15 * [Gardenia(world.calendar, SAMPLE_SECONDS, ALIGNED_SECONDS, ALIGNED_SECONDS)]


def _per_connector(connectors: int) -> float:
    return SESSIONS_PER_DAY / connectors
