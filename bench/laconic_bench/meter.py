"""A meter on a connector: quantities that move as they do while a battery charges."""

import random
from dataclasses import dataclass


@dataclass(slots=True)
class Meter:
    """Register and battery of one connector. The caller says how much time has passed."""

    rng: random.Random
    energy_wh: float
    power_watts: float
    soc_percent: float
    voltage_volts: float = 230.0
    temperature_celsius: float = 29.0
    capacity_wh: float = 3_000.0

    @classmethod
    def random(cls, rng: random.Random, power_watts: float) -> "Meter":
        """Returns a meter somewhere in its life, with a battery to charge."""
        return cls(rng, rng.uniform(2e4, 9e6), power_watts, rng.uniform(12, 55))

    def plug(self) -> None:
        """Another battery is there."""
        self.soc_percent = self.rng.uniform(8, 60)

    def advance(self, seconds: float) -> None:
        """Charges for a time; power falls when the battery is nearly full."""
        wanted = 1_100.0 if self.soc_percent > 85 else self.power_watts
        self.power_watts = max(150.0, self._walk(0.9 * self.power_watts + 0.1 * wanted, 25.0))
        self.voltage_volts = min(247.0, max(214.0, self._walk(self.voltage_volts, 0.8)))
        self.temperature_celsius = min(52.0, self._walk(self.temperature_celsius, 0.3))
        charged_wh = self.power_watts * seconds / 3600
        self.energy_wh += charged_wh
        self.soc_percent = min(100.0, self.soc_percent + 100 * charged_wh / self.capacity_wh)

    @property
    def current_amperes(self) -> float:
        """Current that belongs to power and voltage."""
        return self.power_watts / self.voltage_volts

    def _walk(self, value: float, step: float) -> float:
        return value + self.rng.uniform(-step, step)
