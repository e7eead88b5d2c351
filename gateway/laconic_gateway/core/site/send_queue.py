"""The sending end of a stream at the site: items in order until the expander has them.

Items get their numbers in the epoch when a frame takes them: a frame groups them by charger, and
numbers follow its order. Once numbered they keep that order, and a frame that has to be sent again
carries the same items or the first ones of them. So whatever has arrived is, frame by frame, a
first part of the journal.

Holds a window of the journal: what is beyond is read back when there is room again, so that a
long outage costs disk and not memory.
"""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.limits import FRAME_MAX_ITEMS
from laconic_codec.messages import Call
from laconic_gateway.core.identity import identity_of
from laconic_gateway.core.site.numbering import Numbering

WINDOW_ITEMS: Final = 2_000
"""Most items in memory."""

PAGE_RECORDS: Final = 500
"""Records read back from the journal at a time."""

FRAME_ITEMS: Final = FRAME_MAX_ITEMS - 5
"""Most items that are offered to a frame."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    item: Item
    sequence: int | None = None
    """Of a message: its number in the journal."""
    token: int | None = None
    """Of an express message: under which number its sender knows it."""


@dataclass(frozen=True, slots=True)
class _Load:
    """The items of one frame, in the order of their numbers."""

    first: int
    """Number of the first one in the epoch."""
    entries: tuple[_Waiting, ...]
    before: int
    """Absolute sequence number of the last message before it."""

    @property
    def end(self) -> int:
        """Return the number after the last one."""
        return self.first + len(self.entries)

    @property
    def messages(self) -> int:
        """Return how many of the items are messages."""
        return sum(entry.sequence is not None for entry in self.entries)


class SendQueue:
    """The items of one epoch that are not stored yet, of which the first few are on their way.

    A charger is bound to its channel right before the first item that names the channel.
    """

    def __init__(self, stored: int) -> None:
        self.stored = stored
        """Absolute sequence number of the last message that the expander has stored; all before
        it are stored too."""
        self.loaded_through = stored
        """Absolute sequence number of the last message that was added."""
        self.acknowledged = 0
        """How many items of the epoch are stored."""
        self.numbering = Numbering(stored)
        self._loads: deque[_Load] = deque()
        """Numbered and not stored, the next one first."""
        self._sent = 0
        """How many of the loads are on their way."""
        self._fresh: deque[_Waiting] = deque()
        """Without a number."""
        self._bound: set[int] = set()
        self._chargers: dict[int, str] = {}
        """By channel: the identity of the charger."""
        self._express: set[int] = set()
        """Express channels."""
        self._express_ahead = 0
        """How many of the first items in `_fresh` are express."""
        self._tokens: list[int] = []
        """Of the express messages of this epoch, in the order of their numbers."""
        self._delivered = stored
        self._ends: deque[int] = deque()
        """`stored` after each frame that is stored and not all delivered."""

    @property
    def first_unsent(self) -> int:
        """Return the number in the epoch of the next item to send."""
        if self._sent < len(self._loads):
            return self._loads[self._sent].first
        return self._loads[-1].end if self._loads else self.acknowledged

    @property
    def before_unsent(self) -> int:
        """Return the absolute sequence number of the last message before the next item to send."""
        if self._sent < len(self._loads):
            return self._loads[self._sent].before
        return self.numbering.last

    @property
    def numbered(self) -> int:
        """Return how many items of the epoch have a number."""
        return self._loads[-1].end if self._loads else self.acknowledged

    @property
    def has_unsent(self) -> bool:
        """Tell whether there is anything to put into a frame."""
        return self._sent < len(self._loads) or bool(self._fresh)

    @property
    def has_room(self) -> bool:
        """Tell whether another message may be added."""
        return self._size() < WINDOW_ITEMS

    @property
    def wants_page(self) -> bool:
        """Tell whether there is room for a page of the journal."""
        return self._size() + PAGE_RECORDS <= WINDOW_ITEMS

    @property
    def backlog(self) -> int:
        """Return how many items wait for others to leave; what fits a frame waits for company."""
        return max(0, self._size() - FRAME_ITEMS)

    def add_message(self, sequence: int, item: Item, bind: Bind | None) -> None:
        """Append the message that follows `loaded_through`; `bind` is for the channel it names."""
        assert sequence == self.loaded_through + 1
        if bind is not None:
            self._add_binding(bind)
        self._fresh.append(_Waiting(item, sequence))
        self.loaded_through = sequence

    def add_presence(self, bind: Bind, presence: Presence) -> None:
        """Append the presence of a charger."""
        self._add_binding(bind)
        self._fresh.append(_Waiting(presence))

    def add_express(self, token: int, item: MessageItem, bind: Bind) -> None:
        """Put a message before all that has no number yet, behind others of its kind."""
        self._express.add(bind.channel)
        entries = [_Waiting(item, token=token)]
        if bind.channel not in self._bound:
            self._bound.add(bind.channel)
            entries.insert(0, _Waiting(bind))
        for entry in entries:
            self._fresh.insert(self._express_ahead, entry)
            self._express_ahead += 1

    def express_token(self, reference: int) -> int | None:
        """Return the token of the express message with this reference; None: there is none."""
        return self._tokens[reference] if 0 <= reference < len(self._tokens) else None

    def fills_a_frame(self) -> bool:
        """Tell whether the unsent items are more than a frame may carry."""
        return len(self._fresh) >= FRAME_ITEMS

    def next_items(self) -> list[Item]:
        """Return the items for the next frame: those of one that was sent before, or fresh ones."""
        if self._sent < len(self._loads):
            return [entry.item for entry in self._loads[self._sent].entries]
        return self._in_order(entry.item for entry in islice(self._fresh, FRAME_ITEMS))

    def _in_order(self, items: Iterable[Item]) -> list[Item]:
        """Return the first items of which a frame keeps the order of each charger.

        It groups them by channel, and a charger that came again with another OCPP version has
        another channel.
        """
        kept: list[Item] = []
        highest: dict[str, int] = {}
        for item in items:
            if not isinstance(item, Void) and item.channel not in self._express:
                charger = self._chargers[item.channel]
                if item.channel < highest.get(charger, 0):
                    break
                highest[charger] = item.channel
            kept.append(item)
        return kept

    def take(self, order: Sequence[int]) -> None:
        """Take note of what a frame carries: places in `next_items`, in the order of numbers."""
        if self._sent < len(self._loads):
            self._split(self._loads[self._sent], len(order))
        else:
            given = [self._fresh.popleft() for _ in order]
            entries = tuple(given[place] for place in order)
            load = _Load(self.numbered, entries, self.before_unsent)
            for entry in entries:
                if entry.sequence is not None:
                    self.numbering.number(entry.sequence, is_call=_is_call(entry.item))
                elif entry.token is not None:
                    self._tokens.append(entry.token)
            self._express_ahead = max(0, self._express_ahead - len(order))
            self._loads.append(load)
        self._sent += 1

    def acknowledge(self, count: int) -> None:
        """Forget the frames that end with one of the first `count` items: they are stored."""
        while self._loads and self._loads[0].end <= count:
            load = self._loads.popleft()
            self._sent = max(0, self._sent - 1)
            self.acknowledged = load.end
            self.stored += load.messages
            self._ends.append(self.stored)

    def delivered(self, count: int) -> int:
        """Return through which message the journal is not needed any more.

        The CSMS has taken `count` messages since the journal began. Within a frame their order is
        not that of the journal: so only whole frames count.
        """
        while self._ends and self._ends[0] <= count:
            self._delivered = self._ends.popleft()
        return self._delivered

    def rewind(self) -> None:
        """Send everything again that is not stored."""
        self._sent = 0

    def restart(self, stored: int, bound: Collection[int]) -> None:
        """Begin an epoch in which these channels are bound already; the journal is read again."""
        self.stored = self.loaded_through = stored
        self.acknowledged = self._sent = 0
        self.numbering.restart(stored)
        self._loads.clear()
        self._fresh.clear()
        self._bound = set(bound)
        self._express_ahead = 0
        self._tokens.clear()
        self._ends.append(stored)

    def _split(self, load: _Load, count: int) -> None:
        """Leave the items that did not fit again for a frame of their own."""
        if count < len(load.entries):
            taken = _Load(load.first, load.entries[:count], load.before)
            rest = load.entries[count:]
            self._loads[self._sent] = taken
            after = load.before + taken.messages
            self._loads.insert(self._sent + 1, _Load(load.first + count, rest, after))

    def _size(self) -> int:
        return sum(len(load.entries) for load in self._loads) + len(self._fresh)

    def _add_binding(self, bind: Bind) -> None:
        self._chargers[bind.channel] = identity_of(bind.path)
        if bind.channel not in self._bound:
            self._bound.add(bind.channel)
            self._fresh.append(_Waiting(bind))


def _is_call(item: Item) -> bool:
    return isinstance(item, MessageItem) and isinstance(item.message, Call)
