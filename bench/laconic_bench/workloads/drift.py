"""A slow disturbance seen through a noisy instrument.

The disturbance is an autoregressive process of first order (Ornstein-Uhlenbeck), the instrument
adds white noise. Only their sum is ever sent, so drawing both would charge more than the messages
show. Each reading is therefore drawn from its distribution given all earlier readings, which the
Kalman filter of the process gives (the innovations form). Statistically this is the same process;
and the account holds exactly the information that is in the readings.
"""

import math
from typing import Final

from laconic_bench.workloads.draws import Cause, Draws


class Drift:
    """A disturbance around zero, and what the readings so far tell about it.

    `sigma` is its standard deviation in the long run, `tau_seconds` the time in which it forgets,
    `noise_sigma` the noise of one reading.
    """

    def __init__(self, tau_seconds: float, sigma: float, noise_sigma: float) -> None:
        self._tau_ms: Final = 1000.0 * tau_seconds
        self._settled: Final = sigma * sigma
        self._noise: Final = noise_sigma * noise_sigma
        self._mean = 0.0
        self._variance = self._settled
        self._read_ms = 0

    def read(self, draws: Draws, cause: Cause, now_ms: int, base: float, step: float) -> int:
        """Draw a reading of `base` plus the disturbance, as a whole number of `step`."""
        self._age(now_ms)
        spread = self._variance + self._noise
        mean = base + self._mean
        count = draws.normal(cause, mean / step, math.sqrt(spread) / step)
        # Rounding to the step is noise too, of a twelfth of its square.
        gain = self._variance / (spread + step * step / 12.0)
        self._mean += gain * (count * step - mean)
        self._variance *= 1.0 - gain
        return count

    def _age(self, now_ms: int) -> None:
        kept = math.exp((self._read_ms - now_ms) / self._tau_ms)
        self._mean *= kept
        self._variance = self._settled + kept * kept * (self._variance - self._settled)
        self._read_ms = now_ms
