"""The expander's end of one site: epoch, order, presence, the answers that frames wait for.

A frame is answered when its messages are stored, and a little later if the CSMS's answers to its
CALLs can go along (`held`).
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from laconic_codec import frame, registry
from laconic_codec.decoder import Decoder, is_adaptive
from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Coding, Direction, Fragment, Open, Opened
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallResultError, Send
from laconic_gateway.core.expander.arrival import (
    Arrival,
    checked_identity,
    may_be_express,
    record_of,
)
from laconic_gateway.core.expander.csms_socket import Present
from laconic_gateway.core.expander.downlink import Downlink
from laconic_gateway.core.expander.held import Held, HeldRequests
from laconic_gateway.core.expander.to_site import ToSite
from laconic_gateway.core.express import express_sequence, is_express, split_express
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.core.site.session import with_id
from laconic_gateway.core.stream import Receiver

PARKED_ANSWERS_MAX: Final = 1_000
"""Answers kept for a site until it opens an epoch; one charger waits for one at most."""


class SentDown(Enum):
    """What became of a message for a charger."""

    SENT = "it is on its way"
    PARKED = "it waits for an epoch and a channel"
    TOO_LATE = "nobody is there to take it"


@dataclass(slots=True)
class Association:
    """State of one site; `Expander` feeds it and acts on what it returns."""

    site: str
    stored: int = 0
    """Absolute sequence number of the last message in the outbox."""
    delivered: int = 0
    alive: bool = False
    """Whether the site was last said to be there; the lease may have ended since."""
    alive_until: float = 0.0
    epoch: int | None = None
    base: int = 0
    channels: dict[int, Bind] = field(default_factory=dict[int, Bind])
    downlink: Downlink = field(default_factory=lambda: Downlink(0))
    decoder: Decoder | None = None
    """Of this epoch."""
    receiver: Receiver = field(default_factory=Receiver)
    messages: int = 0
    """How many messages have arrived in this epoch, without the express ones."""
    express_messages: int = 0
    """How many express messages have arrived in this epoch."""
    items_stored: int = 0
    """How many items of this epoch are stored: the acknowledgement."""
    generations: dict[int, int] = field(default_factory=dict[int, int])
    """Highest generation of presence by channel: what was sent before may come after."""
    present: dict[str, tuple[int, Present]] = field(default_factory=dict[str, tuple[int, Present]])
    """By charger identity: the channel and how the charger is connected on it."""
    dispatched: int = 0
    """Absolute sequence number of the last message that went on from here."""
    asked: bool = False
    """A request for a new epoch is on its way to the site."""
    parked: deque[ToSite] = field(default_factory=lambda: deque[ToSite](maxlen=PARKED_ANSWERS_MAX))
    """Answers of the CSMS for which no epoch is open, or no channel bound in it yet."""
    unconfirmed: deque[tuple[int, ToSite]] = field(default_factory=deque[tuple[int, ToSite]])
    """Answers that were sent, each with its number in the downlink, until the site has them."""
    pending: deque[Arrival] = field(default_factory=deque[Arrival])
    """Arrivals that are not all stored yet."""
    held: HeldRequests = field(default_factory=HeldRequests)
    """Requests of the site that are not answered yet."""
    opening: tuple[int, Open] | None = None
    """An open frame and its request, until all that came before it is stored."""

    # --- epoch

    @property
    def is_settled(self) -> bool:
        """Tell whether all messages that have arrived are stored.

        Only then may an epoch begin: numbers mean other messages in the next one.
        """
        return self.stored >= self.base + self.messages - 1

    def postpone(self, request: int, received: Open) -> None:
        """Keep an open frame; until it is answered no epoch is open."""
        self.opening = (request, received)
        self.epoch = None

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
        self.epoch = received.epoch
        self.base = self.stored + 1
        self.channels.clear()
        self.present.clear()
        codings = Coding(received.codings & int(ALL_CODINGS))
        self.downlink = Downlink(received.epoch, codings, opened_at=now.monotonic)
        self.decoder = Decoder(Direction.UP, received.epoch)
        self.generations.clear()
        self.receiver = Receiver()
        self.messages = self.express_messages = self.items_stored = 0
        self.held.clear()
        self.parked.extend(action for _, action in self.unconfirmed)
        self.unconfirmed.clear()
        opened = Opened(received.epoch, self.stored, int(now.unix * 1000), int(codings))
        return frame.encode_opened(opened), jump

    def read(self, encoded: bytes) -> frame.Frame | None:
        """Return the frame in a site's request; None for a sign of life.

        Raises:
            FrameError: it is no frame, or was coded against a state that is not kept.
        """
        if not encoded:
            return None
        if self.epoch is not None and self.decoder is not None:
            return self.decoder.decode(encoded)
        try:
            return frame.decode(encoded, Direction.UP)
        except FrameError as error:
            if is_adaptive(encoded):
                raise FrameError(FrameFault.UNKNOWN_EPOCH, "no epoch is open") from error
            raise

    def accept(self, received: Batch | Fragment, now: Instant) -> list[Arrival]:
        """Return what arrived, in order.

        Raises:
            FrameError: UNKNOWN_EPOCH, UNKNOWN_CHANNEL or MALFORMED; a new epoch is needed.
        """
        if received.header.epoch != self.epoch:
            raise FrameError(FrameFault.UNKNOWN_EPOCH, f"epoch {received.header.epoch}")
        self.confirm(received.header.acknowledged, now.monotonic)
        counted = self.messages, self.express_messages
        try:
            return [self._arrive(item, now.unix) for _, item in self.receiver.accept(received)]
        except FrameError:
            # Nothing of the frame goes on: what was counted would be waited for, for ever.
            self.messages, self.express_messages = counted
            raise

    def confirm(self, count: int, now: float) -> None:
        """Take note of how many items of the downlink the site has."""
        self.downlink.acknowledge(count, now)
        while self.unconfirmed and self.unconfirmed[0][0] < count:
            self.unconfirmed.popleft()

    def _arrive(self, item: Item, now_unix: float) -> Arrival:
        assert self.epoch is not None
        sequence = self.base + self.messages
        if isinstance(item, Bind):
            checked_identity(item.path)
            self.channels[item.channel] = item
            return Arrival(sequence, self.epoch, item, item, None)
        bind = None if isinstance(item, Void) else self.bind_of(item.channel)
        if bind is not None and bind.express:
            return self._arrive_express(sequence, item, bind, now_unix)
        if isinstance(item, Presence):
            return Arrival(sequence, self.epoch, item, bind, None)
        self.messages += 1
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
        number = express_sequence(self.epoch, self.express_messages)
        self.express_messages += 1
        question = None
        if isinstance(item, MessageItem) and isinstance(item.message, Call):
            question = record_of(self.site, number, item, bind, now_unix)
        return Arrival(sequence, self.epoch, item, bind, None, question=question)

    def dispatchable(self) -> list[Arrival]:
        """Return the arrivals that go on now: whatever is stored, in order, each once."""
        ready: list[Arrival] = []
        while self.pending and self._may_go(self.pending[0]):
            arrival = self.pending.popleft()
            self.items_stored += arrival.counts and arrival.epoch == self.epoch
            if arrival.record is None:
                ready.append(arrival)
            elif arrival.sequence > self.dispatched:
                self.dispatched = arrival.sequence
                ready.append(arrival)
        return ready

    def _may_go(self, arrival: Arrival) -> bool:
        return arrival.record is None or arrival.sequence <= self.stored

    def announced(self, received: Open) -> list[Arrival]:
        """Return the items of an open frame as arrivals."""
        return [replace(self._arrive(item, 0.0), counts=False) for item in received.items]

    # --- presence

    def note_presence(self, item: Presence, bind: Bind, epoch: int) -> str:
        """Take note of a charger's presence; return its identity."""
        identity = checked_identity(bind.path)
        if item.generation <= self.generations.get(item.channel, 0):
            return identity  # overtaken by what happened later
        self.generations[item.channel] = item.generation
        if item.connected:
            # Generations count within an epoch; a new epoch means new connections.
            generation = (epoch << 32) | item.generation
            self.present[identity] = (
                item.channel,
                Present(bind.path, bind.version, bind.recreate_heartbeats, generation),
            )
        elif self.present.get(identity, (None,))[0] == item.channel:
            del self.present[identity]
        return identity

    def present_now(self, identity: str, now: float) -> Present | None:
        """Return how a charger is connected, if its site is alive."""
        if now >= self.alive_until or identity not in self.present:
            return None
        return self.present[identity][1]

    def channel_of(self, path: str, version: str, *, express: bool = False) -> int | None:
        """Return the channel that is bound to a charger in this epoch."""
        if self.epoch is None:
            return None
        for channel, bind in self.channels.items():
            if (bind.path, bind.version, bind.express) == (path, version, express):
                return channel
        return None

    def bind_of(self, channel: int) -> Bind:
        """Return what a channel stands for.

        Raises:
            FrameError: UNKNOWN_CHANNEL.
        """
        bind = self.channels.get(channel)
        if bind is None:
            raise FrameError(FrameFault.UNKNOWN_CHANNEL, f"channel {channel}")
        return bind

    # --- answers to frames

    @property
    def backlog(self) -> int:
        """Return how many stored messages the CSMS has not taken."""
        # Frames are stored in groups: the outbox may be ahead of what is known to be stored here.
        return max(0, self.dispatched - self.delivered)

    def hold(
        self, request: int, received: Batch | Fragment, arrivals: list[Arrival], now: float
    ) -> None:
        """Have a request answered when all that arrived is stored, and answered if possible."""
        newest = self.base + self.messages - 1
        self.held.add_frame(request, received, arrivals, newest, now)

    def hold_sign(self, request: int, now: float) -> None:
        """Have a confirmed sign answered. It brings nothing that would have to be stored."""
        self.held.add_sign(request, self.items_stored, now)

    def send_down(self, action: ToSite, expect: Callable[[int, str], None], now: float) -> SentDown:
        """Send a message of the CSMS to the charger.

        `expect(sequence, message id)` is called for a CALL, with its number in the downlink.
        """
        if action.answers is not None:
            return self._send_answer(action, action.answers, now)
        entry = self.present.get(action.key[1])
        if entry is None or self.epoch is None:
            return SentDown.TOO_LATE
        channel, message = entry[0], action.message
        if isinstance(message, CallResultError):
            self.downlink.add(MessageItem(channel, with_id(message, ""), action.complains or 0))
            return SentDown.SENT
        preserve = self.channels[channel].preserve_ids
        sequence = self.downlink.add(
            MessageItem(channel, message if preserve else with_id(message, ""))
        )
        if isinstance(message, Call):
            expect(sequence, message.message_id)
        return SentDown.SENT

    def _send_answer(self, action: ToSite, answered: Record, now: float) -> SentDown:
        """Send an answer on the channel of its CALL; the site knows whether it is still wanted."""
        if is_express(answered):
            return self._answer_question(action, answered, now)
        channel = self.channel_of(answered.path, answered.version)
        if channel is None:
            self.parked.append(action)
            return SentDown.PARKED
        reference = answered.sequence - self.base
        item = MessageItem(channel, with_id(action.message, ""), reference)
        self.answer(answered.sequence, item, action, now)
        return SentDown.SENT

    def _answer_question(self, action: ToSite, question: Record, now: float) -> SentDown:
        epoch, number = split_express(question.sequence)
        channel = self.channel_of(question.path, question.version, express=True)
        if channel is None or epoch != self.epoch:
            return SentDown.TOO_LATE  # the site asks again
        self.downlink.add(MessageItem(channel, with_id(action.message, ""), number))
        self.held.answered(question.sequence, now)
        return SentDown.SENT

    def answer(self, sequence: int, item: MessageItem, action: ToSite, now: float) -> None:
        """Send the answer to a CALL of the site down, if possible with a frame's answer.

        `action` is what to do again if an epoch ends before the site has confirmed the item.
        """
        self.unconfirmed.append((self.downlink.add(item), action))
        self.held.answered(sequence, now)

    def may_request(self, now: float) -> bool:
        """Tell whether a frame of our own may leave: no answer is due that would take it along."""
        return self.epoch is not None and not self.held and self.downlink.may_request(now)

    def due(self, now: float) -> list[tuple[int, bytes]]:
        """Return the requests that are to be answered now and their answers; forget them."""
        due = self.held.take_due(self.stored, now)
        return [(held.request, self._answer_to(held, now)) for held in due]

    def _answer_to(self, held: Held, now: float) -> bytes:
        """Return the answer to a frame; nothing at all if that says it.

        An empty answer means: all items through the end of the frame are stored, and the CSMS has
        taken all messages before it. So it is nearly always, and costs no byte.
        """
        said = self.items_stored == held.end and self.backlog <= held.messages
        if said and not self.downlink.has_unsent:
            return b""
        return self.downlink.answer(self.items_stored, self.backlog, now)

    def timer(self, now: float) -> float | None:
        """Return when something changes by itself: an answer, a repetition, the lease."""
        due = (self.held.timer(self.stored), self.downlink.timer(now))
        times = [time for time in due if time is not None]
        if now < self.alive_until:
            times.append(self.alive_until)
        return min(times, default=None)
