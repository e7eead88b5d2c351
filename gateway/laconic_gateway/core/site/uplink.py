"""The site's end of the association: what leaves for the expander, and what its answers say.

The expander's answers carry what it has stored and what the CSMS has taken. `Epoch` opens the
association, `FrameSender` makes frames and sends again what was lost, `FrameReader` reads those of
the expander, `Contact` knows whether it answers and which signs of life are due.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from laconic_codec import frame, issue, signs
from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.errors import FrameFault
from laconic_codec.frame import Batch, Coding, Direction, Fragment, Frame, Header, Opened, Refused
from laconic_codec.items import Bind, Item, Presence
from laconic_gateway.core.site.contact import Contact
from laconic_gateway.core.site.epoch import Epoch, Phase
from laconic_gateway.core.site.flights import Flight
from laconic_gateway.core.site.frame_reader import FrameReader
from laconic_gateway.core.site.frame_sender import FrameSender
from laconic_gateway.core.site.freshness import Freshness
from laconic_gateway.core.site.reachability import Reachability, Sign
from laconic_gateway.core.site.send_queue import SendQueue
from laconic_gateway.core.site.sendings import (
    SendBareKeepalive,
    SendFrame,
    Sending,
    SendKeepalive,
)

_Vouch: TypeAlias = Callable[[Batch | Fragment], None]


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
        """`epoch`, `states` and `codings` are those of `Epoch`."""
        self.queue = queue
        self.epoch = Epoch(epoch, queue.stored + 1, states=states, codings=codings)
        self.contact = Contact(reachability, random)
        self.freshness = Freshness()
        self.delivered = queue.stored
        """Absolute sequence number up to which the CSMS has taken everything."""
        self._frames = FrameSender(queue, epoch)
        self._reader = FrameReader(epoch)
        self._now = 0.0

    # --- what leaves

    def flush(self) -> None:
        """Have everything sent that waits."""
        self._frames.flush()

    def outgoing(self, now: float) -> list[Sending]:
        """Return what is to be sent now."""
        self._now = now
        if not self.contact.has_carrier:
            return []
        if self.epoch.phase is Phase.CLOSED and now >= self.contact.try_at:
            return [self._open(now)]
        if not self.epoch.is_open:
            return []
        sends: list[Sending] = []
        while self.contact.may_send(now, self._frames.on_their_way) and self._frames.has_next():
            sends += self._frames.next_frame(self._header(), now)
            self.contact.note_frame(now)
        sign = self._sign(now)
        return sends if sign is None else [*sends, sign]

    def timer(self) -> float | None:
        """Return when `outgoing` has something new to say, if nothing happens before."""
        if not self.contact.has_carrier or self.epoch.phase is Phase.OPENING:
            return None
        if self.epoch.phase is Phase.CLOSED:
            return self.contact.try_at
        frames = self._frames
        return self.contact.timer(self._now, frames.on_their_way, flushes=frames.flushes)

    def keepalive_due(self, now: float) -> bool:
        """Tell whether a sign of life is due that any frame would be as well."""
        return self.epoch.is_open and self.contact.keepalive_due(now)

    @property
    def expects_answers(self) -> bool:
        """Tell whether frames are on their way whose answers will probably come soon."""
        return self.contact.link_up and self._frames.on_their_way > 0

    def acknowledgement(self) -> bytes:
        """Return a frame that carries nothing but the header."""
        return frame.encode_batch(self._header(), [], Direction.UP)[0]

    def _header(self) -> Header:
        return Header(self.epoch.number, self.queue.first_unsent, self._reader.played)

    def _open(self, now: float) -> SendFrame:
        encoded = self.epoch.begin(self.delivered + 1, now)
        self._reader.begin_epoch(self.epoch.number)
        self.contact.note_frame(now)
        return self._frames.send_open(encoded, now)

    def _sign(self, now: float) -> SendFrame | SendKeepalive | SendBareKeepalive | None:
        """Return the sign of life that is due, or the keepalive for the NAT."""
        undelivered = self.delivered < self.queue.stored
        match self.contact.next_sign(now, self._frames.on_their_way, undelivered=undelivered):
            case Sign.BARE:
                return SendBareKeepalive()
            case Sign.ALIVE:
                return SendKeepalive()
            case Sign.TELL:
                reach = self.contact.reachability.reach(now)
                sent = self._frames.send_sign(signs.encode(reach), now)
                self.contact.note_told(sent.exchange, now)
                return sent
            case None:
                return None

    # --- what comes back

    def receive(self, exchange: int, encoded: bytes) -> Progress:
        """Take the answer to an exchange.

        Raises:
            FrameError: the answer is no frame. The exchange counts as failed.
        """
        flight = self._frames.ended(exchange)
        if flight is None:
            return Progress()
        self.contact.answered(exchange)
        is_current = self._frames.is_current(flight)
        if not encoded:
            return self._stored(flight) if is_current else Progress()
        played_before = self._reader.played
        received = self._reader.read(encoded)
        if received is None:
            if is_current:
                self._frames.rewind()  # what it acknowledged is not known
            return Progress()
        if is_current and not isinstance(received, Refused):
            self._frames.taken(flight)
        vouch = partial(self.freshness.answered, asked_at=flight.sent_at)
        progress = self._progress(received, vouch)
        if progress.refused is not None and not is_current:
            return Progress()  # of several frames in flight each is refused; one is enough
        if is_current and self.epoch.is_open and self._frames.is_stuck():
            self._frames.rewind()
        if isinstance(received, Batch | Fragment) and is_current:
            header = received.header
            if header.acknowledged < flight.first or header.first > played_before:
                return replace(progress, overdue=self._frames.sent_before(exchange))
        return progress

    def _stored(self, flight: Flight) -> Progress:
        """Take an answer without content: all is stored that came, and all before delivered."""
        self._frames.taken(flight)
        self.contact.progressed()
        self.queue.acknowledge(flight.end)
        self.delivered = self.queue.delivered(flight.before)
        return Progress()

    def receive_request(self, payload: bytes, now: float) -> Progress:
        """Take a frame that the expander sent by itself, with or without a mark.

        Raises:
            FrameError: it is no frame.
        """
        seconds, encoded = issue.split(payload)
        received = self._reader.read(encoded)
        vouch = partial(self.freshness.requested, seconds=seconds, now=now)
        return Progress() if received is None else self._progress(received, vouch)

    def _progress(self, received: Frame, vouch: _Vouch) -> Progress:
        match received:
            case Opened():
                return self._opened(received)
            case Refused():
                return Progress(refused=received.fault)
            case Batch() | Fragment():
                return self._advance(received, vouch)
            case _:  # an open frame is none for a site
                return Progress()

    def _opened(self, opened: Opened) -> Progress:
        codings = self.epoch.opened(opened)
        if codings is None:
            return Progress()
        self._frames.begin_epoch(self.epoch.number, codings)
        return Progress(opened=opened)

    def _advance(self, received: Batch | Fragment, vouch: _Vouch) -> Progress:
        header = received.header
        if not self.epoch.is_open or header.epoch != self.epoch.number:
            return Progress()
        if header.acknowledged > self.queue.numbered:
            return Progress()
        self.contact.progressed()
        self.queue.acknowledge(header.acknowledged)
        self.delivered = self.queue.delivered(self.queue.stored - header.backlog)
        if isinstance(received, Batch) and not received.items:
            return Progress()
        vouch(received)
        carried = received.items if isinstance(received, Batch) else ()
        return Progress(self._reader.play(received), carried=carried)

    def fail(self, exchange: int, now: float) -> bool:
        """Take note that an exchange got no answer; return whether it says the link is down."""
        self.contact.unanswered(exchange)
        flight = self._frames.ended(exchange)
        if flight is None or not self._frames.is_current(flight):
            return False
        self.contact.lost(now)
        self._frames.rewind()
        if self.epoch.phase is Phase.OPENING:
            # The expander may have opened it: what it sent since must not count in the next one.
            self._leave_epoch()
        return True

    def close(self, now: float, wait: bool) -> None:
        """Give up the epoch; the next one begins at once or after a back-off."""
        self._leave_epoch()
        self.contact.closed(now, wait=wait)
        self._frames.rewind()

    def _leave_epoch(self) -> None:
        self.epoch.leave()
        self._reader.leave_epoch()
        self.contact.reachability.forget()
