"""The site's end of the association: epochs, frames in flight, acknowledgements, keepalives.

    CLOSED ---open frame sent---> OPENING ---opened---> OPEN
       ^----------- refused, or no answer at all ---------'

An epoch begins with an open frame; both directions count from 0 in it. The expander's answers
carry what it has stored and what the CSMS has taken. When an exchange fails, everything that is
not stored is sent again.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from laconic_codec import frame, registry
from laconic_codec.errors import FrameFault
from laconic_codec.frame import Direction, Fragment, Frame, Header, Open, Opened, Refused
from laconic_codec.items import Item
from laconic_gateway.core.backoff import Backoff
from laconic_gateway.core.send_queue import SendQueue
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
class SendKeepalive:
    """Send an empty, protected, unanswered request."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What an answer of the expander changed."""

    items: tuple[tuple[int, Item], ...] = ()
    """Downlink items to play now, each with its sequence number in the epoch."""
    opened: Opened | None = None
    refused: FrameFault | None = None


class Uplink:
    """Sends what the queue holds; knows what has arrived."""

    def __init__(
        self,
        queue: SendQueue,
        *,
        epoch: int,
        keepalive_seconds: float,
        random: Callable[[], float],
    ) -> None:
        self.queue = queue
        self.epoch = epoch
        self.phase = Phase.CLOSED
        self.base = queue.stored + 1
        """Absolute sequence number of message 0 of the epoch."""
        self.delivered = queue.stored
        """Absolute sequence number up to which the CSMS has taken everything."""
        self.link_up = False
        self._keepalive_seconds = keepalive_seconds
        self._backoff = Backoff(2.0, 60.0, random)
        self._try_at = 0.0
        self._exchange = 0
        self._flights: dict[int, int] = {}  # exchange -> generation
        self._generation = 0
        self._ready: deque[bytes] = deque()
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
            sends.append(self._send(self._ready.popleft(), now))
        if self._keepalive_due(now):
            sends.append(self._keep_alive(now))
        return sends

    def timer(self) -> float | None:
        """Return when `outgoing` has something new to say, if nothing happens before."""
        if self.phase is Phase.CLOSED:
            return self._try_at
        if self.phase is Phase.OPENING:
            return None
        if self._in_flight():
            return None
        keepalive_at = self._last_sent + self._keepalive_seconds
        if self.link_up:
            return keepalive_at
        return self._try_at if self._flush else max(self._try_at, keepalive_at)

    def receive(self, exchange: int, encoded: bytes) -> Progress:
        """Take the answer to an exchange.

        Raises:
            FrameError: the answer is no frame. The exchange counts as failed.
        """
        generation = self._flights.pop(exchange, None)
        if generation is None:
            return Progress()
        self.link_up = True
        progress = self.receive_frame(encoded)
        if progress.refused is not None and generation != self._generation:
            return Progress()  # of several frames in flight each is refused; one is enough
        return progress

    def receive_frame(self, encoded: bytes) -> Progress:
        """Take a frame of the expander, in whichever way it came.

        Raises:
            FrameError: it is no frame.
        """
        received = frame.decode(encoded, Direction.DOWN)
        if isinstance(received, Opened):
            return self._opened(received)
        if isinstance(received, Refused):
            return Progress(refused=received.fault)
        return self._advance(received)

    def fail(self, exchange: int, now: float) -> bool:
        """Take note that an exchange got no answer; return whether the link just went down."""
        generation = self._flights.pop(exchange, None)
        if generation is None or generation != self._generation:
            return False
        was_up = self.link_up
        self.link_up = False
        self._try_at = now + self._backoff.fail()
        self._rewind()
        if self.phase is Phase.OPENING:
            # The expander may have opened it: what it sent since must not count in the next one.
            self._leave_epoch()
        return was_up

    def close(self, now: float, wait: bool) -> None:
        """Give up the epoch; the next one begins at once or after a back-off."""
        self._leave_epoch()
        self._try_at = now + self._backoff.fail() if wait else now
        self._rewind()

    def header(self) -> Header:
        """Return the header of the next frame."""
        first = self.queue.sent_through + 1 - self.base
        return Header(self.epoch, first, self._receiver.next)

    def acknowledgement(self) -> bytes:
        """Return a frame that carries nothing but the header."""
        return frame.encode_batch(self.header(), [], Direction.UP)[0]

    def note_sent(self, now: float) -> None:
        """Remember that a datagram left, which refreshes the NAT entry like a keepalive."""
        self._last_sent = now

    def _open(self, now: float) -> SendFrame:
        self.phase = Phase.OPENING
        state = tuple(self.queue.presence_items())
        oldest = self.delivered + 1
        return self._send(
            frame.encode_open(Open(self.epoch, oldest, registry.FINGERPRINT, state)), now
        )

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
        stored = self.base - 1 + header.acknowledged
        if self.phase is not Phase.OPEN or stored > self.queue.loaded_through:
            return Progress()
        self._backoff.succeed()
        self.queue.acknowledge(stored)
        self.delivered = max(self.delivered, stored - header.backlog)
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
            self._ready.extend(self.queue.next_frames(self.header()))
        return True

    def _send(self, encoded: bytes, now: float) -> SendFrame:
        self._exchange += 1
        self._flights[self._exchange] = self._generation
        self._last_sent = now
        return SendFrame(self._exchange, encoded)

    def _in_flight(self) -> int:
        """Return how many frames are on their way, without those that were given up."""
        return sum(generation == self._generation for generation in self._flights.values())

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
        if self.phase is not Phase.OPEN or self._in_flight():
            return False
        due_at = self._last_sent + self._keepalive_seconds
        return now >= (due_at if self.link_up else max(due_at, self._try_at))

    def _keep_alive(self, now: float) -> SendFrame | SendKeepalive:
        self._keepalives += 1
        if self._keepalives % CONFIRM_EVERY == 0 or not self.link_up:
            return self._send(self.acknowledgement(), now)
        self._last_sent = now
        return SendKeepalive()
