"""What goes down to one site: messages of the CSMS for its chargers, and answers to its requests.

A frame is answered when its messages are stored, and a little later if the CSMS's answers to its
CALLs can go along (`held`). What finds no answer to go with leaves in a request of our own.
"""

from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Final

from laconic_codec.frame import Batch, Fragment
from laconic_codec.items import MessageItem
from laconic_codec.messages import Call, CallResultError
from laconic_gateway.core.expander.arrival import Arrival
from laconic_gateway.core.expander.channels import Channels
from laconic_gateway.core.expander.downlink import Downlink
from laconic_gateway.core.expander.held import Held, HeldRequests
from laconic_gateway.core.expander.to_site import ToSite
from laconic_gateway.core.express import is_express, split_express
from laconic_gateway.core.records import Record
from laconic_gateway.core.site.session import with_id

PARKED_ANSWERS_MAX: Final = 1_000
"""Answers kept for a site until it opens an epoch; one charger waits for one at most."""


class SentDown(Enum):
    """What became of a message for a charger."""

    SENT = "it is on its way"
    PARKED = "it waits for an epoch and a channel"
    TOO_LATE = "nobody is there to take it"


class SiteSender:
    """Puts messages on their channels, and knows which requests of the site wait."""

    def __init__(self, channels: Channels) -> None:
        self.downlink = Downlink(0)
        """Of this epoch."""
        self._channels = channels
        self._base = 0
        """Absolute sequence number of the site's message 0 of the epoch."""
        self._parked: deque[ToSite] = deque(maxlen=PARKED_ANSWERS_MAX)
        """Answers of the CSMS for which no epoch is open, or no channel bound in it yet."""
        self._unconfirmed: deque[tuple[int, ToSite]] = deque()
        """Answers that were sent, each with its number in the downlink, until the site has them."""
        self._held = HeldRequests()
        """Requests of the site that are not answered yet."""

    def begin_epoch(self, downlink: Downlink, base: int) -> None:
        """Begin an epoch: what the site has not confirmed in the one before is to be sent again."""
        self.downlink = downlink
        self._base = base
        self._held.clear()
        self._parked.extend(action for _, action in self._unconfirmed)
        self._unconfirmed.clear()

    def confirm(self, count: int, now: float) -> None:
        """Take note of how many items of the downlink the site has."""
        self.downlink.acknowledge(count, now)
        while self._unconfirmed and self._unconfirmed[0][0] < count:
            self._unconfirmed.popleft()

    # --- messages of the CSMS

    def send(self, action: ToSite, expect: Callable[[int, str], None], now: float) -> SentDown:
        """Send a message of the CSMS to the charger.

        `expect(sequence, message id)` is called for a CALL, with its number in the downlink.
        """
        if action.answers is not None:
            return self._send_answer(action, action.answers, now)
        bind = self._channels.reached_by(action.key[1])
        if bind is None:
            return SentDown.TOO_LATE
        channel, message = bind.channel, action.message
        if isinstance(message, CallResultError):
            self.downlink.add(MessageItem(channel, with_id(message, ""), action.complains or 0))
            return SentDown.SENT
        sent = message if bind.preserve_ids else with_id(message, "")
        sequence = self.downlink.add(MessageItem(channel, sent))
        if isinstance(message, Call):
            expect(sequence, message.message_id)
        return SentDown.SENT

    def take_parked(self) -> list[ToSite]:
        """Return the answers that had no way to the site, to be sent again; forget them."""
        parked = list(self._parked)
        self._parked.clear()
        return parked

    def _send_answer(self, action: ToSite, answered: Record, now: float) -> SentDown:
        """Send an answer on the channel of its CALL; the site knows whether it is still wanted."""
        if is_express(answered):
            return self._answer_question(action, answered, now)
        channel = self._channels.channel_of(answered.path, answered.version)
        if channel is None:
            self._parked.append(action)
            return SentDown.PARKED
        item = MessageItem(channel, with_id(action.message, ""), answered.sequence - self._base)
        self._unconfirmed.append((self.downlink.add(item), action))
        self._held.answered(answered.sequence, now)
        return SentDown.SENT

    def _answer_question(self, action: ToSite, question: Record, now: float) -> SentDown:
        epoch, number = split_express(question.sequence)
        channel = self._channels.channel_of(question.path, question.version, express=True)
        if channel is None or epoch != self._channels.epoch:
            return SentDown.TOO_LATE  # the site asks again
        self.downlink.add(MessageItem(channel, with_id(action.message, ""), number))
        self._held.answered(question.sequence, now)
        return SentDown.SENT

    # --- frames

    def hold(
        self,
        request: int,
        received: Batch | Fragment,
        arrivals: list[Arrival],
        newest: int,
        now: float,
    ) -> None:
        """Have a request answered when all that arrived is stored, and answered if possible.

        `newest` is the last message that has arrived.
        """
        self._held.add_frame(request, received, arrivals, newest, now)

    def hold_sign(self, request: int, items_stored: int, now: float) -> None:
        """Have a confirmed sign answered. It brings nothing that would have to be stored."""
        self._held.add_sign(request, items_stored, now)

    def due(
        self, stored: int, items_stored: int, backlog: int, now: float
    ) -> list[tuple[int, bytes]]:
        """Return the requests that are to be answered now and their answers; forget them.

        `stored`, `items_stored` and `backlog` are those of `Association`.
        """
        due = self._held.take_due(stored, now)
        return [(held.request, self._answer_to(held, items_stored, backlog, now)) for held in due]

    def _answer_to(self, held: Held, items_stored: int, backlog: int, now: float) -> bytes:
        """Return the answer to a frame; nothing at all if that says it.

        An empty answer means: all items through the end of the frame are stored, and the CSMS has
        taken all messages before it. So it is nearly always, and costs no byte.
        """
        said = items_stored == held.end and backlog <= held.messages
        if said and not self.downlink.has_unsent:
            return b""
        return self.downlink.answer(items_stored, backlog, now)

    def may_request(self, now: float) -> bool:
        """Tell whether a frame of our own may leave: no answer is due that would take it along."""
        is_open = self._channels.epoch is not None
        return is_open and not self._held and self.downlink.may_request(now)

    def timer(self, stored: int, now: float) -> float | None:
        """Return when something changes by itself: an answer, a repetition."""
        due = (self._held.timer(stored), self.downlink.timer(now))
        return min((time for time in due if time is not None), default=None)
