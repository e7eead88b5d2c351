"""The swap batteries that circulate between riders, cabinets and other sites."""

from dataclasses import dataclass
from typing import Final

from laconic_bench.workloads.causes import BATTERY, BATTERY_SERIAL, HEALTH
from laconic_bench.workloads.draws import Draws
from laconic_bench.workloads.riders import Rider
from laconic_bench.workloads.tables import normal

NOMINAL_WH: Final = 2_900.0
"""72 V, 40 Ah: the usual size of a boda boda's swap battery (data sheets)."""

_HEALTH: Final = normal(945.0, 25.0, 820, 1000)
_FADE_PER_CYCLE: Final = 0.02
"""Percent of health per full cycle: 20 % in a life of 1,000 cycles (lithium iron phosphate)."""
_SWAPPED_ELSEWHERE: Final = 0.35
"""Riders who meanwhile used another site bring a battery that we do not expect (assumption)."""
_SERIAL_NUMBERS: Final = 1_000_000


@dataclass(slots=True, eq=False)
class Battery:
    """One battery. Serial number and health are drawn when somebody first sees them."""

    number: int
    serial_text: str = ""
    health_tenths: float = 0.0
    is_here: bool = False
    """True while it is in a cabinet of the site."""

    @property
    def capacity_wh(self) -> float:
        """Energy from empty to full, which falls with the health."""
        return NOMINAL_WH * self.health_tenths / 1000.0

    @property
    def health_percent(self) -> float:
        """State of health as the battery reports it."""
        return round(self.health_tenths) / 10

    def age(self, cycles: float) -> None:
        """Lose the health that some charging costs."""
        self.health_tenths -= 10 * _FADE_PER_CYCLE * cycles


class Batteries:
    """The pool."""

    def __init__(self, draws: Draws, count: int) -> None:
        self._draws: Final = draws
        self._all: Final = [Battery(number) for number in range(count)]

    def any_elsewhere(self) -> Battery:
        """Draw a battery of those that are in no cabinet here."""
        elsewhere = [battery for battery in self._all if not battery.is_here]
        return self._seen(elsewhere[self._draws.below(BATTERY, len(elsewhere))])

    def brought_by(self, rider: Rider) -> Battery:
        """Draw what a rider brings: mostly what the rider got here the last time."""
        own = None if rider.battery is None else self._all[rider.battery]
        if own is None or own.is_here or self._draws.chance(BATTERY, _SWAPPED_ELSEWHERE):
            return self.any_elsewhere()
        return self._seen(own)

    def _seen(self, battery: Battery) -> Battery:
        if not battery.serial_text:
            number = self._draws.below(BATTERY_SERIAL, _SERIAL_NUMBERS)
            battery.serial_text = f"EB72-24{number:06d}"
            battery.health_tenths = self._draws.pick(HEALTH, _HEALTH)
        return battery
