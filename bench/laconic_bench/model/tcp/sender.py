"""The sending half of a TCP end: what is under way, what is lost, and when to send again.

Follows Linux 6 with its defaults: tail loss probe and RACK (RFC 8985), SACK, exponential back-off,
ten segments at first, slow start, a loss leaves 0.7 of the window as with CUBIC. Above that the
window grows as with Reno, which is the same as CUBIC at these rates (RFC 9438, 4.3).
Without F-RTO, without pacing, without limits of the receiver's window.
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import Final

from laconic_bench.model.bill import HANDSHAKE
from laconic_bench.model.tcp.flight import Flight, sent_at
from laconic_bench.model.tcp.probe import MARGIN_SECONDS, Probe, probe_seconds
from laconic_bench.model.tcp.rtt import TIMEOUT_MAX_SECONDS, RoundTrips
from laconic_bench.model.tcp.segment import SEGMENT_BYTES_MAX, Blocks
from laconic_bench.model.tcp.stream import FIRST_BYTE, Chunk, Piece, Unsent
from laconic_bench.model.tcp.timer import JIFFY_SECONDS, Pending, Timer
from laconic_bench.model.tcp.window import Phase, Window
from laconic_bench.virtual.schedule import Schedule

GIVE_UP_SECONDS: Final = 924.6
"""Of repetitions without an answer: net.ipv4.tcp_retries2 = 15 from a timeout of 200 ms."""
_DUPLICATES_OF_LOSS: Final = 3


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
        self._flight: Final = Flight()
        self._timer = Timer(schedule, self._fire)
        self._pending = Pending.NOTHING
        self._backoff = 0
        self._repeating_since: float | None = None
        self._probe: Final = Probe()

    # --- what the end calls

    @property
    def is_idle(self) -> bool:
        """Everything that was written has been acknowledged."""
        return not self._flight and not self.unsent

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
        was_empty, number = not self._flight, len(self._flight)
        while self.unsent and self._out() < self.window.segments:
            self._send_new(self.unsent.take(SEGMENT_BYTES_MAX - header_bytes))
        if self._is_ending and not self.is_ended and not self.unsent:
            self.is_ended = True
            start = self.unsent.next
            self._send_new(Piece(start, start + 1, (), HANDSHAKE, (), is_fin=True))
        if len(self._flight) > number:
            if was_empty or self._pending is Pending.PROBE:
                self._rearm()
            self._schedule_probe(advancing=False)

    def take(self, ack: int, blocks: Blocks, echo: float) -> None:
        """Take the acknowledgement in a segment."""
        flight = self._flight
        if not flight:
            return
        is_duplicate = bool(blocks) and blocks[0][1] <= ack
        arrived = flight.sack(blocks)
        acked = flight.remove(ack)
        self.acknowledged = max(self.acknowledged, ack)
        if acked or arrived:
            self._measure(acked, arrived, echo)
        if acked:
            self._repeating_since = None
        if self._probe.take(
            ack, is_duplicate=is_duplicate, advanced=bool(acked), sacked=bool(arrived)
        ):
            self.window.reduce()
        self.window.acknowledge(len(acked), ack, echo)
        if self.window.phase is not Phase.OPEN or flight.sacked:
            self._detect()
        if acked or arrived:
            self._set_timer()
        if self.window.phase is not Phase.OPEN:
            self._repeat_lost()

    # --- sending

    def _out(self) -> int:
        """Return how many segments count for the window."""
        return len(self._flight) if self.window.phase is Phase.OPEN else self._flight.out

    def _send_new(self, piece: Piece) -> None:
        if not self._flight:
            self.window.restart(self._schedule.now, self._timeout())
        piece.sent_at = self._schedule.now
        self._flight.pieces.append(piece)
        self.window.sent(len(self._flight), piece.sent_at)
        self._transmit(piece)

    def _repeat(self, piece: Piece) -> None:
        """Send a piece again, with what fits in behind it."""
        self._flight.join(piece)
        piece.sent_at = self._schedule.now
        piece.is_repeated, piece.is_lost = True, False
        if self._repeating_since is None:
            self._repeating_since = self._schedule.now
        self._transmit(piece)

    def _repeat_lost(self) -> None:
        while self._flight.out < self.window.segments:
            piece = self._flight.first_lost()
            if piece is None:
                return
            self._repeat(piece)
            if self._pending is not Pending.TIMEOUT:
                self._rearm()

    # --- what has arrived

    def _measure(self, acked: Sequence[Piece], arrived: Sequence[Piece], echo: float) -> None:
        now = self._schedule.now
        fresh = [*(one for one in acked if not one.is_sacked), *arrived]
        self._flight.note_arrival(fresh, now, self.trips.min_seconds)
        since = sent_at(acked, fresh, echo)
        if since is not None:
            self.trips.measure(now - since, self.acknowledged, self.unsent.next)
            self._backoff = 0

    def _detect(self) -> None:
        tolerance = min(self.trips.min_seconds / 4, self.trips.smoothed_seconds)
        if self.window.phase is not Phase.OPEN or self._flight.sacked >= _DUPLICATES_OF_LOSS:
            tolerance = 0.0
        remaining = self._flight.detect(self._schedule.now, tolerance)
        if self.window.phase is Phase.OPEN and self._flight.first_lost() is not None:
            self.window.recover(self.unsent.next, self._schedule.now)
        if remaining < inf:
            self._pending = Pending.REORDERING
            self._timer.set(remaining + MARGIN_SECONDS)

    # --- the timer

    def _timeout(self) -> float:
        return min(self.trips.timeout_seconds * (1 << self._backoff), TIMEOUT_MAX_SECONDS)

    def _rearm(self) -> None:
        """Start the retransmission timeout (tcp_rearm_rto)."""
        if not self._flight:
            self.stop()
            return
        timeout = self._timeout()
        if self._pending in (Pending.PROBE, Pending.REORDERING):
            rest = self._flight.pieces[0].sent_at + timeout - self._schedule.now
            timeout = max(rest, JIFFY_SECONDS)
        self._pending = Pending.TIMEOUT
        self._timer.set(timeout)

    def _set_timer(self) -> None:
        if self._pending is Pending.REORDERING and self._flight:
            return
        if not self._flight:
            self.stop()
        elif not self._schedule_probe(advancing=True):
            self._rearm()

    def _schedule_probe(self, *, advancing: bool) -> bool:
        """Set the timer of the tail loss probe, if this is the time for one."""
        if self.window.phase is not Phase.OPEN or not self._flight:
            return False
        probe = probe_seconds(self.trips, len(self._flight))
        timeout = self._timeout()
        if not advancing:
            timeout += self._flight.pieces[0].sent_at - self._schedule.now
        if timeout > 0:
            probe = min(probe, timeout)
        self._pending = Pending.PROBE
        self._timer.set(probe)
        return True

    def _fire(self) -> None:
        pending = self._pending
        if pending is Pending.PROBE:
            self._send_probe()
        elif pending is Pending.TIMEOUT:
            self._time_out()
        elif pending is Pending.REORDERING:
            self._detect()
            self._repeat_lost()
            if self._pending is not Pending.TIMEOUT:
                self._rearm()

    def _send_probe(self) -> None:
        if not self._flight or self._probe.is_out:
            self._rearm()
            return
        repeats = not self.unsent
        if self.unsent:
            self._send_new(self.unsent.take(SEGMENT_BYTES_MAX))
        else:
            self._repeat(self._flight.pieces[-1])
        self._probe.sent(self._flight.pieces[-1].end, repeats=repeats)
        self._pending = Pending.NOTHING
        self._rearm()

    def _time_out(self) -> None:
        now = self._schedule.now
        if self._repeating_since is not None and now - self._repeating_since > GIVE_UP_SECONDS:
            self._give_up()
            return
        self._flight.lose_all()
        self.window.time_out(self._flight.pieces[-1].end, now)
        self._backoff += 1
        first = self._flight.first_lost()
        assert first is not None, "the first one cannot have arrived"
        self._repeat(first)
        self._pending = Pending.TIMEOUT
        self._timer.set(self._timeout())
