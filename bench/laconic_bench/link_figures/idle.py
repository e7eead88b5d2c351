"""A site that has nothing to say: its keepalives, the search for the NAT's timer, a whole month."""

from dataclasses import dataclass
from typing import Final

from laconic_bench.virtual.nat_world import NatWorld, month
from laconic_gateway.core.site.reachability import Mode

NAT_SECONDS: Final = (20.0, 30.0, 64.0, 120.0, 300.0, 1e9)
"""Timers of the NAT; the last one never forgets."""
SETTLED_SECONDS: Final = 7_200.0


@dataclass(frozen=True, slots=True)
class Search:
    """One search for the NAT's timer."""

    nat_seconds: float
    probes: tuple[int, ...]
    """After how many seconds each wanted its answer."""
    wire_bytes: int
    """Of probes and answers, also of those that came too late."""
    interval_seconds: float
    """Between keepalives afterwards."""


def search(nat_seconds: float) -> Search:
    """Let a new site find out how long its NAT remembers."""
    world = NatWorld("always", nat_seconds)
    while not world.site.rounds:
        world.run(600.0)
    wire_bytes = world.nat.wire_bytes["probe"] + world.nat.wire_bytes["lost"]
    interval = world.site.core.keepalive_seconds
    return Search(nat_seconds, tuple(world.site.probes), wire_bytes, interval or 0.0)


@dataclass(frozen=True, slots=True)
class Silence:
    """Keepalives of one hour."""

    while_idle: int
    while_busy: int
    """Beside a message every 20 s."""


def keepalives_of_an_hour() -> Silence:
    """Count the keepalives, bare and protected, of an idle hour and of a busy one."""
    world = NatWorld("always", 120.0)
    world.run(SETTLED_SECONDS)
    before = _keepalives(world)
    world.run(3_600.0)
    idle = _keepalives(world) - before
    for number in range(180):
        world.says(f'[2,"{number}","DataTransfer",{{"vendorId":"x"}}]')
        world.run(20.0)
    return Silence(idle, _keepalives(world) - before - idle)


def _keepalives(world: NatWorld) -> int:
    return sum(world.site.keepalives.values())


@dataclass(frozen=True, slots=True)
class IdleMonth:
    """Thirty days of nothing."""

    mode: Mode
    nat_seconds: float
    wire_bytes: int
    datagrams: int
    bare_keepalives: int


def idle_month(mode: Mode, nat_seconds: float) -> IdleMonth:
    """Let 30 days pass at a site with one charger that is connected and silent."""
    world = month(mode, nat_seconds)
    datagrams = world.nat.datagrams
    return IdleMonth(mode, nat_seconds, world.total_bytes, datagrams.total(), datagrams["bare"])
