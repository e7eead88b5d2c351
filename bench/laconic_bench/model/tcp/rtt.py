"""Round trips and what follows from them, as Linux estimates (net/ipv4/tcp_input.c)."""

from math import inf
from typing import Final

FIRST_TIMEOUT_SECONDS: Final = 1.0
"""Before anything was measured (RFC 6298, 2.1)."""
VARIANCE_MIN_SECONDS: Final = 0.2
"""TCP_RTO_MIN: Linux bounds the variance by it, not the whole timeout."""
TIMEOUT_MAX_SECONDS: Final = 120.0


class RoundTrips:
    """The estimator of one end. Times are seconds."""

    __slots__ = (
        *("_deviation", "_deviation_max", "_mark", "_variance"),
        *("min_seconds", "smoothed_seconds", "timeout_seconds"),
    )

    def __init__(self) -> None:
        self.smoothed_seconds = 0.0
        """0: nothing was measured."""
        self.min_seconds = inf
        self.timeout_seconds = FIRST_TIMEOUT_SECONDS
        """Of the first repetition, without back-off."""
        self._deviation = self._deviation_max = self._variance = 0.0
        self._mark = 0

    def measure(self, seconds: float, acknowledged: int, sent: int) -> None:
        """Take one round trip.

        `acknowledged` and `sent` are the first byte that is not acknowledged and the next one to
        send: the variance shrinks once in a round trip at most.
        """
        self.min_seconds = min(self.min_seconds, seconds)
        if self.smoothed_seconds:
            self._adjust(seconds, acknowledged, sent)
        else:
            self.smoothed_seconds = seconds
            self._deviation = seconds / 2
            self._variance = self._deviation_max = max(2 * seconds, VARIANCE_MIN_SECONDS)
            # Linux keeps four times the deviation; here it is kept as such.
            self._mark = sent
        timeout = self.smoothed_seconds + self._variance
        self.timeout_seconds = min(timeout, TIMEOUT_MAX_SECONDS)

    def _adjust(self, seconds: float, acknowledged: int, sent: int) -> None:
        error = seconds - self.smoothed_seconds
        self.smoothed_seconds += error / 8
        if error < 0:
            # A round trip that is shorter than before must not lengthen the timeout much.
            error = -error - self._deviation
            self._deviation += error / 32 if error > 0 else error / 4
        else:
            self._deviation += (error - self._deviation) / 4
        # In the units of Linux: four times the deviation.
        scaled = 4 * self._deviation
        if scaled > self._deviation_max:
            self._deviation_max = scaled
            self._variance = max(self._variance, scaled)
        if acknowledged > self._mark:
            if self._deviation_max < self._variance:
                self._variance -= (self._variance - self._deviation_max) / 4
            self._mark = sent
            self._deviation_max = VARIANCE_MIN_SECONDS
