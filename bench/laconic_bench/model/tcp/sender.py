"""The sending half of a TCP end: what is under way, what is lost, and when to send again.

Follows Linux 6 with its defaults: tail loss probe and RACK (RFC 8985), SACK, exponential back-off,
ten segments at first, slow start, and Reno where Linux has CUBIC (both the same at these rates).
Without F-RTO, without pacing, without limits of the receiver's window.
"""

from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Final

from laconic_bench.model.bill import HANDSHAKE
from laconic_bench.model.tcp.rtt import TIMEOUT_MAX_SECONDS, VARIANCE_MIN_SECONDS, RoundTrips
from laconic_bench.model.tcp.segment import SEGMENT_BYTES_MAX, Blocks
from laconic_bench.model.tcp.stream import FIRST_BYTE, Chunk, Piece, Unsent
from laconic_bench.model.tcp.timer import JIFFY_SECONDS, Timer
from laconic_bench.model.tcp.window import Phase, Window
from laconic_bench.virtual.schedule import Schedule

PROBE_MARGIN_SECONDS: Final = 0.002
"""TCP_TIMEOUT_MIN_US."""
GIVE_UP_SECONDS: Final = 924.6
"""Of repetitions without an answer: net.ipv4.tcp_retries2 = 15 from a timeout of 200 ms."""
_DUPLICATES_OF_LOSS: Final = 3


class Pending(Enum):
    """What the one timer of the sending half is for."""

    NOTHING = auto()
    PROBE = auto()
    TIMEOUT = auto()
    REORDERING = auto()


