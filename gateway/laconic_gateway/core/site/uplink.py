"""The site's end of the association: epochs, frames in flight, acknowledgements, keepalives.

    CLOSED ---open frame sent---> OPENING ---opened---> OPEN
       ^----------- refused, or no answer at all ---------'

An epoch begins with an open frame; both directions count from 0 in it. The expander's answers
carry what it has stored and what the CSMS has taken. When an exchange fails, or nothing on its way
brings what the expander lacks, everything that is not stored is sent again.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from laconic_codec import frame, registry
from laconic_codec.errors import FrameFault
from laconic_codec.frame import Batch, Direction, Fragment, Frame, Header, Open, Opened, Refused
from laconic_codec.items import Bind, Item, Presence
from laconic_gateway.core.backoff import Backoff
from laconic_gateway.core.site.send_queue import SendQueue
from laconic_gateway.core.stream import Receiver

IN_FLIGHT_MAX: Final = 4
"""Frames on their way at the same time."""

CONFIRM_EVERY: Final = 10
"""Of so many keepalives one is confirmed, so that a site learns that its expander was replaced."""


class Phase(Enum):
    """Where the association stands."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class SendFrame:
    """Send a frame as a confirmable request; report the outcome under the exchange number."""

    exchange: int
    frame: bytes


@dataclass(frozen=True, slots=True)
class HastenFrame:
    """Send the frame of an exchange again now if its answer is overdue."""

    exchange: int


@dataclass(frozen=True, slots=True)
class SendKeepalive:
    """Send an empty, protected, unanswered request."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What an answer of the expander changed."""

    items: tuple[tuple[int, Item], ...] = ()
    """Downlink items to play now, each with its sequence number in the epoch."""
    opened: Opened | None = None
    refused: FrameFault | None = None
    overdue: tuple[int, ...] = ()
    """Exchanges of which this answer shows that they, or their answers, were lost."""


@dataclass(frozen=True, slots=True)
class _Flight:
    """A frame on its way."""

    generation: int
    """Counts the times that everything was sent again from the start."""
    first: int
    """Sequence number of its first item."""


