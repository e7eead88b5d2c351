"""The two ends of a stream of frames, as the gateway and the expander use the codec.

The sender numbers items and repeats what was not acknowledged. The receiver plays each item once,
in the order of the numbers. Between them is nothing: whoever uses them carries frames and receipts.

Each end also keeps a model of its state: the number of the committing frame that made it. A frame
must be accepted exactly if the other end still has the state that it was coded against.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from laconic_codec.decoder import Decoder
from laconic_codec.encoder import ALL_CODINGS, Encoded, Encoder
from laconic_codec.frame import Batch, Coding, Direction, Fragment, Header
from laconic_codec.items import Item
from laconic_gateway.core.stream import Receiver

FRAME_ITEMS_MAX: Final = 12

NEW: Final = -1
"""Stands for the state that an epoch begins with."""
NONE: Final = -2
"""Stands for a state that is not kept."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A frame on its way."""

    number: int
    """Counts the frames of a sender."""
    epoch: int
    first: int
    items: tuple[Item, ...]
    datagrams: tuple[bytes, ...]
    """One; of an item in fragments, several."""
    coding: Coding
    commits: bool
    base: int
    """The state that it was coded against."""
    attempt: int
    """Which of the committing frames against that state it is."""


class Sender:
    """Has items to send, and repeats frames until there is a receipt."""

    def __init__(self, direction: Direction, codings: Coding = ALL_CODINGS) -> None:
        self.direction = direction
        self.codings = codings
        self.encoder = Encoder(direction, 1, codings=codings)
        self.state = NEW
        self.waiting: list[Item] = []
        """Items without a number."""
        self.numbered: list[Item] = []
        """All items of this epoch that have a number, in its order."""
        self.unacknowledged: dict[int, Sent] = {}
        """By number of the frame."""
        self._frames = 0
        self._written = (self.encoder.export(), NEW)

    @property
    def may_commit(self) -> bool:
        """Tell whether a committing frame may leave now.

        The other end keeps two states: nothing may be on its way that was coded against an older
        one than the present.
        """
        on_their_way = self.unacknowledged.values()
        return not self.encoder.pending and all(sent.base == self.state for sent in on_their_way)

    def send(self, acknowledged: int, backlog: int, commit: bool) -> Sent:
        """Return a frame with the first of the waiting items."""
        header = Header(self.encoder.epoch, len(self.numbered), acknowledged, backlog)
        given = self.waiting[:FRAME_ITEMS_MAX]
        encoded = self.encoder.encode(header, given, commit=commit)
        items = tuple(given[place] for place in encoded.order) or (given[0],)
        self.waiting = self.waiting[len(items) :]
        self.numbered += items
        return self._sent(header, items, encoded)

    def resend(self, number: int, commit: bool) -> list[Sent]:
        """Give a frame up; return frames with the same items under the same numbers."""
        given_up = self.unacknowledged.pop(number)
        if given_up.commits:
            self.encoder.abandon()
        items, first = given_up.items, given_up.first
        made: list[Sent] = []
        while items:
            header = Header(self.encoder.epoch, first, 0, 0)
            encoded = self.encoder.encode(header, items, commit=commit and self.may_commit)
            # They have been in this order before: another one would give them other numbers.
            assert encoded.order == tuple(range(len(encoded.order)))
            count = len(encoded.order) or 1
            made.append(self._sent(header, items[:count], encoded))
            items, first = items[count:], first + count
        return made

    def receipt(self, number: int) -> None:
        """Take note that the other end has a frame."""
        sent = self.unacknowledged.pop(number, None)
        if sent is not None and sent.commits:
            self.encoder.acknowledge()
            self.state = number

    def write(self) -> None:
        """Write down the acknowledged state."""
        self._written = (self.encoder.export(), self.state)

    def restart(self) -> list[Sent]:
        """Begin again from what was written; return all frames on their way, coded again."""
        exported, self.state = self._written
        self.encoder = Encoder.restore(self.direction, exported)
        old = sorted(self.unacknowledged, key=lambda number: self.unacknowledged[number].first)
        return [sent for number in old for sent in self.resend(number, commit=False)]

    def begin_epoch(self, delivered: int) -> None:
        """Forget all that was learned; items that were not delivered get new numbers."""
        self.waiting = [*self.numbered[delivered:], *self.waiting]
        self.numbered, self.unacknowledged = [], {}
        self.encoder = Encoder(self.direction, self.encoder.epoch + 1, codings=self.codings)
        self.state = NEW
        self.write()

    def _sent(self, header: Header, items: Sequence[Item], encoded: Encoded) -> Sent:
        datagrams = [encoded.frame]
        if not encoded.order:
            assert not encoded.commits
            datagrams = self.encoder.encode_fragments(header, items[0])
        sent = Sent(
            self._frames,
            header.epoch,
            header.first,
            tuple(items),
            tuple(datagrams),
            encoded.coding,
            encoded.commits,
            self.state,
            self.encoder.attempts - 1 if encoded.commits else 0,
        )
        self._frames += 1
        self.unacknowledged[sent.number] = sent
        return sent


