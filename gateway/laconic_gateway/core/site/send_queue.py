"""The sending end of a stream at the site: encoded items in order until the expander has them.

Holds a window of the journal: what is beyond is read back when there is room again, so that a
long outage costs disk and not memory.
"""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import Final

from laconic_codec import frame, items
from laconic_codec.frame import Direction, Header
from laconic_codec.items import Bind, Presence
from laconic_codec.limits import FRAME_MAX_BYTES

WINDOW_ITEMS: Final = 2_000
"""Most items in memory."""

PAGE_RECORDS: Final = 500
"""Records read back from the journal at a time."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    encoded: bytes
    sequence: int | None = None
    """Of a message: its number in the journal."""


class SendQueue:
    """The items of one epoch that are not stored yet, of which the first few are on their way.

    A charger is bound to its channel right before the first item that names the channel.
    """

    def __init__(self, stored: int) -> None:
        self.stored = stored
        """Absolute sequence number of the last message that the expander has stored."""
        self.loaded_through = stored
        """Absolute sequence number of the last message that was added."""
        self.acknowledged = 0
        """How many items of the epoch are stored."""
        self._sent = 0
        self._waiting: deque[_Waiting] = deque()
        self._bound: set[int] = set()

    @property
    def first_unsent(self) -> int:
        """Return the sequence number of the next item in the epoch."""
        return self.acknowledged + self._sent

    @property
    def added(self) -> int:
        """Return how many items of the epoch there are so far."""
        return self.acknowledged + len(self._waiting)

    @property
    def has_unsent(self) -> bool:
        """Tell whether there is anything to put into a frame."""
        return self._sent < len(self._waiting)

    @property
    def has_room(self) -> bool:
        """Tell whether another message may be added."""
        return len(self._waiting) < WINDOW_ITEMS

    @property
    def wants_page(self) -> bool:
        """Tell whether there is room for a page of the journal."""
        return len(self._waiting) + PAGE_RECORDS <= WINDOW_ITEMS

    def add_message(self, sequence: int, encoded: bytes, bind: Bind | None) -> None:
        """Append the message that follows `loaded_through`; `bind` is for the channel it names."""
        assert sequence == self.loaded_through + 1
        if bind is not None:
            self._add_binding(bind)
        self._waiting.append(_Waiting(encoded, sequence))
        self.loaded_through = sequence

    def add_presence(self, bind: Bind, presence: Presence) -> None:
        """Append the presence of a charger."""
        self._add_binding(bind)
        self._waiting.append(_Waiting(items.encode(presence)))

    def fills_a_frame(self) -> bool:
        """Tell whether the unsent items need more than one frame."""
        return sum(len(encoded) for encoded in self._gather()) > FRAME_MAX_BYTES

    def acknowledge(self, count: int) -> None:
        """Forget the first `count` items of the epoch: they are stored."""
        while self.acknowledged < count:
            waiting = self._waiting.popleft()
            self.acknowledged += 1
            self._sent = max(0, self._sent - 1)
            if waiting.sequence is not None:
                self.stored = waiting.sequence

    def rewind(self) -> None:
        """Send everything again that is not stored."""
        self._sent = 0

    def restart(self, stored: int, bound: Collection[int]) -> None:
        """Begin an epoch in which these channels are bound already; the journal is read again."""
        self.stored = self.loaded_through = stored
        self.acknowledged = self._sent = 0
        self._waiting.clear()
        self._bound = set(bound)

    def next_frames(self, header: Header) -> list[bytes]:
        """Return the next frame, or all fragments of the next item; they count as sent."""
        encoded = self._gather()
        batch, taken = frame.encode_batch(header, encoded, Direction.UP)
        if taken == 0 and encoded:
            self._sent += 1
            return frame.encode_fragments(header, encoded[0], Direction.UP)
        self._sent += taken
        return [batch]

    def _add_binding(self, bind: Bind) -> None:
        if bind.channel not in self._bound:
            self._bound.add(bind.channel)
            self._waiting.append(_Waiting(items.encode(bind)))

    def _gather(self) -> list[bytes]:
        """Return the unsent items, more than a frame can hold or all there are."""
        encoded: list[bytes] = []
        room = FRAME_MAX_BYTES
        for waiting in islice(self._waiting, self._sent, None):
            encoded.append(waiting.encoded)
            room -= len(waiting.encoded)
            if room < 0:
                break
        return encoded
