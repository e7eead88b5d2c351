"""Laconic as a `Carrier`: a gateway at the site, an expander in the cloud."""

from laconic_bench.model.carrier import Ends
from laconic_bench.model.laconic.cloud import LaconicCloud
from laconic_bench.model.laconic.settings import LaconicSettings
from laconic_bench.model.laconic.site import LaconicSite
from laconic_bench.model.link import ModelLink
from laconic_bench.trace import Direction, Version
from laconic_bench.virtual.nat import Nat
from laconic_gateway.core.site.budget.meter import Way


class LaconicCarrier:
    """Both services and the link between them."""

    def __init__(
        self,
        link: ModelLink,
        nat_seconds: float,
        ends: Ends,
        settings: LaconicSettings,
        identities: frozenset[str],
    ) -> None:
        """`identities` are those of all chargers that may come."""
        self._link = link
        self.nat = Nat(link.schedule, nat_seconds)
        self.site = LaconicSite(link, self.nat, settings, identities)
        self.cloud = self.site.cloud = LaconicCloud(link, self.nat, self.site, identities)
        self.site.ends = self.cloud.ends = ends
        self.cloud.process.start()
        self.site.start()

    def open(self, identity: str, version: Version) -> None:
        """See `Carrier`."""
        self.site.connect(identity, version)

    def cut(self, identity: str) -> None:
        """See `Carrier`."""
        self.site.disconnect(identity)

    def charger_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        self.site.hear(identity, text)

    def csms_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        self.cloud.says(identity, text)

    def move(self) -> None:
        """See `Carrier`."""
        self.nat.rebind()

    def finish(self) -> None:
        """See `Carrier`: what each byte was for, as the gateway's own meter tells it."""
        ways: dict[Way, Direction] = {Way.UP: "up", Way.DOWN: "down"}
        for account, wire_bytes in self.site.meter.take_unpublished().items():
            shares = ((account.action, 1),) if account.action else ()
            self._link.bill.attribute(ways[account.way], str(account.cause), shares, wire_bytes)
