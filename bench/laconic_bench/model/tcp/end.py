"""One end of a TCP connection: both halves together, opening and closing, and the packets."""

from collections import deque
from enum import Enum, auto
from math import inf
from typing import Final, Protocol

from laconic_bench.model.bill import (
    ACKNOWLEDGEMENT,
    HANDSHAKE,
    KEEPALIVE,
    REPETITION,
    Packet,
)
from laconic_bench.model.tcp.path import Path
from laconic_bench.model.tcp.receiver import Receiver
from laconic_bench.model.tcp.segment import (
    HEADER_BYTES,
    IPV4_HEADER_BYTES,
    RESET_HEADER_BYTES,
    Segment,
    sack_bytes,
)
from laconic_bench.model.tcp.sender import Sender
from laconic_bench.model.tcp.stream import Chunk, Layers, Piece, Shares
from laconic_bench.model.tcp.timer import Timer
from laconic_bench.trace import Direction
from laconic_bench.virtual.schedule import Schedule

_IP: Final = ("ip", IPV4_HEADER_BYTES)
_HEADERS: Final = (_IP, ("tcp", HEADER_BYTES))
_RESET: Final = (_IP, ("tcp", RESET_HEADER_BYTES))
_ACK_CAUSES: Final = {KEEPALIVE: KEEPALIVE, HANDSHAKE: HANDSHAKE}
"""An acknowledgement of these is of their cause; of all others it is one of its own."""


class Application(Protocol):
    """What an end serves."""

    def opened(self) -> None:
        """Take note that the connection is made."""
        ...

    def received(self, chunk: Chunk) -> None:
        """Take a chunk of the other side, whole and in its order."""
        ...

    def ended(self) -> None:
        """Take note that the other side has closed: nothing comes any more."""
        ...

    def broken(self) -> None:
        """Take note that the connection is gone: reset, or given up."""
        ...


class State(Enum):
    """Where an end is in its life (RFC 9293, 3.3.2, with fewer states)."""

    NEW = auto()
    OPENING = auto()
    OPEN = auto()
    GONE = auto()
    """Closed by both sides, reset or given up. What comes is answered by a reset."""
    DEAD = auto()
    """Without power: it answers nothing."""


