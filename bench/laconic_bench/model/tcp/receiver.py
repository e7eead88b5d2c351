"""The receiving half of a TCP end: what has arrived, and when to acknowledge it.

Follows net/ipv4/tcp_input.c and tcp_timer.c of Linux 6: quick acknowledgements at first and after
long gaps; in a conversation of questions and answers ("ping-pong") delayed ones.
"""

from math import inf
from typing import Final

from laconic_bench.model.tcp.segment import SACK_BLOCKS_MAX, SEGMENT_BYTES_MAX, Blocks
from laconic_bench.model.tcp.stream import FIRST_BYTE

ACK_DELAY_SECONDS: Final = 0.040
"""TCP_ATO_MIN and TCP_DELACK_MIN."""
_ACK_DELAY_MAX_SECONDS: Final = 0.200
QUICK_ACKS: Final = 16
_FIRST_SEGMENT_BYTES: Final = 536
"""TCP_MSS_DEFAULT: what a full segment is thought to be before one has come."""


class Receiver:
    """State of the receiving half. The end calls `take`, then sends an acknowledgement or not."""

    __slots__ = (
        *("_delay", "_duplicate", "_is_gap_filled", "_is_pushed", "_is_pushed_twice"),
        *("_is_talking", "_last_at", "_quick", "_segment_bytes", "_waiting"),
        *("acknowledged", "is_owing", "next"),
    )

    def __init__(self) -> None:
        self.next = FIRST_BYTE
        """The first byte that is missing."""
        self.acknowledged = FIRST_BYTE
        """What the last segment sent has acknowledged."""
        self.is_owing = False
        """Something was received since."""
        self._waiting: list[tuple[int, int]] = []
        """Ranges behind a gap, the most recent one first."""
        self._duplicate: tuple[int, int] | None = None
        self._quick = 0
        """How many acknowledgements will not be delayed."""
        self._is_talking = False
        """Linux calls it ping-pong mode: answers follow questions soon, so wait for them."""
        self._delay = 0.0
        self._last_at = -inf
        self._segment_bytes = _FIRST_SEGMENT_BYTES
        self._is_pushed = self._is_pushed_twice = self._is_gap_filled = False

    def take(self, start: int, end: int, is_pushed: bool, now: float, timeout: float) -> None:
        """Take a segment with data. `timeout` is the retransmission timeout of this end."""
        self.is_owing = True
        if end <= self.next:
            self._duplicate = (start, end)
            self._be_quick()
            return
        if start > self.next:
            self._keep(start, end)
            return
        self._pace(now, timeout)
        self._note_size(end - start, is_pushed)
        self.next = end
        if self._waiting:
            self._fill()

    def must_acknowledge(self) -> bool:
        """Tell whether what was taken is acknowledged at once; the application has read all."""
        if not self.is_owing:
            return False
        if self._waiting or self._duplicate or self._is_gap_filled or self._is_pushed_twice:
            return True
        if self.next - self.acknowledged > self._segment_bytes:
            return True
        return not self._is_talking and (self._is_pushed or self._quick > 0)

    def delay(self, smoothed_seconds: float) -> float:
        """Return how long an acknowledgement waits for data that goes the same way."""
        if self._delay <= ACK_DELAY_SECONDS:
            return self._delay
        longest = _ACK_DELAY_MAX_SECONDS
        if smoothed_seconds:
            longest = min(longest, max(smoothed_seconds, ACK_DELAY_SECONDS))
        return min(self._delay, longest)

    def blocks(self) -> Blocks:
        """Return the blocks of the SACK option of the next segment."""
        if self._duplicate is None:
            return tuple(self._waiting[:SACK_BLOCKS_MAX]) if self._waiting else ()
        return (self._duplicate, *self._waiting[: SACK_BLOCKS_MAX - 1])

    def acknowledge(self) -> None:
        """Note that a segment leaves, which always acknowledges what is there."""
        if self.is_owing and self._quick:
            self._quick -= 1
            if not self._quick:
                self._delay = ACK_DELAY_SECONDS
        self.is_owing = self._is_pushed = self._is_pushed_twice = self._is_gap_filled = False
        self._duplicate = None
        self.acknowledged = self.next

    def sent_data(self, now: float) -> None:
        """Note that data leaves: an answer, if something came just before."""
        if now - self._last_at < self._delay:
            self._is_talking = True

    def waited_in_vain(self, timeout: float) -> None:
        """Note that the delay of an acknowledgement is over without data to go with it."""
        if self._is_talking:
            self._is_talking, self._delay = False, ACK_DELAY_SECONDS
        else:
            self._delay = min(2 * self._delay, timeout)

    def take_fin(self) -> None:
        """Count the FIN, which is acknowledged with the answer that most likely follows."""
        self.next += 1
        self.is_owing = self._is_talking = True

    def _pace(self, now: float, timeout: float) -> None:
        gap = now - self._last_at
        if not self._delay:
            self._quick, self._delay = QUICK_ACKS, ACK_DELAY_SECONDS
        elif gap <= ACK_DELAY_SECONDS / 2:
            self._delay = self._delay / 2 + ACK_DELAY_SECONDS / 2
        elif gap < self._delay:
            self._delay = min(self._delay / 2 + gap, timeout)
        elif gap > timeout:
            self._quick = QUICK_ACKS
        self._last_at = now

    def _note_size(self, size_bytes: int, is_pushed: bool) -> None:
        if size_bytes >= self._segment_bytes:
            self._segment_bytes = min(size_bytes, SEGMENT_BYTES_MAX)
            self._is_pushed |= is_pushed
        else:
            self._is_pushed_twice |= self._is_pushed
            self._is_pushed = True

    def _be_quick(self) -> None:
        self._quick, self._is_talking, self._delay = QUICK_ACKS, False, ACK_DELAY_SECONDS

    def _keep(self, start: int, end: int) -> None:
        for begin, stop in self._waiting:
            if begin <= start and end <= stop:
                self._duplicate = (start, end)
                return
        touching = [one for one in self._waiting if one[0] <= end and start <= one[1]]
        rest = [one for one in self._waiting if one not in touching]
        start = min([start, *(one[0] for one in touching)])
        end = max([end, *(one[1] for one in touching)])
        self._waiting = [(start, end), *rest]

    def _fill(self) -> None:
        for begin, stop in sorted(self._waiting):
            if begin <= self.next:
                self.next = max(self.next, stop)
        self._waiting = [one for one in self._waiting if one[0] > self.next]
        self._is_gap_filled = not self._waiting
