"""From the lines of a trace to the items that a gateway would send."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from laconic_bench.codec_stats.settings import Ways
from laconic_bench.trace import TraceError, TraceRecord, read
from laconic_codec import messages
from laconic_codec.errors import MessageError
from laconic_codec.frame import Direction
from laconic_codec.items import Bind, Item, MessageItem
from laconic_codec.limits import PATH_MAX_CHARACTERS
from laconic_codec.messages import Call, CallResult, Message, Send, payload_of

UNKNOWN_CALL: Final = -1
"""Reference of an answer whose CALL is not in the trace: a CALL of an earlier epoch."""

_WAYS: Final = {"up": Direction.UP, "down": Direction.DOWN}


@dataclass(frozen=True, slots=True)
class Parcel:
    """An item to send."""

    way: Direction
    item: Item
    time_seconds: float | None
    action: str = ""
    """What its costs are listed under; empty for a bind item."""
    payload: str = ""
    """JSON text as received: the payload, or the array of an error's arguments."""

    @property
    def is_message(self) -> bool:
        """Tell whether it counts as a message."""
        return isinstance(self.item, MessageItem)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A CALL that may still be answered."""

    message_id: str
    number: int
    """Among the messages of its way."""
    action: str


def parcels(
    path: Path,
    ways: Ways,
    on_line: Callable[[], None],
    on_bad_line: Callable[[TraceError], None],
) -> Iterator[Parcel]:
    """Yield what is to be sent of a trace, in its order.

    `on_line` is called for every line, `on_bad_line` for those that hold no OCPP message.

    Raises:
        OSError: the file cannot be read.
    """
    line_number = 0

    def skip(error: TraceError) -> None:
        nonlocal line_number
        line_number += 1
        on_line()
        on_bad_line(error)

    selector = _Selector(ways)
    for record in read(path, skip):
        line_number += 1
        on_line()
        try:
            yield from selector.take(record)
        except (MessageError, _UnusableIdentity) as error:
            on_bad_line(TraceError(path, line_number, str(error)))


class _UnusableIdentity(Exception):
    """A charger that cannot be named in a bind item."""


class _Selector:
    """Knows the chargers and the CALLs so far."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._channels: dict[tuple[str, str], int] = {}
        self._messages = {Direction.UP: 0, Direction.DOWN: 0}
        self._open: dict[tuple[Direction, int, str], _Asked] = {}
        self._answered: dict[tuple[Direction, int], _Asked] = {}

    def take(self, record: TraceRecord) -> Iterator[Parcel]:
        """Yield the message of a record, after a bind item if its charger is new.

        Raises:
            MessageError: it is no OCPP message.
        """
        message = messages.parse(record.raw)
        way = _WAYS[record.direction]
        if not self._is_wanted(way, message):
            return
        key = (record.identity, record.version)
        if key not in self._channels:
            bind = self._bind(record)
            if self._ways is not Ways.DOWN:
                yield Parcel(Direction.UP, bind, record.time_seconds)
        channel = self._channels[key]
        action, reference = self._label(way, channel, message)
        self._messages[way] += 1
        item = MessageItem(channel, replace(message, message_id=""), reference)
        yield Parcel(way, item, record.time_seconds, action, payload_of(message))

    def _is_wanted(self, way: Direction, message: Message) -> bool:
        if self._ways is Ways.BOTH:
            return True
        return isinstance(message, Call) and way is _WAYS[self._ways]

    def _bind(self, record: TraceRecord) -> Bind:
        path = f"/{record.identity}"
        if len(path) > PATH_MAX_CHARACTERS or not _is_unicode(path):
            raise _UnusableIdentity("cp is too long, or no Unicode text")
        channel = len(self._channels)
        self._channels[record.identity, record.version] = channel
        return Bind(channel, path, record.version)

    def _label(self, way: Direction, channel: int, message: Message) -> tuple[str, int]:
        """Return what the costs of a message are listed under, and its reference."""
        if isinstance(message, Send):
            return message.action, 0
        if isinstance(message, Call):
            asked = _Asked(message.message_id, self._messages[way], message.action)
            self._open[way, channel, message.message_id] = asked
            return message.action, 0
        asked = self._asked(way, channel, message)
        kind = "result" if isinstance(message, CallResult) else "error"
        return f"{asked.action} {kind}", asked.number

    def _asked(self, way: Direction, channel: int, answer: Message) -> _Asked:
        unknown = _Asked(answer.message_id, UNKNOWN_CALL, "(unknown)")
        if isinstance(answer, messages.CallResultError):
            # It complains about the answer to a CALL of its own way.
            asked = self._answered.get((way, channel), unknown)
            return asked if asked.message_id == answer.message_id else unknown
        asking = Direction.DOWN if way is Direction.UP else Direction.UP
        asked = self._open.pop((asking, channel, answer.message_id), unknown)
        self._answered[asking, channel] = asked
        return asked


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