class Uplink:
    """Sends what the queue holds; knows what has arrived."""

    def __init__(
        self,
        queue: SendQueue,
        *,
        epoch: int,
        keepalive_seconds: float,
        random: Callable[[], float],
        states: Callable[[], list[tuple[Bind, Presence]]],
    ) -> None:
        """`states` returns binding and presence of every channel; an epoch begins with them."""
        self.queue = queue
        self.epoch = epoch
        self.phase = Phase.CLOSED
        self.base = queue.stored + 1
        """Absolute sequence number of message 0 of the epoch."""
        self.delivered = queue.stored
        """Absolute sequence number up to which the CSMS has taken everything."""
        self.announced: dict[int, int] = {}
        """By channel: the generation of presence that the open frame of this epoch told."""
        self.link_up = False
        self._states = states
        self._keepalive_seconds = keepalive_seconds
        self._backoff = Backoff(2.0, 60.0, random)
        self._try_at = 0.0
        self._exchange = 0
        self._flights: dict[int, _Flight] = {}  # by exchange
        self._generation = 0
        self._ready: deque[tuple[bytes, int]] = deque()
        """Frames, each with the sequence number of its first item."""
        self._receiver = Receiver()
        self._flush = False
        self._last_sent = 0.0
        self._keepalives = 0

    def flush(self) -> None:
        """Have everything sent that waits."""
        self._flush = True

    def outgoing(self, now: float) -> list[SendFrame | SendKeepalive]:
        """Return what is to be sent now."""
        if self.phase is Phase.CLOSED and now >= self._try_at:
            return [self._open(now)]
        sends: list[SendFrame | SendKeepalive] = []
        while self.phase is Phase.OPEN and self._may_send(now):
            sends.append(self._send(*self._ready.popleft(), now))
        if self._keepalive_due(now):
            sends.append(self._keep_alive(now))
        return sends

    def timer(self) -> float | None:
        """Return when `outgoing` has something new to say, if nothing happens before."""
        if self.phase is Phase.CLOSED:
            return self._try_at
        if self.phase is Phase.OPENING:
            return None
        keepalive_at = self._last_sent + self._keepalive_seconds
        if self.link_up:
            return keepalive_at
        if self._in_flight():
            return None
        return self._try_at if self._flush else max(self._try_at, keepalive_at)

    def receive(self, exchange: int, encoded: bytes) -> Progress:
        """Take the answer to an exchange.

        Raises:
            FrameError: the answer is no frame. The exchange counts as failed.
        """
        flight = self._flights.pop(exchange, None)
        if flight is None:
            return Progress()
        self.link_up = True
        played_before = self._receiver.next
        received = frame.decode(encoded, Direction.DOWN)
        progress = self._progress(received)
        if progress.refused is not None and flight.generation != self._generation:
            return Progress()  # of several frames in flight each is refused; one is enough
        if flight.generation == self._generation and self._is_stuck():
            self._rewind()
        if isinstance(received, Batch | Fragment) and flight.generation == self._generation:
            header = received.header
            if header.acknowledged < flight.first or header.first > played_before:
                return replace(progress, overdue=self._sent_before(exchange))
        return progress

    def _is_stuck(self) -> bool:
        """Tell whether the expander lacks an item that nothing on its way will bring.

        It answers what comes before its turn, and drops it if there is too much of that.
        """
        lacking = self.queue.acknowledged
        if self.phase is not Phase.OPEN or lacking == self.queue.first_unsent:
            return False
        ready = [first for _, first in self._ready]
        flying = [f.first for f in self._flights.values() if f.generation == self._generation]
        return all(first > lacking for first in [*ready, *flying])

    def _sent_before(self, exchange: int) -> tuple[int, ...]:
        return tuple(
            other
            for other, flight in self._flights.items()
            if other < exchange and flight.generation == self._generation
        )

    def receive_frame(self, encoded: bytes) -> Progress:
        """Take a frame of the expander, in whichever way it came.

        Raises:
            FrameError: it is no frame.
        """
        return self._progress(frame.decode(encoded, Direction.DOWN))

    def _progress(self, received: Frame) -> Progress:
        if isinstance(received, Opened):
            return self._opened(received)
        if isinstance(received, Refused):
            return Progress(refused=received.fault)
        return self._advance(received)

    def fail(self, exchange: int, now: float) -> bool:
        """Take note that an exchange got no answer; return whether it says the link is down."""
        flight = self._flights.pop(exchange, None)
        if flight is None or flight.generation != self._generation:
            return False
        self.link_up = False
        self._try_at = now + self._backoff.fail()
        self._rewind()
        if self.phase is Phase.OPENING:
            # The expander may have opened it: what it sent since must not count in the next one.
            self._leave_epoch()
        return True

    def close(self, now: float, wait: bool) -> None:
        """Give up the epoch; the next one begins at once or after a back-off."""
        self._leave_epoch()
        self._try_at = now + self._backoff.fail() if wait else now
        self._rewind()

    def header(self) -> Header:
        """Return the header of the next frame."""
        return Header(self.epoch, self.queue.first_unsent, self._receiver.next)

    def acknowledgement(self) -> bytes:
        """Return a frame that carries nothing but the header."""
        return frame.encode_batch(self.header(), [], Direction.UP)[0]

    def note_sent(self, now: float) -> None:
        """Remember that a datagram left, which refreshes the NAT entry like a keepalive."""
        self._last_sent = now

    def _open(self, now: float) -> SendFrame:
        self.phase = Phase.OPENING
        present = [state for state in self._states() if state[1].connected]
        entries = tuple(item for state in present for item in state)
        opening = Open(self.epoch, self.delivered + 1, registry.FINGERPRINT, entries)
        encoded, taken = frame.encode_open(opening)
        # A binding of which the presence did not fit is told again, which does no harm.
        self.announced = {bind.channel: p.generation for bind, p in present[: taken // 2]}
        return self._send(encoded, 0, now)

    def _opened(self, opened: Opened) -> Progress:
        if self.phase is not Phase.OPENING or opened.epoch != self.epoch:
            return Progress()
        self.phase = Phase.OPEN
        self.base = opened.stored + 1
        self._flush = True
        return Progress(opened=opened)

    def _advance(self, received: Frame) -> Progress:
        if isinstance(received, Open | Opened | Refused) or received.header.epoch != self.epoch:
            return Progress()
        header = received.header
        if self.phase is not Phase.OPEN or header.acknowledged > self.queue.added:
            return Progress()
        self._backoff.succeed()
        self.queue.acknowledge(header.acknowledged)
        self.delivered = max(self.delivered, self.queue.stored - header.backlog)
        played: list[tuple[int, Item]] = []
        if isinstance(received, Fragment) or received.items:
            played = self._receiver.accept(received)
        return Progress(tuple(played))

    def _may_send(self, now: float) -> bool:
        """Tell whether a frame may leave, and put one on the ready list if need be."""
        if self._in_flight() >= (IN_FLIGHT_MAX if self.link_up else 1):
            return False
        if not self.link_up and now < self._try_at:
            return False
        if not self._ready:
            if not self.queue.has_unsent:
                self._flush = False
                return False
            if not self._flush and not self.queue.fills_a_frame():
                return False
            header = self.header()
            self._ready.extend((made, header.first) for made in self.queue.next_frames(header))
        return True

    def _send(self, encoded: bytes, first: int, now: float) -> SendFrame:
        self._exchange += 1
        self._flights[self._exchange] = _Flight(self._generation, first)
        self._last_sent = now
        return SendFrame(self._exchange, encoded)

    def _in_flight(self) -> int:
        """Return how many frames are on their way, without those that were given up."""
        return sum(flight.generation == self._generation for flight in self._flights.values())

    def _leave_epoch(self) -> None:
        self.epoch += 1
        self.phase = Phase.CLOSED
        self._receiver = Receiver()

    def _rewind(self) -> None:
        self._generation += 1
        self._ready.clear()
        self.queue.rewind()
        self._flush = True

    def _keepalive_due(self, now: float) -> bool:
        if self.phase is not Phase.OPEN or (self._in_flight() and not self.link_up):
            return False
        due_at = self._last_sent + self._keepalive_seconds
        return now >= (due_at if self.link_up else max(due_at, self._try_at))

    def _keep_alive(self, now: float) -> SendFrame | SendKeepalive:
        # A frame that waits for its answer is no sign of life when it is repeated: the expander
        # takes it for what it has had before.
        self._keepalives += not self._in_flight()
        if not self._in_flight() and (self._keepalives % CONFIRM_EVERY == 0 or not self.link_up):
            return self._send(self.acknowledgement(), self.queue.first_unsent, now)
        self._last_sent = now
        return SendKeepalive()
