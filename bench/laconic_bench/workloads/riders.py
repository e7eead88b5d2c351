"""The people who use a site."""

from dataclasses import dataclass
from typing import Final

from laconic_bench.workloads.causes import BIKE, FLEET
from laconic_bench.workloads.draws import Cause, Draws

FLEETS: Final = ("BODA-A", "BODA-B", "COOP-7", "PRIVATE")

_LOW_BITS: Final = 32
_HIGH_BITS: Final = 16


@dataclass(frozen=True, slots=True)
class Bike:
    """An electric motorcycle as a charger sees it."""

    capacity_wh: float
    power_watts: float
    """At the plug while charging at full current."""


BIKES: Final = (Bike(1_800.0, 620.0), Bike(2_900.0, 950.0), Bike(4_000.0, 1_500.0))
"""60 V and 72 V packs of 30 to 55 Ah with 10 to 20 A chargers (data sheets of such bikes)."""


@dataclass(slots=True, eq=False)
class Rider:
    """A person with a card. What nobody has seen yet is not drawn yet."""

    weight: float
    card_low: int | None = None
    card_high: int | None = None
    bike: Bike | None = None
    fleet: str | None = None
    battery: int | None = None
    """Number of the battery that the rider got at a swap cabinet."""
    is_here: bool = False


class Riders:
    """All riders; some come every day, many seldom (Zipf)."""

    def __init__(self, draws: Draws, count: int) -> None:
        self._draws: Final = draws
        self._all: Final = [Rider(1.0 / (rank + 3)) for rank in range(count)]

    def come(self, cause: Cause) -> Rider:
        """Draw who comes, of those who are not here."""
        weights = [0.0 if rider.is_here else rider.weight for rider in self._all]
        rider = self._all[self._draws.weigh(cause, weights)]
        rider.is_here = True
        return rider

    def card_short(self, rider: Rider, cause: Cause) -> int:
        """Return the last 4 bytes of the number on the card."""
        if rider.card_low is None:
            rider.card_low = self._draws.below(cause, 1 << _LOW_BITS)
        return rider.card_low

    def card_long(self, rider: Rider, cause: Cause) -> int:
        """Return the 7 bytes of the number; the first is 04, the maker of the chip."""
        low = self.card_short(rider, cause)
        if rider.card_high is None:
            rider.card_high = self._draws.below(cause, 1 << _HIGH_BITS)
        return 0x04 << 48 | rider.card_high << _LOW_BITS | low

    def bike(self, rider: Rider) -> Bike:
        """Return the rider's motorcycle."""
        if rider.bike is None:
            rider.bike = BIKES[self._draws.below(BIKE, len(BIKES))]
        return rider.bike

    def fleet(self, rider: Rider) -> str:
        """Return the group that the rider belongs to at the CSMS."""
        if rider.fleet is None:
            rider.fleet = FLEETS[self._draws.below(FLEET, len(FLEETS))]
        return rider.fleet
