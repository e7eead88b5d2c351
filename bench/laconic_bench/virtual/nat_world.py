"""A site behind a NAT with a timer, in virtual time: the real cores, endpoints and OSCORE contexts.

`python -m laconic_bench.virtual.nat_world` prints what a month costs in which nothing happens.
"""

from typing import cast

from laconic_bench.units import MONTH_SECONDS
from laconic_bench.virtual.nat import Nat
from laconic_bench.virtual.nat_cloud import Cloud
from laconic_bench.virtual.nat_site import Gateway
from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.site import io as s
from laconic_gateway.core.site.reachability import Mode, ReachSettings


class NatWorld:
    """One site with one charger, its NAT and its expander."""

    def __init__(
        self, mode: Mode, nat_seconds: float, *, seed: int = 0, reach: ReachSettings | None = None
    ) -> None:
        self.schedule = Schedule(seed)
        self.nat = Nat(self.schedule, nat_seconds)
        self.site = Gateway(self.schedule, self.nat, reach or ReachSettings(mode))
        self.cloud = self.site.cloud = Cloud(self.schedule, self.nat, self.site)
        self.cloud.process.start()
        self.site.start()
        self.site.feed(s.ChargerConnected(1, "CP1", "/ocpp/CP1", "1.6"))

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.schedule.run(self.schedule.now + seconds)

    def says(self, text: str) -> None:
        """Let the charger say something."""
        self.site.feed(s.ChargerText(1, text))

    @property
    def total_bytes(self) -> int:
        """Return the IPv4 bytes of everything, both ways."""
        return self.nat.wire_bytes.total()


def month(mode: str, nat_seconds: float) -> NatWorld:
    """Return a world in which nothing has happened for 30 days."""
    world = NatWorld(cast(Mode, mode), nat_seconds)
    for _ in range(30):
        world.run(MONTH_SECONDS / 30)
    return world


def main() -> None:
    """Print the table."""
    print(f"{'mode':7} {'NAT':>6} {'interval':>8} {'MB':>6}  search  IPv4 bytes by kind")
    for mode in ("always", "active", "poll"):
        for nat_seconds in (30.0, 60.0, 120.0, 300.0, 1e9):
            world = month(mode, nat_seconds)
            kinds = dict(sorted(world.nat.wire_bytes.items()))
            interval = world.site.core.keepalive_seconds
            nat = "none" if nat_seconds == 1e9 else f"{nat_seconds:.0f} s"
            megabytes = world.total_bytes / 1e6
            print(f"{mode:7} {nat:>6} {interval:7.1f}s {megabytes:6.3f}  {world.site.probes[:10]}")
            print(f"{'':30}  {kinds} {world.cloud.sockets} {world.cloud.changes[:4]}")


if __name__ == "__main__":
    main()
