"""The expander's sending end towards one site: items in order until the site has them.

An item travels in the answer to a frame of the site if one is due, else in a request of the
expander's own. An answer needs no acknowledgement of its own, which would cost a datagram: a site
that did not get it repeats its request. What the site turns out not to have is sent again.
"""

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Final

from laconic_codec import issue
from laconic_codec.encoder import Encoder
from laconic_codec.frame import Coding, Direction, Header
from laconic_codec.items import Item, Void
from laconic_gateway.core.lateness import is_harmful

RESEND_SECONDS: Final = 10.0
"""A frame of the site that lacks what travelled in an answer so long before shows that it was lost.
A request that failed is made again after this time."""

PAUSE_SECONDS: Final = 1.0
"""Before a frame is made again for a site that has it and did not take it."""

SILENT_RESEND_SECONDS: Final = 300.0
"""An item that travelled in an answer is sent again after so long without any frame of the site."""

IN_FLIGHT_MAX: Final = 2
"""Requests to one site at the same time."""


@dataclass(frozen=True, slots=True)
class _Sent:
    through: int
    at: float


@dataclass(frozen=True, slots=True)
class _Flight:
    """A request under way."""

    first: int
    """Number of its first item."""
    through: int
    """Number after its last one; that of the item itself if more pieces of it follow."""


