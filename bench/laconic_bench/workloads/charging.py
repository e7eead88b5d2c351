"""How batteries charge: constant current, then constant voltage; and the meters that watch it."""

from typing import Final

from laconic_bench.workloads.causes import CURRENT, PACK_CURRENT, PACK_VOLTAGE
from laconic_bench.workloads.draws import Draws
from laconic_bench.workloads.drift import Drift
from laconic_bench.workloads.mains import Voltmeter
from laconic_bench.workloads.riders import Bike

TAPER_SOC: Final = 85.0
"""State of charge at which the charger goes over to constant voltage, in percent."""
TAPER_FLOOR: Final = 0.06
"""Share of the current at which the battery management ends the charge."""
EFFICIENCY: Final = 0.90
"""From the plug into the battery."""
NOMINAL_VOLTS: Final = 230.0
FULL_PACK_VOLTS: Final = 84.0
PACK_AMPERES: Final = 12.0
PACK_OHMS: Final = 0.05
PACK_NOISE_VOLTS: Final = 0.06
"""A 72 V pack that a slot charges with 12 A, about 950 W (data sheets of swap cabinets)."""


def current_share(soc_percent: float) -> float:
    """Return the share of the full current that a battery takes."""
    if soc_percent >= 100.0:
        return 0.0
    return max(TAPER_FLOOR, min(1.0, (100.0 - soc_percent) / (100.0 - TAPER_SOC)))


def voltage_share(soc_percent: float) -> float:
    """Return the pack voltage as a share of that of a full pack."""
    return 0.86 + 0.14 * min(soc_percent, TAPER_SOC) / TAPER_SOC


class Charge:
    """Energy on its way into a battery.

    `watts` is what the meter last showed; between two readings energy is the mean of both.
    """

    def __init__(self, capacity_wh: float, soc_percent: float, now_ms: int) -> None:
        self._capacity_wh: Final = capacity_wh
        """At the meter, from empty to full."""
        self._counted_ms = now_ms
        self.soc_percent = soc_percent
        self.volts = 0.0
        self.amperes = 0.0
        self.watts = 0.0
        self.energy_wh = 0.0
        """Since the start of the charge."""

    @property
    def is_full(self) -> bool:
        """True if the battery takes nothing more."""
        return self.soc_percent >= 100.0

    @property
    def seconds_to_full(self) -> float:
        """Time to the end of the charge if the power stays as it is."""
        left_wh = (100.0 - self.soc_percent) / 100.0 * self._capacity_wh
        return left_wh * 3600.0 / max(1.0, self.watts)

    def advance(self, now_ms: int) -> None:
        """Charge with the power of the last reading until now."""
        self._count(now_ms, self.watts)

    def fill(self, now_ms: int) -> None:
        """The battery's own management ends the charge."""
        self.advance(now_ms)
        self.soc_percent = 100.0
        self.amperes = self.watts = 0.0

    def _show(self, now_ms: int, volts: float, amperes: float) -> None:
        mean_watts = 0.5 * (self.watts + volts * amperes)
        self.volts, self.amperes, self.watts = volts, amperes, volts * amperes
        self._count(now_ms, mean_watts)

    def _count(self, now_ms: int, watts: float) -> None:
        energy_wh = watts * (now_ms - self._counted_ms) / 3_600_000.0
        self._counted_ms = now_ms
        self.energy_wh += energy_wh
        if not self.is_full:
            charged_percent = 100.0 * energy_wh / self._capacity_wh
            self.soc_percent = min(99.99, self.soc_percent + charged_percent)


class BikeCharge(Charge):
    """A motorcycle behind the mains meter of a charger.

    The battery's charger takes a power that follows current and voltage of the pack; so the mains
    current falls when the mains voltage rises.
    """

    def __init__(
        self, draws: Draws, meter: Voltmeter, bike: Bike, soc_percent: int, now_ms: int
    ) -> None:
        # A battery management shows whole percent; a charge starts in the middle of one.
        super().__init__(bike.capacity_wh / EFFICIENCY, soc_percent + 0.5, now_ms)
        self._draws: Final = draws
        self._meter: Final = meter
        self._bike: Final = bike
        self._ripple: Final = Drift(tau_seconds=240.0, sigma=0.03, noise_sigma=0.015)
        self.watts = self._wanted_watts()

    def read(self, now_ms: int, volt_step: float, ampere_step: float) -> None:
        """Read the meter: draws voltage and current, derives all else."""
        volts = self._meter.read(now_ms, self.watts / NOMINAL_VOLTS, volt_step)
        amperes = 0.0
        if not self.is_full:
            base = self._wanted_watts() / volts
            count = self._ripple.read(self._draws, CURRENT, now_ms, base, ampere_step)
            amperes = max(0, count) * ampere_step
        self._show(now_ms, volts, amperes)

    def _wanted_watts(self) -> float:
        soc_percent = self.soc_percent
        return self._bike.power_watts * current_share(soc_percent) * voltage_share(soc_percent)


class PackCharge(Charge):
    """A swap battery in a slot, measured at its own poles."""

    def __init__(self, draws: Draws, capacity_wh: float, soc_percent: float, now_ms: int) -> None:
        super().__init__(capacity_wh, soc_percent, now_ms)
        self._draws: Final = draws
        self._ripple: Final = Drift(tau_seconds=600.0, sigma=0.10, noise_sigma=0.04)
        self.amperes = PACK_AMPERES * current_share(soc_percent)
        self.volts = round(self._open_volts(), 1)
        self.watts = self.volts * self.amperes

    def read(self, now_ms: int) -> None:
        """Read the battery: draws voltage and current to a tenth, derives all else."""
        amperes = 0.0
        if not self.is_full:
            base = PACK_AMPERES * current_share(self.soc_percent)
            count = self._ripple.read(self._draws, PACK_CURRENT, now_ms, base, 0.1)
            amperes = max(0, count) / 10
        volts = self._open_volts() + PACK_OHMS * amperes
        tenths = self._draws.normal(PACK_VOLTAGE, 10 * volts, 10 * PACK_NOISE_VOLTS)
        self._show(now_ms, tenths / 10, amperes)

    def _open_volts(self) -> float:
        return FULL_PACK_VOLTS * voltage_share(self.soc_percent)