class End:
    """One end. `other` and `application` are set by whoever makes the connection."""

    other: "End"
    application: Application

    def __init__(self, schedule: Schedule, path: Path, way: Direction) -> None:
        self.state = State.NEW
        self.schedule: Final = schedule
        self.sender: Final = Sender(schedule, self._transmit, self.fail)
        self._path: Final = path
        self._way: Final[Direction] = way
        """Of what this end sends."""
        self._receiver: Final = Receiver()
        self._ack_timer: Final = Timer(schedule, self._delay_is_over)
        self._sent_chunks: Final[deque[Chunk]] = deque()
        """Written here, and not yet read by the other side."""
        self._recent = -inf
        """Time stamp to be echoed."""
        self._heard: tuple[str, Shares] = (HANDSHAKE, ())
        """Cause and actions of what an acknowledgement is for."""
        self._other_has_ended = self._told_of_end = False

    # --- the application's calls

    def write(self, chunk: Chunk) -> None:
        """Send a chunk. Nothing happens when the connection is gone."""
        if self.state is State.OPEN and chunk.size_bytes:
            self._sent_chunks.append(chunk)
            self.sender.write(chunk)

    def end(self) -> None:
        """Close this side when everything is sent."""
        if self.state is State.OPEN:
            self.sender.end()
            self._end_if_done()

    def abort(self) -> None:
        """Close at once, with a reset."""
        if self.state is State.OPEN:
            self._send_reset(HEADER_BYTES)
        self._stop(State.GONE)

    def refuse(self) -> None:
        """Answer what belongs to no connection, unless there is no power."""
        if self.state in (State.NEW, State.GONE):
            self._send_reset(RESET_HEADER_BYTES)

    def die(self) -> None:
        """Lose power: nothing is sent, nothing is answered."""
        self._stop(State.DEAD)

    def fail(self) -> None:
        """Give up, and tell the application."""
        if self.state in (State.OPENING, State.OPEN):
            self._stop(State.GONE)
            self.application.broken()

    def be_open(self, stamp: float, round_trip_seconds: float) -> None:
        """Begin to carry data; the arguments are what the handshake has shown."""
        self.state = State.OPEN
        self._recent = max(self._recent, stamp)
        sender = self.sender
        sender.is_open = True
        sender.trips.measure(round_trip_seconds, sender.acknowledged, sender.unsent.next)

    # --- packets

    def receive(self, segment: Segment) -> None:
        """Take a segment of the open connection."""
        if self.state is not State.OPEN:
            if segment.piece is not None:
                self.refuse()
            return
        if segment.is_reset:
            self.fail()
            return
        receiver = self._receiver
        piece = segment.piece
        if piece is None or piece[0] <= receiver.acknowledged:
            self._recent = max(self._recent, segment.stamp)
        self.sender.take(segment.ack, segment.blocks, segment.echo)
        if piece is not None:
            self._heard = (segment.cause, segment.shares)
            self._take(*piece)
            if receiver.must_acknowledge():
                self.send_acknowledgement()
            self._deliver()
        if self.state is State.OPEN:
            # Written before, and allowed only now.
            if self.sender.unsent:
                self.sender.push(sack_bytes(receiver.blocks()))
            if receiver.is_owing:
                self._delay_acknowledgement()
            self._end_if_done()

    def send_acknowledgement(self, cause: str = "") -> None:
        """Send a segment without data; without a `cause` that of what was heard last."""
        heard, shares = self._heard
        cause = cause or _ACK_CAUSES.get(heard, ACKNOWLEDGEMENT)
        self._send(None, (), cause, shares)

    def _transmit(self, piece: Piece) -> None:
        cause = REPETITION if piece.is_repeated else piece.cause
        self._receiver.sent_data(self.schedule.now)
        self._send(piece, piece.layers, cause, piece.shares)

    def _send(self, piece: Piece | None, layers: Layers, cause: str, shares: Shares) -> None:
        receiver = self._receiver
        blocks = receiver.blocks()
        segment = Segment(receiver.next, self.schedule.now, self._recent, blocks, piece)
        receiver.acknowledge()
        self._ack_timer.clear()
        headers = (_IP, ("tcp", HEADER_BYTES + sack_bytes(blocks))) if blocks else _HEADERS
        self._path.send(self._way, Packet(headers + layers, cause, shares), segment)

    def _send_reset(self, header_bytes: int) -> None:
        segment = Segment(0, self.schedule.now, self._recent)
        segment.is_reset = True
        packet = Packet((_IP, ("tcp", header_bytes)), HANDSHAKE)
        self._path.send(self._way, packet, segment)

    def _take(self, start: int, end: int, is_pushed: bool, is_fin: bool) -> None:
        receiver, timeout = self._receiver, self.sender.trips.timeout_seconds
        if end - is_fin > start or receiver.next >= end:
            receiver.take(start, end - is_fin, is_pushed, self.schedule.now, timeout)
        if is_fin and not self._other_has_ended and receiver.next == end - 1:
            receiver.take_fin()
            self._other_has_ended = True

    def _deliver(self) -> None:
        waiting = self.other._sent_chunks
        limit = self._receiver.next
        while waiting and waiting[0].end <= limit and self.state is State.OPEN:
            self.application.received(waiting.popleft())
        if self._other_has_ended and self.state is State.OPEN and not self._told_of_end:
            self._told_of_end = True
            self.application.ended()

    def _delay_acknowledgement(self) -> None:
        delay = self._receiver.delay(self.sender.trips.smoothed_seconds)
        if self._ack_timer.due == inf:
            self._ack_timer.set(delay)

    def _delay_is_over(self) -> None:
        if self.state is State.OPEN and self._receiver.is_owing:
            self._receiver.waited_in_vain(self.sender.trips.timeout_seconds)
            self.send_acknowledgement()

    # --- the end

    def _end_if_done(self) -> None:
        if self.sender.is_ended and self._other_has_ended and self.sender.is_idle:
            if self._receiver.is_owing:
                self.send_acknowledgement()
            self._stop(State.GONE)

    def _stop(self, state: State) -> None:
        self.state = state
        self.sender.stop()
        self._ack_timer.clear()
