"""Who carries the log: the contenders of an estimate, and other settings of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from laconic_bench.estimate.costs import CarrierFactory


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
    """Those for which the saving of each advice is computed."""
    variants: tuple[Variant, ...] = field(default=())


CONTENDERS = Contenders({})
"""What `laconic estimate` compares."""
