"""The tail loss probe of a sending half (RFC 8985, 7)."""

from typing import Final

from laconic_bench.model.tcp.rtt import VARIANCE_MIN_SECONDS, RoundTrips

MARGIN_SECONDS: Final = 0.002
"""TCP_TIMEOUT_MIN_US."""


class Probe:
    """The probe that is out, if there is one."""

    __slots__ = ("_end", "_repeats")

    def __init__(self) -> None:
        self._end = 0
        """Where the stream ended when it was sent; 0: none is out."""
        self._repeats = False

    @property
    def is_out(self) -> bool:
        """Tell whether what has come since does not say yet what became of it."""
        return self._end > 0

    def sent(self, end: int, *, repeats: bool) -> None:
        """Note that one was sent: new data up to `end`, or what was sent last once more."""
        self._end, self._repeats = end, repeats

    def take(self, ack: int, *, is_duplicate: bool, advanced: bool, sacked: bool) -> bool:
        """Take an acknowledgement; tell whether the probe has made good a loss."""
        if not self.is_out or ack < self._end:
            return False
        if not self._repeats or is_duplicate or (not advanced and not sacked):
            self._end = 0
        elif ack > self._end:
            self._end = 0
            return True
        return False


def probe_seconds(trips: RoundTrips, flying: int) -> float:
    """Return after what time without an acknowledgement of `flying` segments one is sent."""
    if not trips.smoothed_seconds:
        return trips.timeout_seconds
    # One segment alone may be acknowledged late.
    return 2 * trips.smoothed_seconds + (VARIANCE_MIN_SECONDS if flying == 1 else MARGIN_SECONDS)