class Sender:
    """State of the sending half. `transmit` sends a piece; `give_up` ends the connection."""

    def __init__(
        self,
        schedule: Schedule,
        transmit: Callable[[Piece], None],
        give_up: Callable[[], None],
    ) -> None:
        self.trips: Final = RoundTrips()
        self.window: Final = Window()
        self.unsent: Final = Unsent()
        self.acknowledged = FIRST_BYTE
        """The first byte that the other side has not acknowledged."""
        self.is_open = False
        """The connection is made: data may be sent."""
        self.is_ended = False
        """A FIN was sent."""
        self._is_ending = False
        self._schedule = schedule
        self._transmit = transmit
        self._give_up = give_up
        self._flying: deque[Piece] = deque()
        self._timer = Timer(schedule, self._fire)
        self._pending = Pending.NOTHING
        self._backoff = 0
        self._repeating_since: float | None = None
        self._probe_end = 0
        """Where the stream ended when the last probe was sent; 0: no probe is out."""
        self._probe_repeats = False
        self._rack = (0.0, 0)
        """When the most recently sent piece left of those that have arrived, and its end."""
        self._rack_seconds = 0.0

    # --- what the end calls

    @property
    def is_idle(self) -> bool:
        """Everything that was written has been acknowledged."""
        return not self._flying and not self.unsent

    def write(self, chunk: Chunk) -> None:
        """Send a chunk as soon as may be."""
        self.unsent.write(chunk)
        self.push()

    def end(self) -> None:
        """Send a FIN when all is sent."""
        self._is_ending = True
        self.push()

    def stop(self) -> None:
        """Send nothing any more."""
        self._timer.clear()
        self._pending = Pending.NOTHING

    def push(self, header_bytes: int = 0) -> None:
        """Send what the window allows."""
        if not self.is_open:
            return
        was_empty, number = not self._flying, len(self._flying)
        while self.unsent and self._out() < self.window.segments:
            self._send_new(self.unsent.take(SEGMENT_BYTES_MAX - header_bytes))
        if self._is_ending and not self.is_ended and not self.unsent:
            self.is_ended = True
            start = self.unsent.next
            self._send_new(Piece(start, start + 1, (), HANDSHAKE, (), is_fin=True))
        if len(self._flying) > number:
            if was_empty or self._pending is Pending.PROBE:
                self._rearm()
            self._schedule_probe(advancing=False)

    def take(self, ack: int, blocks: Blocks, echo: float) -> None:
        """Take the acknowledgement in a segment."""
        if not self._flying:
            return
        now = self._schedule.now
        is_duplicate = bool(blocks) and blocks[0][1] <= ack
        arrived = self._sack(blocks)
        acked = self._remove(ack)
        if acked or arrived:
            self._measure(acked, arrived, echo, now)
        if acked:
            self._repeating_since = None
        self._take_probe(ack, is_duplicate, advanced=bool(acked), sacked=bool(arrived))
        self.window.acknowledge(len(acked), ack, echo)
        if self.window.phase is not Phase.OPEN or any(one.is_sacked for one in self._flying):
            self._detect(now)
        if acked or arrived:
            self._set_timer()
        if self.window.phase is not Phase.OPEN:
            self._repeat_lost()

    # --- sending

    def _out(self) -> int:
        """Return how many pieces are in the network, as far as this end knows."""
        if self.window.phase is Phase.OPEN:
            return len(self._flying)
        return sum(not (one.is_sacked or one.is_lost) for one in self._flying)

    def _send_new(self, piece: Piece) -> None:
        if not self._flying:
            self.window.restart(self._schedule.now, self._timeout())
        piece.sent_at = self._schedule.now
        self._flying.append(piece)
        self.window.sent(len(self._flying), piece.sent_at)
        self._transmit(piece)

    def _repeat(self, piece: Piece) -> None:
        """Send a piece again, together with those behind it that fit in (tcp_retrans_collapse)."""
        index = self._flying.index(piece)
        while index + 1 < len(self._flying):
            other = self._flying[index + 1]
            if other.is_sacked or other.end - piece.start > SEGMENT_BYTES_MAX:
                break
            piece.absorb(other)
            del self._flying[index + 1]
        piece.sent_at = self._schedule.now
        piece.is_repeated, piece.is_lost = True, False
        if self._repeating_since is None:
            self._repeating_since = self._schedule.now
        self._transmit(piece)

    def _repeat_lost(self) -> None:
        while self._out() < self.window.segments:
            piece = next((one for one in self._flying if one.is_lost), None)
            if piece is None:
                return
            self._repeat(piece)
            if self._pending is not Pending.TIMEOUT:
                self._rearm()

    # --- what has arrived

    def _sack(self, blocks: Blocks) -> list[Piece]:
        arrived: list[Piece] = []
        if blocks:
            for piece in self._flying:
                if not piece.is_sacked and any(
                    a <= piece.start and piece.end <= b for a, b in blocks
                ):
                    piece.is_sacked, piece.is_lost = True, False
                    arrived.append(piece)
        return arrived

    def _remove(self, ack: int) -> list[Piece]:
        removed: list[Piece] = []
        while self._flying and self._flying[0].end <= ack:
            removed.append(self._flying.popleft())
        self.acknowledged = max(self.acknowledged, ack)
        return removed

    def _measure(self, acked: list[Piece], arrived: list[Piece], echo: float, now: float) -> None:
        fresh = [one for one in acked if not one.is_sacked] + arrived
        for piece in fresh:
            seconds = now - piece.sent_at
            if piece.is_repeated and seconds < self.trips.min_seconds:
                continue
            self._rack_seconds = seconds
            self._rack = max(self._rack, (piece.sent_at, piece.end))
        if any(one.is_repeated for one in acked):
            seconds = now - echo
        elif fresh:
            once = [one.sent_at for one in fresh if not one.is_repeated]
            if not once:
                return
            seconds = now - once[0]
        else:
            return
        self.trips.measure(seconds, self.acknowledged, self.unsent.next)
        self._backoff = 0

    def _take_probe(self, ack: int, is_duplicate: bool, *, advanced: bool, sacked: bool) -> None:
        if not self._probe_end or ack < self._probe_end:
            return
        if not self._probe_repeats or is_duplicate or (not advanced and not sacked):
            self._probe_end = 0
        elif ack > self._probe_end:
            self._probe_end = 0
            self.window.reduce()

    def _detect(self, now: float) -> None:
        """Find what is lost, by what was sent later and has arrived (RACK)."""
        sacked = sum(one.is_sacked for one in self._flying)
        tolerance = min(self.trips.min_seconds / 4, self.trips.smoothed_seconds)
        if self.window.phase is not Phase.OPEN or sacked >= _DUPLICATES_OF_LOSS:
            tolerance = 0.0
        remaining = 0.0
        for piece in self._flying:
            order = (piece.sent_at, piece.end)
            if piece.is_sacked or piece.is_lost or order >= self._rack:
                continue
            rest = piece.sent_at + self._rack_seconds + tolerance - now
            if rest <= 0:
                piece.is_lost = True
            else:
                remaining = max(remaining, rest)
        lost = any(one.is_lost for one in self._flying)
        if lost and self.window.phase is Phase.OPEN:
            self.window.recover(self.unsent.next, now)
        if remaining:
            self._pending = Pending.REORDERING
            self._timer.set(remaining + PROBE_MARGIN_SECONDS)

    # --- the timer

    def _timeout(self) -> float:
        return min(self.trips.timeout_seconds * (1 << self._backoff), TIMEOUT_MAX_SECONDS)

    def _rearm(self) -> None:
        """Start the retransmission timeout (tcp_rearm_rto)."""
        if not self._flying:
            self.stop()
            return
        timeout = self._timeout()
        if self._pending in (Pending.PROBE, Pending.REORDERING):
            rest = self._flying[0].sent_at + timeout - self._schedule.now
            timeout = max(rest, JIFFY_SECONDS)
        self._pending = Pending.TIMEOUT
        self._timer.set(timeout)

    def _set_timer(self) -> None:
        if self._pending is Pending.REORDERING and self._flying:
            return
        if not self._flying:
            self.stop()
        elif not self._schedule_probe(advancing=True):
            self._rearm()

    def _schedule_probe(self, *, advancing: bool) -> bool:
        """Set the timer of the tail loss probe, if this is the time for one."""
        if self.window.phase is not Phase.OPEN or not self._flying:
            return False
        if self.trips.smoothed_seconds:
            probe = 2 * self.trips.smoothed_seconds
            # One segment alone may be acknowledged late.
            probe += VARIANCE_MIN_SECONDS if len(self._flying) == 1 else PROBE_MARGIN_SECONDS
        else:
            probe = self.trips.timeout_seconds
        timeout = self._timeout()
        if not advancing:
            timeout += self._flying[0].sent_at - self._schedule.now
        if timeout > 0:
            probe = min(probe, timeout)
        self._pending = Pending.PROBE
        self._timer.set(probe)
        return True

    def _fire(self) -> None:
        pending = self._pending
        if pending is Pending.PROBE:
            self._probe()
        elif pending is Pending.TIMEOUT:
            self._time_out()
        elif pending is Pending.REORDERING:
            self._detect(self._schedule.now)
            self._repeat_lost()
            if self._pending is not Pending.TIMEOUT:
                self._rearm()

    def _probe(self) -> None:
        if not self._flying or self._probe_end:
            self._rearm()
            return
        self._probe_repeats = not self.unsent
        if self.unsent:
            self._send_new(self.unsent.take(SEGMENT_BYTES_MAX))
        else:
            self._repeat(self._flying[-1])
        self._probe_end = self._flying[-1].end
        self._pending = Pending.NOTHING
        self._rearm()

    def _time_out(self) -> None:
        now = self._schedule.now
        if self._repeating_since is not None and now - self._repeating_since > GIVE_UP_SECONDS:
            self._give_up()
            return
        for piece in self._flying:
            piece.is_lost = not piece.is_sacked
        self.window.time_out(self._flying[-1].end, now)
        self._backoff += 1
        self._repeat(next(one for one in self._flying if one.is_lost))
        self._pending = Pending.TIMEOUT
        self._timer.set(self._timeout())
