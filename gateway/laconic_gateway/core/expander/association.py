"""The expander's end of one site: its epoch, and the order of what arrives in it.

What arrives goes on when it is stored. `Channels` knows whom it is about, `SiteSender` what goes
down, `SiteReach` whether the site is there.
"""

from collections import deque
from dataclasses import replace

from laconic_codec import frame, registry
from laconic_codec.decoder import Decoder, is_adaptive
from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Coding, Direction, Fragment, Open, Opened
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, Send
from laconic_gateway.core.expander.arrival import Arrival, may_be_express, record_of
from laconic_gateway.core.expander.channels import Channels
from laconic_gateway.core.expander.csms_socket import Present
from laconic_gateway.core.expander.downlink import Downlink
from laconic_gateway.core.expander.reach import SiteReach
from laconic_gateway.core.expander.site_sender import SiteSender
from laconic_gateway.core.express import express_sequence
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.core.stream import Receiver


class Association:
    """State of one site; `Sites` feeds it and acts on what it returns."""

    def __init__(self, site: str, reach: SiteReach, *, stored: int = 0, delivered: int = 0) -> None:
        self.site = site
        self.reach = reach
        self.channels = Channels()
        self.sender = SiteSender(self.channels)
        self.stored = stored
        """Absolute sequence number of the last message in the outbox."""
        self.delivered = delivered
        """Absolute sequence number up to which the CSMS has taken everything."""
        self.dispatched = stored
        """Absolute sequence number of the last message that went on from here."""
        self.base = 0
        """Absolute sequence number of message 0 of the epoch."""
        self.items_stored = 0
        """How many items of this epoch are stored: the acknowledgement."""
        self.opening: tuple[int, Open] | None = None
        """An open frame and its request, until all that came before it is stored."""
        self._decoder: Decoder | None = None
        """Of this epoch."""
        self._receiver = Receiver()
        self._messages = 0
        """How many messages have arrived in this epoch, without the express ones."""
        self._express_messages = 0
        """How many express messages have arrived in this epoch."""
        self._pending: deque[Arrival] = deque()
        """Arrivals that are not all stored yet."""

    # --- epoch

    @property
    def epoch(self) -> int | None:
        """Return the epoch that is open."""
        return self.channels.epoch

    @property
    def is_settled(self) -> bool:
        """Tell whether all messages that have arrived are stored.

        Only then may an epoch begin: numbers mean other messages in the next one.
        """
        return self.stored >= self._newest

    @property
    def _newest(self) -> int:
        """Return the absolute sequence number of the last message that has arrived."""
        return self.base + self._messages - 1

    def postpone(self, request: int, received: Open) -> None:
        """Keep an open frame; until it is answered no epoch is open."""
        self.opening = (request, received)
        self.end_epoch()

    def end_epoch(self) -> None:
        """Take nothing more until the site opens another epoch."""
        self.channels.end()

    def open(self, received: Open, now: Instant) -> tuple[bytes, int | None]:
        """Begin an epoch; return the answer and, if the stored cursor must jump, where to.

        Raises:
            FrameError: UNKNOWN_REGISTRY.
        """
        if received.registry != registry.FINGERPRINT:
            raise FrameError(FrameFault.UNKNOWN_REGISTRY, f"registry {received.registry.hex()}")
        jump = None
        if self.stored + 1 < received.oldest:
            jump = self.stored = self.delivered = self.dispatched = received.oldest - 1
        self.opening = None
        self.base = self.stored + 1
        self.channels.begin(received.epoch)
        codings = Coding(received.codings & int(ALL_CODINGS))
        downlink = Downlink(received.epoch, codings, opened_at=now.monotonic)
        self.sender.begin_epoch(downlink, self.base)
        self._decoder = Decoder(Direction.UP, received.epoch)
        self._receiver = Receiver()
        self._messages = self._express_messages = self.items_stored = 0
        opened = Opened(received.epoch, self.stored, int(now.unix * 1000), int(codings))
        return frame.encode_opened(opened), jump

    def read(self, encoded: bytes) -> frame.Frame | None:
        """Return the frame in a site's request; None for a sign of life.

        Raises:
            FrameError: it is no frame, or was coded against a state that is not kept.
        """
        if not encoded:
            return None
        if self.epoch is not None and self._decoder is not None:
            return self._decoder.decode(encoded)
        try:
            return frame.decode(encoded, Direction.UP)
        except FrameError as error:
            if is_adaptive(encoded):
                raise FrameError(FrameFault.UNKNOWN_EPOCH, "no epoch is open") from error
            raise

    # --- what arrives

    def accept(self, received: Batch | Fragment, now: Instant) -> list[Arrival]:
        """Return what arrived, in order; `dispatchable` returns it again when it may go on.

        Raises:
            FrameError: UNKNOWN_EPOCH, UNKNOWN_CHANNEL or MALFORMED; a new epoch is needed.
        """
        if received.header.epoch != self.epoch:
            raise FrameError(FrameFault.UNKNOWN_EPOCH, f"epoch {received.header.epoch}")
        self.sender.confirm(received.header.acknowledged, now.monotonic)
        counted = self._messages, self._express_messages
        try:
            played = self._receiver.accept(received)
            arrivals = [self._arrive(item, now.unix) for _, item in played]
        except FrameError:
            # Nothing of the frame goes on: what was counted would be waited for, for ever.
            self._messages, self._express_messages = counted
            raise
        self._pending.extend(arrivals)
        return arrivals

    def announce(self, received: Open) -> None:
        """Have the items of an open frame go on, like arrivals that have no number."""
        arrivals = [replace(self._arrive(item, 0.0), counts=False) for item in received.items]
        self._pending.extend(arrivals)

    def _arrive(self, item: Item, now_unix: float) -> Arrival:
        assert self.epoch is not None
        sequence = self.base + self._messages
        if isinstance(item, Bind):
            self.channels.bind(item)
            return Arrival(sequence, self.epoch, item, item, None)
        bind = None if isinstance(item, Void) else self.channels.bind_of(item.channel)
        if bind is not None and bind.express:
            return self._arrive_express(sequence, item, bind, now_unix)
        if isinstance(item, Presence):
            return Arrival(sequence, self.epoch, item, bind, None)
        self._messages += 1
        record = Record(sequence, RecordKind.VOID, "", "", "1.6")
        if bind is not None and isinstance(item, MessageItem):
            if isinstance(item.message, Call | Send):
                record = record_of(self.site, sequence, item, bind, now_unix)
        return Arrival(sequence, self.epoch, item, bind, record)

    def _arrive_express(self, sequence: int, item: Item, bind: Bind, now_unix: float) -> Arrival:
        """Return an item of an express channel (wire profile 7.6); it is stored nowhere."""
        assert self.epoch is not None
        if not may_be_express(item):
            raise FrameError(FrameFault.MALFORMED, "this does not go on an express channel")
        number = express_sequence(self.epoch, self._express_messages)
        self._express_messages += 1
        question = None
        if isinstance(item, MessageItem) and isinstance(item.message, Call):
            question = record_of(self.site, number, item, bind, now_unix)
        return Arrival(sequence, self.epoch, item, bind, None, question=question)

    def dispatchable(self) -> list[Arrival]:
        """Return the arrivals that go on now: whatever is stored, in order, each once."""
        ready: list[Arrival] = []
        while self._pending and self._may_go(self._pending[0]):
            arrival = self._pending.popleft()
            self.items_stored += arrival.counts and arrival.epoch == self.epoch
            if arrival.record is None:
                ready.append(arrival)
            elif arrival.sequence > self.dispatched:
                self.dispatched = arrival.sequence
                ready.append(arrival)
        return ready

    def _may_go(self, arrival: Arrival) -> bool:
        return arrival.record is None or arrival.sequence <= self.stored

    def present_now(self, identity: str, now: float) -> Present | None:
        """Return how a charger is connected, if its site is alive."""
        return self.channels.present(identity) if self.reach.has_lease(now) else None

    # --- what goes down

    @property
    def backlog(self) -> int:
        """Return how many stored messages the CSMS has not taken."""
        # Frames are stored in groups: the outbox may be ahead of what is known to be stored here.
        return max(0, self.dispatched - self.delivered)

    def hold(
        self, request: int, received: Batch | Fragment, arrivals: list[Arrival], now: float
    ) -> None:
        """Have a request answered when all that arrived is stored, and answered if possible."""
        self.sender.hold(request, received, arrivals, self._newest, now)

    def hold_sign(self, request: int, now: float) -> None:
        """Have a confirmed sign answered."""
        self.sender.hold_sign(request, self.items_stored, now)

    def due(self, now: float) -> list[tuple[int, bytes]]:
        """Return the requests that are to be answered now and their answers; forget them."""
        return self.sender.due(self.stored, self.items_stored, self.backlog, now)

    def empty_frame(self, now: float) -> bytes:
        """Return a frame that carries no item: there is none that waits to be sent."""
        return self.sender.downlink.answer(self.items_stored, self.backlog, now)

    def request_frame(self, exchange: int, now: float) -> bytes:
        """Return the frame for a request of our own, with what waits to be sent."""
        return self.sender.downlink.request(exchange, self.items_stored, self.backlog, now)

    def timer(self, now: float) -> float | None:
        """Return when something changes by itself: an answer, a repetition, a sign, the lease."""
        reach = self.reach
        due = (self.sender.timer(self.stored, now), reach.timer(), reach.lease_end(now))
        return min((time for time in due if time is not None), default=None)
