"""The site's end of the association: epochs, frames in flight, acknowledgements, keepalives.

    CLOSED ---open frame sent---> OPENING ---opened---> OPEN
       ^----------- refused, or no answer at all ---------'

An epoch begins with an open frame; both directions count from 0 in it. The expander's answers
carry what it has stored and what the CSMS has taken. When an exchange fails, or nothing on its way
brings what the expander lacks, everything that is not stored is sent again.

Frames are coded against the state that both ends have acknowledged. One of those on their way may
commit, which means that both learn from it; the others leave the state as it is.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import Final

from laconic_codec import frame, issue, registry, signs
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import ALL_CODINGS, Encoder
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import (
    Batch,
    Coding,
    Direction,
    Fragment,
    Frame,
    Header,
    Open,
    Opened,
    Refused,
)
from laconic_codec.items import Bind, Item, Presence
from laconic_gateway.core.backoff import Backoff
from laconic_gateway.core.coap.carrier import Carrier
from laconic_gateway.core.site.budget.contents import Carried
from laconic_gateway.core.site.flights import Flight, Flights
from laconic_gateway.core.site.freshness import Freshness
from laconic_gateway.core.site.reachability import Reachability, Sign
from laconic_gateway.core.site.send_queue import SendQueue
from laconic_gateway.core.site.sendings import (
    SendBareKeepalive,
    SendFrame,
    Sending,
    SendKeepalive,
)
from laconic_gateway.core.stream import Receiver

IN_FLIGHT_MAX: Final = 4
"""Frames on their way at the same time."""

UNREAD_MAX: Final = 3
"""So many frames in a row may be coded against a state that is not kept here: they come late."""

_OUT_OF_STEP: Final = (FrameFault.BAD_STATE, FrameFault.UNKNOWN_EPOCH)


class Phase(Enum):
    """Where the association stands."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Progress:
    """What an answer of the expander changed."""

    items: tuple[tuple[int, Item], ...] = ()
    """Downlink items to play now, each with its sequence number in the epoch."""
    opened: Opened | None = None
    refused: FrameFault | None = None
    carried: tuple[Item, ...] = ()
    """All items of the frame, played or not."""
    overdue: tuple[int, ...] = ()
    """Exchanges of which this answer shows that they, or their answers, were lost."""


