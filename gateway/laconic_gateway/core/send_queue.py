"""The sending end of a stream at the site: encoded messages, in order, until they are stored.

Holds a window of the journal: what is beyond is read back when there is room again, so that a
long outage costs disk and not memory.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from laconic_codec import frame, items
from laconic_codec.frame import Direction, Header
from laconic_codec.items import Bind, Item, Presence
from laconic_codec.limits import FRAME_MAX_BYTES

WINDOW_RECORDS: Final = 2_000
"""Most records in memory."""

PAGE_RECORDS: Final = 500
"""Records read back from the journal at a time."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One encoded message and the binding of the channel that it names."""

    sequence: int
    encoded: bytes
    binding: Bind | None


@dataclass(frozen=True, slots=True)
class _Piece:
    """One encoded item of the frame that is being made, and what is true once it is sent."""

    encoded: bytes
    binds: int | None = None
    announces: int | None = None
    is_message: bool = False


class SendQueue:
    """Messages after `stored`, contiguous, of which the first few are on their way.

    Beside the messages it carries the presence of chargers: what was announced is announced again
    when it changes or when a frame was lost for good.
    """

    def __init__(self, stored: int) -> None:
        self.stored = stored
        """Absolute sequence number of the last message that the expander has stored."""
        self._sent = 0
        self._waiting: deque[Waiting] = deque()
        self._bound: set[int] = set()
        self._presence: dict[int, tuple[Bind, Presence]] = {}
        self._announced: dict[int, int] = {}

    @property
    def loaded_through(self) -> int:
        """Return the sequence number of the last message in memory, or `stored`."""
        return self.stored + len(self._waiting)

    @property
    def sent_through(self) -> int:
        """Return the sequence number of the last message that is on its way, or `stored`."""
        return self.stored + self._sent

    @property
    def has_unsent(self) -> bool:
        """Tell whether there is anything to put into a frame."""
        return self._sent < len(self._waiting) or any(
            self._announced.get(channel) != presence.generation
            for channel, (_, presence) in self._presence.items()
        )

    @property
    def has_room(self) -> bool:
        """Tell whether another message may be added."""
        return len(self._waiting) < WINDOW_RECORDS

    @property
    def wants_page(self) -> bool:
        """Tell whether there is room for a page of the journal."""
        return len(self._waiting) + PAGE_RECORDS <= WINDOW_RECORDS

    def add(self, waiting: Waiting) -> None:
        """Append the message that follows `loaded_through`."""
        assert waiting.sequence == self.loaded_through + 1
        self._waiting.append(waiting)

    def announce(self, bind: Bind, presence: Presence) -> None:
        """Have the presence of a charger sent with the next frame."""
        # Of two channels of one charger the one that was announced last is the true one.
        self._presence.pop(bind.channel, None)
        self._presence[bind.channel] = (bind, presence)

    def fills_a_frame(self) -> bool:
        """Tell whether the unsent messages need more than one frame."""
        room = FRAME_MAX_BYTES
        for index in range(self._sent, len(self._waiting)):
            room -= len(self._waiting[index].encoded)
            if room < 0:
                return True
        return False

    def acknowledge(self, stored: int) -> None:
        """Forget what the expander has stored."""
        while self._waiting and self._waiting[0].sequence <= stored:
            self._waiting.popleft()
            self._sent = max(0, self._sent - 1)
        self.stored = max(self.stored, stored)

    def rewind(self) -> None:
        """Send everything again that is not stored, bindings and presence included."""
        self._sent = 0
        self._bound.clear()
        self._announced.clear()

    def restart(self, stored: int) -> None:
        """Forget the messages; the journal is read again from `stored` on."""
        self._waiting.clear()
        self.stored = stored
        self.rewind()

    def presence_items(self) -> list[Item]:
        """Return binding and presence of every charger that is connected, for a new epoch.

        Nobody else is known in it, so that those who have left need not be announced any more.
        """
        for channel in [c for c, (_, presence) in self._presence.items() if not presence.connected]:
            del self._presence[channel]
        return [item for pair in self._presence.values() for item in pair]

    def next_frames(self, header: Header) -> list[bytes]:
        """Return the next frame, or all fragments of the next message; they count as sent."""
        pieces = self._gather()
        encoded = [piece.encoded for piece in pieces]
        batch, taken = frame.encode_batch(header, encoded, Direction.UP)
        if taken == 0 and pieces:
            self._sent += 1
            return frame.encode_fragments(header, encoded[0], Direction.UP)
        for piece in pieces[:taken]:
            self._sent += piece.is_message
            if piece.binds is not None:
                self._bound.add(piece.binds)
            if piece.announces is not None:
                self._announced[piece.announces] = self._presence[piece.announces][1].generation
        return [batch]

    def _gather(self) -> list[_Piece]:
        """Return more than a frame can hold, or all there is."""
        pieces: list[_Piece] = []
        bound = set(self._bound)
        room = FRAME_MAX_BYTES
        for index in range(self._sent, len(self._waiting)):
            waiting = self._waiting[index]
            pieces += _binding(waiting.binding, bound)
            pieces.append(_Piece(waiting.encoded, is_message=True))
            room -= len(waiting.encoded)
            if room < 0:
                return pieces
        # After the messages: a charger that said something and left did it in this order.
        for channel, (bind, presence) in self._presence.items():
            if self._announced.get(channel) != presence.generation:
                pieces += _binding(bind, bound)
                pieces.append(_Piece(items.encode(presence), announces=channel))
        return pieces


def _binding(bind: Bind | None, bound: set[int]) -> list[_Piece]:
    if bind is None or bind.channel in bound:
        return []
    bound.add(bind.channel)
    return [_Piece(items.encode(bind), binds=bind.channel)]