class Downlink:
    """Numbers, keeps and repeats the items of one epoch.

    Items keep the order in which they were added: a frame takes those whose channels ascend, since
    it would group the others. Of the frames on their way one may commit, see `FrameSender`.
    """

    def __init__(
        self, epoch: int, codings: Coding = Coding.CBOR, *, opened_at: float = 0.0
    ) -> None:
        """`opened_at` is when the epoch began, on the monotonic clock."""
        self.epoch = epoch
        self._opened_at = opened_at
        self._encoder = Encoder(Direction.DOWN, epoch, codings=codings)
        self._commits_through: int | None = None
        """Number after the last item of the committing frame that is on its way."""
        self._commits_by: int | None = None
        """The exchange that alone tells that it has arrived; None: its items tell it."""
        self._uncommitted_through = 0
        """The same of the other frames that were coded against the present state."""
        self._acknowledged = 0
        self._cursor = 0
        """Number of the next item to send."""
        self._waiting: deque[Item] = deque()  # from number `_acknowledged` on
        self._sent: _Sent | None = None
        self._fragments: deque[bytes] = deque()
        self._flights: dict[int, _Flight] = {}  # by exchange
        self._rests_until = 0.0

    @property
    def has_unsent(self) -> bool:
        """Tell whether something waits to be sent."""
        return bool(self._fragments) or self._cursor < self._acknowledged + len(self._waiting)

    @property
    def is_done(self) -> bool:
        """Tell whether the site has everything."""
        return not self._waiting

    def add(self, item: Item) -> int:
        """Append an item; return its sequence number."""
        self._waiting.append(item)
        return self._acknowledged + len(self._waiting) - 1

    def withdraw(self, sequence: int) -> None:
        """Take back an item: if the site does not have it yet, it gets nothing in its place."""
        index = sequence - self._acknowledged
        if 0 <= index < len(self._waiting):
            self._waiting[index] = Void()

    @property
    def exchanges(self) -> list[int]:
        """Return the requests under way."""
        return list(self._flights)

    def exchanges_with(self, sequence: int) -> list[int]:
        """Return the requests under way that may carry an item which the site may not have."""
        if sequence < self._acknowledged:
            return []
        return [exchange for exchange, flight in self._flights.items() if flight.first <= sequence]

    def has_arrived(self, exchange: int) -> bool:
        """Tell whether the site has said elsewhere that it has what a request carries."""
        flight = self._flights.get(exchange)
        return flight is not None and self._acknowledged >= flight.through

    def answer(self, stored: int, backlog: int, now: float) -> bytes:
        """Return the frame that answers one of the site, with what waits if it fits."""
        return self._frame(None, stored, backlog, now)[0]

    def may_request(self, now: float) -> bool:
        """Tell whether a request of our own may leave now."""
        rested = now >= self._rests_until
        return rested and self.has_unsent and len(self._flights) < IN_FLIGHT_MAX

    def request(self, exchange: int, stored: int, backlog: int, now: float) -> bytes:
        """Return the frame for a request of our own, with a mark if it must not come late."""
        if not self._fragments:
            first = self._cursor
            encoded, taken = self._frame(exchange, stored, backlog, now)
            if taken:
                self._flights[exchange] = _Flight(first, self._cursor)
                return self._marked(encoded, first, now)
            pieces = self._encoder.encode_fragments(self._header(stored, backlog), self._next())
            self._fragments.extend(pieces)
            self._advance(1, now)
        piece, item = self._fragments.popleft(), self._cursor - 1
        self._flights[exchange] = _Flight(item, item if self._fragments else self._cursor)
        self._sent = _Sent(self._cursor, now)
        return self._marked(piece, item, now)

    def _marked(self, encoded: bytes, first: int, now: float) -> bytes:
        """Return a frame that was made now, with a mark if the site must know its age."""
        begin, end = first - self._acknowledged, self._cursor - self._acknowledged
        if any(map(is_harmful, islice(self._waiting, max(0, begin), end))):
            return issue.mark(int(now - self._opened_at), encoded)
        return encoded

    def acknowledge(self, count: int, now: float) -> None:
        """Forget the first `count` items of the epoch: the site has them, and had no more now."""
        if count > self._acknowledged + len(self._waiting):
            return  # no such items were ever sent
        while self._acknowledged < count:
            self._waiting.popleft()
            self._acknowledged += 1
        self._cursor = max(self._cursor, self._acknowledged)
        if self._commits_by is None:
            self._learn()
        if self._sent is not None and self._acknowledged >= self._sent.through:
            self._sent = None
        self._resend_if_lost(now, RESEND_SECONDS)

    def _learn(self) -> None:
        if self._commits_through is not None and self._acknowledged >= self._commits_through:
            self._encoder.acknowledge()
            self._commits_through = self._commits_by = None

    def finish(self, exchange: int, now: float) -> list[int]:
        """Take note that a request was answered; return the exchanges that are overdue.

        A site that has this frame and lacks what was sent before it has lost that. One that lacks
        what was in it was not ready for it.
        """
        if exchange == self._commits_by:
            self._learn()
        flight = self._flights.pop(exchange, _Flight(0, 0))
        if self._acknowledged >= flight.through:
            return []
        overdue = [o for o, other in self._flights.items() if other.first < flight.through]
        if not overdue:
            # What went with an answer is lost, or nobody can say why; nothing repeats it by itself.
            self._rewind()
            self._rests_until = now + PAUSE_SECONDS if self._acknowledged >= flight.first else 0.0
        return overdue

    def fail(self, exchange: int, now: float) -> None:
        """Take note that a request was not answered; what is not acknowledged waits again."""
        if exchange in self._flights:
            del self._flights[exchange]
            self._rests_until = now + RESEND_SECONDS
            self._rewind()

    def timer(self, now: float) -> float | None:
        """Return when `handle_timer` wants to be called, or a request of our own may leave."""
        if self._flights:
            return None
        if self.has_unsent:
            return self._rests_until if now < self._rests_until else None
        return None if self._sent is None else self._sent.at + SILENT_RESEND_SECONDS

    def handle_timer(self, now: float) -> None:
        """Send again what was not acknowledged in time."""
        self._resend_if_lost(now, SILENT_RESEND_SECONDS)

    def _resend_if_lost(self, now: float, after_seconds: float) -> None:
        if self._sent is None or self._flights or self.has_unsent:
            return
        if now >= self._sent.at + after_seconds:
            self._rewind()

    def _rewind(self) -> None:
        self._cursor = self._acknowledged
        self._fragments.clear()
        self._sent = None
        self._encoder.abandon()
        self._commits_through = self._commits_by = None

    def _header(self, stored: int, backlog: int) -> Header:
        return Header(self.epoch, self._cursor, stored, backlog)

    def _next(self) -> Item:
        return self._waiting[self._cursor - self._acknowledged]

    def _frame(
        self, exchange: int | None, stored: int, backlog: int, now: float
    ) -> tuple[bytes, int]:
        """Return a frame for a request of our own, or for the answer to one of the site."""
        given = [] if self._fragments else self._ascending()
        is_repeated = self._encoder.attempts > 0
        commit = self._may_commit() and (exchange is not None or not is_repeated)
        made = self._encoder.encode(self._header(stored, backlog), given, commit=commit)
        taken = len(made.order)
        if made.commits:
            self._commits_through = self._cursor + taken
            self._commits_by = exchange if is_repeated else None
        elif taken and made.coding is Coding.ADAPTIVE:
            self._uncommitted_through = self._cursor + taken
        self._advance(taken, now)
        return made.frame, taken

    def _may_commit(self) -> bool:
        """Tell whether a frame may commit: none that was coded before is still on its way."""
        return not self._encoder.pending and self._acknowledged >= self._uncommitted_through

    def _ascending(self) -> list[Item]:
        """Return the unsent items of which a frame keeps the order."""
        given: list[Item] = []
        for item in islice(self._waiting, self._cursor - self._acknowledged, None):
            if given and _channel(item) < _channel(given[-1]):
                break
            given.append(item)
        return given

    def _advance(self, count: int, now: float) -> None:
        if count:
            self._cursor += count
            self._sent = _Sent(self._cursor, now)


def _channel(item: Item) -> int:
    """Return the channel that a frame groups an item under."""
    return 0 if isinstance(item, Void) else item.channel
