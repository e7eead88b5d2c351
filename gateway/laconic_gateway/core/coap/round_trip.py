"""How long to wait for an answer: the retransmission timeout of one peer, from measured times.

An exchange that was sent once measures the time exactly (RFC 6298, with Karn's rule). One that
was repeated measures it from its first transmission, which may be too long: a weak sample, that
counts for less (the idea of CoCoA, draft-ietf-core-cocoa). Without weak samples a peer whose
answers take longer than the first timeout would never be measured, and every exchange with it
would be repeated for ever.
"""

from typing import Final

SMOOTHING: Final = 1 / 8
VARIATION_SMOOTHING: Final = 1 / 4
"""RFC 6298, section 2: alpha and beta."""
STRONG_VARIATIONS: Final = 4
WEAK_VARIATIONS: Final = 1
"""How many mean deviations a timeout is above the mean."""
STRONG_WEIGHT: Final = 1 / 2
WEAK_WEIGHT: Final = 1 / 4
"""How much of the timeout a new sample decides."""
WEAK_TRANSMISSIONS: Final = 3
"""An exchange that was sent more often says nothing: most of its time was waiting."""


class _Estimator:
    """Mean and mean deviation of times (RFC 6298, 2.2 and 2.3)."""

    def __init__(self, variations: int) -> None:
        self._variations = variations
        self.mean_seconds: float | None = None
        self._deviation_seconds = 0.0

    def add(self, seconds: float) -> float:
        """Take a sample; return the timeout that follows from all so far."""
        if self.mean_seconds is None:
            self.mean_seconds, self._deviation_seconds = seconds, seconds / 2
        else:
            off = abs(self.mean_seconds - seconds)
            self._deviation_seconds += VARIATION_SMOOTHING * (off - self._deviation_seconds)
            self.mean_seconds += SMOOTHING * (seconds - self.mean_seconds)
        return self.mean_seconds + self._variations * self._deviation_seconds


class RoundTrip:
    """What is known of the time between a request to a peer and the first sign of its arrival."""

    def __init__(self) -> None:
        self._strong = _Estimator(STRONG_VARIATIONS)
        self._weak = _Estimator(WEAK_VARIATIONS)
        self._timeout_seconds: float | None = None

    @property
    def smoothed_seconds(self) -> float | None:
        """The mean, over exchanges that were sent once; None before the first."""
        return self._strong.mean_seconds

    def measured(self, seconds: float, transmissions: int) -> None:
        """Take the time since the first transmission, at the first sign that one arrived."""
        if transmissions > WEAK_TRANSMISSIONS:
            return
        is_strong = transmissions == 1
        found = (self._strong if is_strong else self._weak).add(seconds)
        weight = STRONG_WEIGHT if is_strong else WEAK_WEIGHT
        if self._timeout_seconds is None:
            self._timeout_seconds = found
        self._timeout_seconds += weight * (found - self._timeout_seconds)

    def timeout_seconds(
        self, unknown: float, shortest: float, longest: float, per_round_trip: float
    ) -> float:
        """Return the first timeout of the next exchange, within two bounds, before jitter.

        It is at least `per_round_trip` times the mean: a very steady link has next to no deviation.
        Before anything is measured it is `unknown`.
        """
        if self._timeout_seconds is None:
            return unknown
        steady = per_round_trip * (self.smoothed_seconds or 0.0)
        return max(shortest, min(max(self._timeout_seconds, steady), longest))
