"""A transaction of OCPP 1.6 and what it tells."""

from dataclasses import dataclass

from laconic_bench.workloads.chargers_16.make import Stop
from laconic_bench.workloads.charging import BikeCharge
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.riders import Rider


@dataclass(slots=True, eq=False)
class Session:
    """One transaction of one rider."""

    rider: Rider
    tag: str
    transaction: int
    start_ms: int
    start_wh: float
    charge: BikeCharge
    samples: int = 0
    """How many samples have been due."""

    def reading(self, celsius: float) -> Reading:
        """Return what the meter showed last, with a temperature."""
        charge = self.charge
        return Reading(
            charge.volts,
            charge.amperes,
            self.start_wh + charge.energy_wh,
            int(charge.soc_percent),
            celsius,
        )

    def end(self, now_ms: int, reason: str) -> Stop:
        """Charge until now and return how the transaction ended."""
        self.charge.advance(now_ms)
        return Stop(
            self.transaction,
            self.tag,
            self.start_ms,
            self.start_wh,
            now_ms,
            self.start_wh + self.charge.energy_wh,
            reason,
        )
