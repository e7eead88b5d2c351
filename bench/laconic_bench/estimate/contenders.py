"""Who carries the log: the contenders of an estimate, and other settings of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from laconic_bench.contenders.catalog import ENTRANTS
from laconic_bench.contenders.laconic import METERED, LaconicFactory
from laconic_bench.contenders.tcp import TcpFactory
from laconic_bench.estimate.empty_answers import with_empty_answers
from laconic_bench.model.carrier import Carrier, CarrierFactory, Ends
from laconic_bench.model.keepalives import keepalive_seconds
from laconic_bench.model.link import ModelLink
from laconic_gateway.core.site.policy import EmptyAnswer


@dataclass(frozen=True, slots=True)
class Variant:
    """A contender with another setting, of which the estimate says what it saves."""

    contender: str
    """Whose setting it is."""
    key: str
    """As in the configuration: `link.reachability`, or `WebSocketPingInterval`."""
    where: str
    """charger, CSMS or gateway."""
    before: str
    after: str
    side_effect: str
    """What else changes, in a sentence."""
    factory: CarrierFactory


@dataclass(frozen=True, slots=True)
class Pinging:
    """Makes a contender over TCP that pings so often, over a network that needs no more
    (`CarrierFactory`)."""

    factory: TcpFactory
    ping_seconds: float

    def __call__(
        self, link: ModelLink, ends: Ends, nat_seconds: float, identities: frozenset[str]
    ) -> Carrier:
        """See `CarrierFactory`."""
        return self.factory(link, ends, timeout_seconds(self.ping_seconds), identities)


def timeout_seconds(ping_seconds: float) -> float:
    """Return the timeout for which `keepalive_seconds` is so much."""
    return max(ping_seconds + 5.0, ping_seconds * 12 / 11)


@dataclass(frozen=True, slots=True)
class Contenders:
    """All contenders of an estimate."""

    carriers: Mapping[str, CarrierFactory]
    """By name, in the order in which they are shown."""
    advised: tuple[str, ...] = ()
    """Those for which the saving of each advice is computed, and details are shown."""
    variants: tuple[Variant, ...] = ()

    def pinging(self, ping_seconds: float | None) -> "Contenders":
        """Return the same, in which chargers ping so often; None: as seldom as possible."""
        if ping_seconds is None:
            return self
        return replace(
            self,
            carriers={
                name: Pinging(factory, ping_seconds)
                if isinstance(factory, TcpFactory) and name != SOAP
                else factory
                for name, factory in self.carriers.items()
            },
            variants=tuple(
                replace(one, before=f"{ping_seconds:g} s") if one.key == PINGS else one
                for one in self.variants
            ),
        )

    def allowing(self, empty_answers: frozenset[EmptyAnswer]) -> "Contenders":
        """Return the same, in which no gateway answers what the CSMS answers with content."""
        return replace(
            self,
            carriers={
                name: with_empty_answers(factory, empty_answers)
                for name, factory in self.carriers.items()
            },
            variants=tuple(
                replace(one, factory=with_empty_answers(one.factory, empty_answers))
                for one in self.variants
            ),
        )


PINGS: Final = "WebSocketPingInterval"
SOAP: Final = "soap-https"
"""It has a connection for each message, and no pings."""
LACONIC: Final = "laconic"
OCPP_J: Final = "ocppj-tls"
SHOWN: Final = (
    *(OCPP_J, "ocppj-deflate", "mqtt-tls", SOAP, "coap-cbor"),
    *(LACONIC, "laconic-active", "laconic-relay"),
)
"""Of all contenders of the benchmark those that an operator would choose among."""
TCP_TIMEOUT_SECONDS: Final = 900.0
"""What many networks grant an idle TCP connection; RFC 5382 (REQ-5) asks for two hours."""

VARIANTS: Final = (
    Variant(
        OCPP_J,
        PINGS,
        "charger",
        "what --nat-timeout-seconds needs",
        f"{keepalive_seconds(TCP_TIMEOUT_SECONDS):.0f} s",
        "Only where the network keeps an idle TCP connection for a quarter of an hour, as many do: "
        "try it first. A dead connection shows later.",
        Pinging(TcpFactory(OCPP_J), keepalive_seconds(TCP_TIMEOUT_SECONDS)),
    ),
    Variant(
        LACONIC,
        "link.reachability",
        "gateway",
        "always",
        "active",
        "While nothing happens at the site, commands of the CSMS wait until it says something.",
        LaconicFactory(replace(METERED, reachability="active")),
    ),
    Variant(
        LACONIC,
        "batch.telemetry_seconds",
        "gateway",
        "300",
        "900",
        "The CSMS sees meter values up to a quarter of an hour later.",
        LaconicFactory(METERED.with_window(900.0)),
    ),
)

CONTENDERS: Final = Contenders(
    {name: ENTRANTS[name].make for name in SHOWN},
    (OCPP_J, LACONIC),
    VARIANTS,
)
"""What `laconic estimate` compares."""
