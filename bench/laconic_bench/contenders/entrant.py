"""One way to carry OCPP between a site and its CSMS."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from laconic_bench.model.carrier import CarrierFactory
from laconic_bench.results.result import Setting


@dataclass(frozen=True, slots=True)
class Entrant:
    """A contender before the race."""

    name: str
    title: str
    """For people, a line."""
    make: CarrierFactory
    settings: Mapping[str, Setting] = field(default_factory=dict[str, Setting])
    """What tells it from others, as it is written into results."""
    note: str | None = None
    """What one has to know about its figures."""
