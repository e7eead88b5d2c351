"""The configuration file of a site gateway as typed, checked and immutable values."""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from laconic_gateway.address import Address
from laconic_gateway.config.chargers import Charger, ChargersSection
from laconic_gateway.config.common import (
    LogSection,
    MetricsSection,
    Section,
    SiteName,
    keys_meta,
    metrics_listen,
    state_directory_meta,
)
from laconic_gateway.config.link import BatchSection, BudgetSection, LinkSection
from laconic_gateway.core.site.policy import Answering

CarrierSetting = Literal["auto", "udp", "tcp"]


class SiteSection(Section, frozen=True):
    """Who this site is and where its expander is."""

    name: SiteName
    keys: Annotated[Path, keys_meta("site")]
    expander: Annotated[
        Address,
        Meta(
            description="Where the expander listens (UDP, and TCP on the same port).",
            examples=["expander.example:5683"],
            extra={
                "expected": "host:port, with a port from 1 to 65535 and an IPv6 host in brackets"
            },
        ),
    ]
    carrier: Annotated[
        CarrierSetting,
        Meta(
            description="What carries CoAP to the expander. `udp`: the cheapest. `tcp`: for"
            " networks that let no UDP through; an exchange takes twice the bytes, a keepalive"
            " three times. `auto`:"
            " UDP; TCP while nothing is answered by UDP, which is then tried again now and then."
            " It costs nothing as long as UDP works.",
            examples=["auto"],
        ),
    ] = "auto"
    state_directory: Annotated[
        Path, state_directory_meta("the journal", "`journal_megabytes` and 200 MB more")
    ] = Path("state")
    journal_megabytes: Annotated[
        float,
        Meta(
            ge=1,
            le=1_000_000,
            description="Quota of the journal; beside it lies a log of 4 MB. Below it 10"
            " percent are kept for what is never shed. Beyond that, old states and meter values go"
            " first, transactions never.",
            examples=[512],
            extra={"expected": "a number from 1 to 1000000"},
        ),
    ] = 512.0


class SiteConfig(Section, frozen=True):
    """The configuration of a site gateway (`laconic site`)."""

    site: SiteSection
    chargers: ChargersSection = ChargersSection()
    charger: tuple[Charger, ...] = ()
    batch: BatchSection = BatchSection()
    link: LinkSection = LinkSection()
    budget: BudgetSection | None = None
    metrics: MetricsSection | None = None
    log: LogSection = LogSection()

    def passwords(self) -> dict[str, str]:
        """The password of every charger that may connect, by identity."""
        return {one.identity: one.password for one in self.charger if one.password is not None}

    def answering(self) -> dict[str, Answering]:
        """Who answers each charger, by identity."""
        shared = self.chargers
        return {
            one.identity: Answering(
                one.answers or shared.answers,
                frozenset(one.empty_answers_beside(shared)),
                one.when_offline or shared.when_offline,
            )
            for one in self.charger
        }

    def listens(self) -> dict[str, Address]:
        """The addresses on which the gateway listens, by the key that sets them."""
        return {"chargers.listen": self.chargers.listen} | metrics_listen(self.metrics)
