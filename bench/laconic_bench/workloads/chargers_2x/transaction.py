"""A transaction of OCPP 2.x and what has been told of it."""

from dataclasses import dataclass
from typing import Any

from laconic_bench.workloads.chargers_2x.make import Event
from laconic_bench.workloads.charging import BikeCharge
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.riders import Rider


@dataclass(slots=True, eq=False)
class Transaction:
    """One transaction of one rider."""

    rider: Rider
    identity: str
    evse: int
    start_wh: float
    state: str = "EVConnected"
    """chargingState."""
    charge: BikeCharge | None = None
    """None before the rider is authorised."""
    charge_ms: int = 0
    """When the charge began."""
    token: str = ""
    remote_start: int = 0
    sequence: int = 0
    samples: int = 0
    """How many samples have been due."""

    @property
    def energy_wh(self) -> float:
        """What the register of the EVSE shows."""
        return self.start_wh + (self.charge.energy_wh if self.charge else 0.0)

    def reading(self) -> Reading:
        """Return what the meter showed last; no meter of these makes knows a temperature."""
        charge = self.charge
        if charge is None:
            return Reading(0.0, 0.0, self.start_wh, None, 0.0)
        soc_percent = int(charge.soc_percent)
        return Reading(charge.volts, charge.amperes, self.energy_wh, soc_percent, 0.0)

    def event(self, kind: str, trigger: str, time_ms: int, **more: Any) -> Event:
        """Return the next event; `more` are further fields of `Event`."""
        number = self.sequence
        self.sequence += 1
        return Event(kind, trigger, time_ms, number, self.identity, self.evse, self.state, **more)