class End:
    """Receives frames and plays items."""

    def __init__(self, direction: Direction) -> None:
        self.direction = direction
        self.decoder = Decoder(direction, 1)
        self.played: list[Item] = []
        """All of this epoch."""
        self.state, self._before = NEW, NONE
        self._attempt = 0
        """Which one made the state."""
        self._receiver = Receiver()
        self._written = (self.decoder.export(), NEW)

    def must_accept(self, sent: Sent) -> bool:
        """Tell whether a frame was coded against a state that is kept."""
        if Coding.ADAPTIVE not in sent.coding:
            return True
        return sent.epoch == self.decoder.epoch and sent.base in (self.state, self._before)

    def receive(self, sent: Sent, place: int = 0) -> None:
        """Read one of a frame's datagrams and play what is next.

        Raises:
            FrameError: it is refused.
        """
        frame = self.decoder.decode(sent.datagrams[place])
        assert isinstance(frame, Batch | Fragment)
        if isinstance(frame, Batch):
            assert frame.items == sent.items
        assert (frame.header.epoch, frame.header.first) == (sent.epoch, sent.first)
        if self._moves(sent):
            self._move(sent)
        if sent.epoch == self.decoder.epoch:
            self.played += [item for _, item in self._receiver.accept(frame)]

    def fail_to_store(self, sent: Sent) -> None:
        """Read a frame of one datagram, and take it back.

        Raises:
            FrameError: it is refused.
        """
        before = self.decoder.state_digest
        self.decoder.decode(sent.datagrams[0])
        if not self._moves(sent):
            return
        if self.decoder.state_digest == before:
            # It came again: what it says was stored when it came first.
            self._move(sent)
        else:
            self.decoder.rollback()
            self.state, self._before = sent.base, NONE

    def _moves(self, sent: Sent) -> bool:
        return sent.commits and (sent.base == self.state or sent.attempt >= self._attempt)

    def _move(self, sent: Sent) -> None:
        self.state, self._before, self._attempt = sent.number, sent.base, sent.attempt

    def write(self) -> None:
        """Write down the state."""
        self._written = (self.decoder.export(), self.state)

    def restart(self) -> list[Sent]:
        """Begin again from what was written; there is nothing to send."""
        exported, self.state = self._written
        self._before = NONE
        self.decoder = Decoder.restore(self.direction, exported)
        return []

    def begin_epoch(self) -> None:
        """Begin an epoch, as the sender does."""
        self.decoder = Decoder(self.direction, self.decoder.epoch + 1)
        self.played = []
        self.state, self._before = NEW, NONE
        self._receiver = Receiver()
        self.write()


def by_channel(items: Sequence[Item]) -> dict[int, list[Item]]:
    """Return the items of each channel, in order; a void has channel 0."""
    channels: dict[int, list[Item]] = {}
    for item in items:
        channels.setdefault(getattr(item, "channel", 0), []).append(item)
    return channels
