"""The expander's sending end towards one site: items in order until the site has them.

An item travels in the answer to a frame of the site if one is due, else in a request of the
expander's own. What was not acknowledged in time is sent again.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from laconic_codec import frame, items
from laconic_codec.frame import Direction, Header
from laconic_codec.items import Item, Void

RESEND_SECONDS: Final = 10.0
"""An item that travelled in an answer is sent again after this time without acknowledgement; the
answer itself is repeated by the message layer for about as long."""

IN_FLIGHT_MAX: Final = 2
"""Requests to one site at the same time."""


@dataclass(frozen=True, slots=True)
class _Sent:
    through: int
    at: float


class Downlink:
    """Numbers, keeps and repeats the items of one epoch."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self._acknowledged = 0
        self._cursor = 0
        """Number of the next item to send."""
        self._waiting: deque[bytes] = deque()  # from number `_acknowledged` on
        self._sent: _Sent | None = None
        self._fragments: deque[bytes] = deque()
        self._flights: dict[int, int] = {}  # exchange -> number of its first item
        self._rests_until = 0.0

    @property
    def has_unsent(self) -> bool:
        """Tell whether something waits to be sent."""
        return bool(self._fragments) or self._cursor < self._acknowledged + len(self._waiting)

    def add(self, item: Item) -> int:
        """Append an item; return its sequence number."""
        self._waiting.append(items.encode(item))
        return self._acknowledged + len(self._waiting) - 1

    def withdraw(self, sequence: int) -> None:
        """Take back an item: if the site does not have it yet, it gets nothing in its place."""
        index = sequence - self._acknowledged
        if 0 <= index < len(self._waiting):
            self._waiting[index] = items.encode(Void())

    def answer(self, stored: int, backlog: int, now: float) -> bytes:
        """Return the frame that answers one of the site, with what waits if it fits."""
        return self._frame(stored, backlog, now)[0]

    def may_request(self, now: float) -> bool:
        """Tell whether a request of our own may leave now."""
        rested = now >= self._rests_until
        return rested and self.has_unsent and len(self._flights) < IN_FLIGHT_MAX

    def request(self, exchange: int, stored: int, backlog: int, now: float) -> bytes:
        """Return the frame for a request of our own."""
        if not self._fragments:
            first = self._cursor
            encoded, taken = self._frame(stored, backlog, now)
            if taken:
                self._flights[exchange] = first
                return encoded
            header = self._header(stored, backlog)
            pieces = frame.encode_fragments(header, self._next(), Direction.DOWN)
            self._fragments.extend(pieces)
            self._advance(1, now)
        self._flights[exchange] = self._cursor - 1  # the item that is in pieces
        self._sent = _Sent(self._cursor, now)
        return self._fragments.popleft()

    def acknowledge(self, count: int) -> None:
        """Forget the first `count` items of the epoch: the site has them."""
        if count > self._acknowledged + len(self._waiting):
            return  # no such items were ever sent
        while self._acknowledged < count:
            self._waiting.popleft()
            self._acknowledged += 1
        self._cursor = max(self._cursor, self._acknowledged)
        if self._sent is not None and self._acknowledged >= self._sent.through:
            self._sent = None

    def finish(self, exchange: int) -> list[int]:
        """Take note that a request was answered; return the exchanges that are overdue.

        A site that has this frame and lacks what was sent before it has lost that.
        """
        first = self._flights.pop(exchange, 0)
        if self._acknowledged >= first:
            return []
        overdue = [other for other, before in self._flights.items() if before < first]
        if not overdue:
            self._rewind()  # it went with an answer, which nobody can repeat from here
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
        return None if self._sent is None else self._sent.at + RESEND_SECONDS

    def handle_timer(self, now: float) -> None:
        """Send again what was not acknowledged in time."""
        if self._sent is None or self._flights or self.has_unsent:
            return
        if now >= self._sent.at + RESEND_SECONDS:
            self._rewind()

    def _rewind(self) -> None:
        self._cursor = self._acknowledged
        self._fragments.clear()
        self._sent = None

    def _header(self, stored: int, backlog: int) -> Header:
        return Header(self.epoch, self._cursor, stored, backlog)

    def _next(self) -> bytes:
        return self._waiting[self._cursor - self._acknowledged]

    def _frame(self, stored: int, backlog: int, now: float) -> tuple[bytes, int]:
        unsent = list(self._waiting)[self._cursor - self._acknowledged :]
        if self._fragments:
            unsent = []  # their turn comes after the item that is in pieces
        encoded, taken = frame.encode_batch(self._header(stored, backlog), unsent, Direction.DOWN)
        self._advance(taken, now)
        return encoded, taken

    def _advance(self, count: int, now: float) -> None:
        if count:
            self._cursor += count
            self._sent = _Sent(self._cursor, now)
