"""How many segments an end may have under way: slow start, and what follows a loss."""

from enum import Enum, auto
from math import inf
from typing import Final

FIRST_SEGMENTS: Final = 10
"""RFC 6928; also after a pause (net.ipv4.tcp_slow_start_after_idle)."""
_REDUCTION: Final = 0.7
"""What a loss leaves of the window: beta of CUBIC (RFC 9438, 4.6)."""
_SEGMENTS_MIN: Final = 2


class Phase(Enum):
    """What the sending half is busy with. Linux has two more, which are OPEN here."""

    OPEN = auto()
    RECOVERY = auto()
    """Something is lost, and what came later has arrived."""
    LOSS = auto()
    """The timeout has passed."""


class Window:
    """The congestion window of one end, in segments."""

    __slots__ = (
        *("_before", "_counted", "_end", "_last_at", "_most", "_repeated_at"),
        *("phase", "segments", "threshold"),
    )

    def __init__(self) -> None:
        self.segments = FIRST_SEGMENTS
        self.threshold = inf
        """Above it the window grows by one segment in a round trip."""
        self.phase = Phase.OPEN
        self._end = 0
        """A phase is over when this byte was acknowledged."""
        self._before: tuple[int, float] | None = None
        """What a loss that was none gives back."""
        self._repeated_at = 0.0
        self._counted = 0
        self._most = 0
        """Segments under way at most, lately."""
        self._last_at = 0.0

    def sent(self, flying: int, now: float) -> None:
        """Note that new data was sent."""
        self._most = max(self._most, flying)
        self._last_at = now

    def restart(self, now: float, timeout: float) -> None:
        """Forget a large window in a pause."""
        if now - self._last_at > timeout:
            self.segments = min(self.segments, FIRST_SEGMENTS)
        self._most = 0

    def acknowledge(self, acked: int, ack: int, echo: float) -> None:
        """Take so many segments that were acknowledged."""
        if acked and self.phase is not Phase.RECOVERY:
            self._grow(acked)
        if self.phase is not Phase.OPEN and ack >= self._end:
            if self._before and echo < self._repeated_at:
                # The original has arrived: nothing was lost (Eifel, RFC 3522).
                segments, self.threshold = self._before
                self.segments = max(self.segments, segments)
            self.phase, self._before = Phase.OPEN, None

    def reduce(self) -> None:
        """Take a loss that a probe has already made good."""
        self.threshold = self.segments = max(int(self.segments * _REDUCTION), _SEGMENTS_MIN)

    def recover(self, end: int, now: float) -> None:
        """Begin to make good a loss; it is over when everything up to `end` has arrived."""
        self._begin(end, now)
        self.reduce()
        self.phase = Phase.RECOVERY

    def time_out(self, end: int, now: float) -> None:
        """Begin again after a timeout."""
        if self.phase is Phase.OPEN:
            self._begin(end, now)
            self.threshold = max(int(self.segments * _REDUCTION), _SEGMENTS_MIN)
        self._end = end
        self.segments = 1
        self.phase = Phase.LOSS

    def _begin(self, end: int, now: float) -> None:
        self._before, self._repeated_at, self._end = (self.segments, self.threshold), now, end

    def _grow(self, acked: int) -> None:
        """Grow if the window was in use (RFC 7661)."""
        if self.segments < self.threshold:
            if self.segments < 2 * self._most or self.phase is Phase.LOSS:
                self.segments += acked
        elif self._most >= self.segments:
            self._counted += acked
            if self._counted >= self.segments:
                self._counted -= self.segments
                self.segments += 1
