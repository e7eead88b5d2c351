"""Temperature inside a charger or a slot."""

import math
from typing import Final

from laconic_bench.workloads.draws import Cause
from laconic_bench.workloads.drift import Drift
from laconic_bench.workloads.rhythm import AIR_CELSIUS, at_hour
from laconic_bench.workloads.world import World

_RISE_CELSIUS: Final = 14.0
"""Above the air, at full load."""
_LAG_MS: Final = 900_000.0


class Warmth:
    """Follows the air and, with a lag, the load; wind, sun and the sensor add their share."""

    def __init__(self, world: World, cause: Cause, step: float) -> None:
        self._world: Final = world
        self._cause: Final = cause
        self._step: Final = step
        self._drift: Final = Drift(tau_seconds=7200.0, sigma=0.8, noise_sigma=0.1)
        self._rise = 0.0
        self._read_ms = 0

    def read(self, now_ms: int, load: float) -> float:
        """Draw the temperature in degrees Celsius; `load` is 0 to 1, since the last reading."""
        kept = math.exp((self._read_ms - now_ms) / _LAG_MS)
        self._rise = kept * self._rise + (1.0 - kept) * _RISE_CELSIUS * load
        self._read_ms = now_ms
        air = at_hour(AIR_CELSIUS, self._world.calendar.local_hours(now_ms))
        base = air + self._rise
        draws = self._world.draws
        return self._step * self._drift.read(draws, self._cause, now_ms, base, self._step)