class Uplink:
    """Sends what the queue holds; knows what has arrived."""

    def __init__(
        self,
        queue: SendQueue,
        *,
        epoch: int,
        reachability: Reachability,
        random: Callable[[], float],
        states: Callable[[], list[tuple[Bind, Presence]]],
        codings: Coding = ALL_CODINGS,
    ) -> None:
        """`states` returns binding and presence of every channel; an epoch begins with them.
        `codings` are those that may be used if the expander speaks them too."""
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
        self.freshness = Freshness()
        self.opening_since = 0.0
        """When the open frame of this epoch was sent."""
        self._codings = codings
        self._states = states
        self.reachability = reachability
        self._now = 0.0
        self._backoff = Backoff(2.0, 60.0, random)
        self._try_at = 0.0
        self._flights = Flights()
        self._pieces: deque[bytes] = deque()
        """Fragments of the item that was taken last."""
        self._receiver = Receiver()
        self._encoder = Encoder(Direction.UP, epoch, codings=Coding.CBOR)
        self._decoder = Decoder(Direction.DOWN, epoch)
        self._unread = 0
        self._state = 0
        """Counts the states of the encoder."""
        self._flush = False
        self._has_carrier = True
        self._must_show = False
        """The expander does not know yet by which way the site is to be reached."""

    def carried_by(self, carrier: Carrier | None, now: float) -> None:
        """Take note of what carries frames from now on; None: nothing leaves for the moment."""
        self._has_carrier = carrier is not None
        self._must_show = self._has_carrier
        self._try_at = min(self._try_at, now)

    def flush(self) -> None:
        """Have everything sent that waits."""
        self._flush = True

    def outgoing(self, now: float) -> list[Sending]:
        """Return what is to be sent now."""
        self._now = now
        if not self._has_carrier:
            return []
        if self.phase is Phase.CLOSED and now >= self._try_at:
            return [self._open(now)]
        sends: list[Sending] = []
        while self.phase is Phase.OPEN and self._may_send(now):
            sends += self._send_next(now)
        sign = self._sign(now)
        return sends if sign is None else [*sends, sign]

    def timer(self) -> float | None:
        """Return when `outgoing` has something new to say, if nothing happens before."""
        if not self._has_carrier or self.phase is Phase.OPENING:
            return None
        if self.phase is Phase.CLOSED:
            return self._try_at
        keepalive_at = self.reachability.due_at(self._now, link_up=self.link_up)
        if self.link_up:
            return keepalive_at
        if self._flights.count:
            return None
        return self._try_at if self._flush else max(self._try_at, keepalive_at)

    def keepalive_due(self, now: float) -> bool:
        """Tell whether a sign of life is due that any frame would be as well."""
        is_up = self._has_carrier and self.link_up and self.phase is Phase.OPEN
        return is_up and self.reachability.keepalive_due(now)

    @property
    def expects_answers(self) -> bool:
        """Tell whether frames are on their way whose answers will probably come soon."""
        return self.link_up and self._flights.count > 0

    def receive(self, exchange: int, encoded: bytes) -> Progress:
        """Take the answer to an exchange.

        Raises:
            FrameError: the answer is no frame. The exchange counts as failed.
        """
        flight = self._flights.end(exchange)
        if flight is None:
            return Progress()
        self.link_up = True
        self.reachability.answered(exchange)
        is_current = self._flights.is_current(flight)
        if not encoded:
            return self._stored(flight) if is_current else Progress()
        played_before = self._receiver.next
        received = self._read(encoded)
        if received is None:
            if is_current:
                self._rewind()  # what it acknowledged is not known
            return Progress()
        if is_current and flight.commits and not isinstance(received, Refused):
            self._learn()
        vouch = partial(self.freshness.answered, asked_at=flight.sent_at)
        progress = self._progress(received, vouch)
        if progress.refused is not None and not is_current:
            return Progress()  # of several frames in flight each is refused; one is enough
        if is_current and self._is_stuck():
            self._rewind()
        if isinstance(received, Batch | Fragment) and is_current:
            header = received.header
            if header.acknowledged < flight.first or header.first > played_before:
                return replace(progress, overdue=self._flights.sent_before(exchange))
        return progress

    def _stored(self, flight: Flight) -> Progress:
        """Take an answer without content: all is stored that came, and all before delivered."""
        if flight.commits:
            self._learn()
        self._backoff.succeed()
        self.queue.acknowledge(flight.end)
        self.delivered = self.queue.delivered(flight.before)
        return Progress()

    def _learn(self) -> None:
        self._encoder.acknowledge()
        self._state += 1

    def _is_stuck(self) -> bool:
        """Tell whether the expander lacks an item that nothing on its way will bring.

        It answers what comes before its turn, and drops it if there is too much of that.
        """
        lacking = self.queue.acknowledged
        if self.phase is not Phase.OPEN or lacking == self.queue.first_unsent:
            return False
        if self._pieces:
            return False
        return not self._flights.bring(lacking)

    def receive_request(self, payload: bytes, now: float) -> Progress:
        """Take a frame that the expander sent by itself, with or without a mark.

        Raises:
            FrameError: it is no frame.
        """
        seconds, encoded = issue.split(payload)
        received = self._read(encoded)
        vouch = partial(self.freshness.requested, seconds=seconds, now=now)
        return Progress() if received is None else self._progress(received, vouch)

    def _read(self, encoded: bytes) -> Frame | None:
        """Return a frame; None: it came so late that the state it was coded against is gone.

        Raises:
            FrameError: it is no frame, or too many in a row were such.
        """
        try:
            received = self._decoder.decode(encoded)
        except FrameError as error:
            if error.fault not in _OUT_OF_STEP or self._unread == UNREAD_MAX:
                raise
            self._unread += 1
            return None
        self._unread = 0
        return received

    def _progress(self, received: Frame, vouch: Callable[[Batch | Fragment], None]) -> Progress:
        if isinstance(received, Opened):
            return self._opened(received)
        if isinstance(received, Refused):
            return Progress(refused=received.fault)
        return self._advance(received, vouch)

    def fail(self, exchange: int, now: float) -> bool:
        """Take note that an exchange got no answer; return whether it says the link is down."""
        self.reachability.failed(exchange)
        flight = self._flights.end(exchange)
        if flight is None or not self._flights.is_current(flight):
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
        self.reachability.note_sent(now)

    def _open(self, now: float) -> SendFrame:
        self.phase = Phase.OPENING
        self.opening_since = now
        present = [state for state in self._states() if state[1].connected]
        entries = tuple(item for state in present for item in state)
        opening = Open(
            self.epoch,
            self.delivered + 1,
            registry.FINGERPRINT,
            entries,
            codings=int(self._codings),
        )
        encoded, taken = frame.encode_open(opening)
        # A binding of which the presence did not fit is told again, which does no harm.
        self.announced = {bind.channel: p.generation for bind, p in present[: taken // 2]}
        self._decoder = Decoder(Direction.DOWN, self.epoch)
        return self._send(encoded, Flight(0, 0, self._state), now)

    def _opened(self, opened: Opened) -> Progress:
        if self.phase is not Phase.OPENING or opened.epoch != self.epoch:
            return Progress()
        self.phase = Phase.OPEN
        self.base = opened.stored + 1
        agreed = self._codings & Coding(opened.codings & int(ALL_CODINGS))
        self._encoder = Encoder(Direction.UP, self.epoch, codings=agreed)
        self._flush = True
        return Progress(opened=opened)

    def _advance(self, received: Frame, vouch: Callable[[Batch | Fragment], None]) -> Progress:
        if isinstance(received, Open | Opened | Refused) or received.header.epoch != self.epoch:
            return Progress()
        header = received.header
        if self.phase is not Phase.OPEN or header.acknowledged > self.queue.numbered:
            return Progress()
        self._backoff.succeed()
        self.queue.acknowledge(header.acknowledged)
        self.delivered = self.queue.delivered(self.queue.stored - header.backlog)
        played: list[tuple[int, Item]] = []
        if isinstance(received, Fragment) or received.items:
            vouch(received)
            played = self._receiver.accept(received)
        carried = received.items if isinstance(received, Batch) else ()
        return Progress(tuple(played), carried=carried)

    def _may_send(self, now: float) -> bool:
        """Tell whether a frame may leave, and put one on the ready list if need be."""
        if self._flights.count >= (IN_FLIGHT_MAX if self.link_up else 1):
            return False
        if not self.link_up and now < self._try_at:
            return False
        if self._pieces:
            return True
        if not self.queue.has_unsent:
            self._flush = False
            return False
        return self._flush or self.queue.fills_a_frame()

    def _send_next(self, now: float) -> list[Carried | SendFrame]:
        """Send a fragment that waits, or the next frame; tell first what is in it."""
        header = self.header()
        if self._pieces:
            end = header.first  # the item in pieces was taken when the first of them left
            flight = Flight(end - 1, end, self._state)
            return [self._send(self._pieces.popleft(), flight, now)]
        given, before = self.queue.next_items(), self.queue.before_unsent
        made = self._encoder.encode(header, given, commit=self._may_commit())
        if not made.order:
            self._pieces.extend(self._encoder.encode_fragments(header, given[0]))
            self.queue.take((0,))
            return self._send_next(now)
        self.queue.take(made.order)
        end = header.first + len(made.order)
        flight = Flight(header.first, end, self._state, before, commits=made.commits)
        carried = tuple(given[place] for place in made.order)
        sent = self._send(made.frame, flight, now)
        return [Carried(True, sent.exchange, carried), sent]

    def _may_commit(self) -> bool:
        """Tell whether a frame may commit: none is on its way that does, or needs an older state.

        The expander keeps two states: that of now, and the one that a committing frame makes.
        """
        return not self._encoder.pending and self._flights.all_coded_against(self._state)

    def _send(self, encoded: bytes, flight: Flight, now: float) -> SendFrame:
        self._must_show = False
        self.reachability.note_sent(now)
        return SendFrame(self._flights.begin(flight, now), encoded)

    def _leave_epoch(self) -> None:
        self.epoch += 1
        self.phase = Phase.CLOSED
        self._receiver = Receiver()
        self.reachability.forget()

    def _rewind(self) -> None:
        self._flights.give_up()
        self._pieces.clear()
        self._encoder.abandon()
        self.queue.rewind()
        self._flush = True

    def _sign(self, now: float) -> SendFrame | SendKeepalive | SendBareKeepalive | None:
        """Return the sign of life that is due, or the keepalive for the NAT."""
        if self.phase is not Phase.OPEN:
            return None
        if self._must_show and not self._flights.count:
            return self._tell(now)
        if not self.link_up:  # each sign is a question then
            asks = not self._flights.count and now >= max(
                self._try_at, self.reachability.due_at(now, link_up=False)
            )
            return self._tell(now) if asks else None
        # A frame that waits for its answer is no sign of life when it is repeated: the expander
        # takes it for what it has had before.
        busy, undelivered = self._flights.count > 0, self.delivered < self.queue.stored
        match self.reachability.next_sign(now, busy=busy, undelivered=undelivered):
            case Sign.BARE:
                return SendBareKeepalive()
            case Sign.ALIVE:
                return SendKeepalive()
            case Sign.TELL:
                return self._tell(now)
            case None:
                return None

    def _tell(self, now: float) -> SendFrame:
        # The expander does not know what was sent before it: an answer without content speaks of
        # what is known here to be stored.
        known, first = self.queue.acknowledged, self.queue.first_unsent
        flight = Flight(first, known, self._state, self.queue.stored)
        sent = self._send(signs.encode(self.reachability.reach(now)), flight, now)
        self.reachability.note_told(sent.exchange, now)
        return sent
