"""Who carries the log: the contenders of an estimate, and other settings of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from laconic_bench.estimate.costs import CarrierFactory
from laconic_bench.model.carrier import Carrier, Ends
from laconic_bench.model.laconic.carrier import LaconicCarrier
from laconic_bench.model.laconic.settings import LaconicSettings
from laconic_bench.model.link import ModelLink


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
class Contenders:
    """All contenders of an estimate."""

    carriers: Mapping[str, CarrierFactory]
    """By name, in the order in which they are shown."""
    advised: tuple[str, ...] = ()
    """Those for which the saving of each advice is computed, and details are shown."""
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True)
class LaconicFactory:
    """Makes Laconic with some settings (`CarrierFactory`)."""

    settings: LaconicSettings

    def __call__(
        self, link: ModelLink, ends: Ends, nat_seconds: float, identities: frozenset[str]
    ) -> Carrier:
        """See `CarrierFactory`."""
        return LaconicCarrier(link, nat_seconds, ends, self.settings, identities)


LACONIC: Final = "laconic"
_DEFAULTS: Final = LaconicSettings()

VARIANTS: Final = (
    Variant(
        LACONIC,
        "chargers.transaction_updates",
        "gateway",
        "relay",
        "local",
        "Running costs and limits in the answers of the CSMS to updates of OCPP 2.x do not reach "
        "the charger.",
        LaconicFactory(replace(_DEFAULTS, transaction_updates="local")),
    ),
    Variant(
        LACONIC,
        "link.reachability",
        "gateway",
        "always",
        "active",
        "While nothing happens at the site, commands of the CSMS wait until it says something.",
        LaconicFactory(replace(_DEFAULTS, reachability="active")),
    ),
    Variant(
        LACONIC,
        "batch.telemetry_seconds",
        "gateway",
        "60",
        "300",
        "The CSMS sees meter values up to 5 minutes later.",
        LaconicFactory(_DEFAULTS.with_window(300.0)),
    ),
)

CONTENDERS: Final = Contenders(
    {
        LACONIC: LaconicFactory(_DEFAULTS),
        f"{LACONIC}-relay": LaconicFactory(replace(_DEFAULTS, answers="relay")),
    },
    (LACONIC,),
    VARIANTS,
)
"""What `laconic estimate` compares."""
