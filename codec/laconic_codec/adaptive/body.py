"""The body of an adaptive frame: cursors, then the entries of each channel.

Entries are grouped by channel, channels ascend; the order within a channel is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from laconic_codec.adaptive import letters, tokens
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.entries import ANSWERS, REQUESTS, Entry
from laconic_codec.adaptive.hashing import FIRST, MASK_32, SALT, SECOND, step
from laconic_codec.adaptive.model import Model
from laconic_codec.adaptive.situation import Situation
from laconic_codec.adaptive.slots import Slot
from laconic_codec.adaptive.state import CHANNELS_MAX, Channel, State
from laconic_codec.adaptive.templates import Template, name_of
from laconic_codec.adaptive.tokens import Flattened, type_of
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.limits import FRAME_MAX_ITEMS, FRAME_TEXT_MAX_BYTES, MESSAGE_MAX_BYTES

CURSORS: Final = 3
"""Numbers at the start of a body: see `Body`."""

_CURSOR_MIXER: Final = 53
_PRESENCE_MIXER: Final = 57
_MORE_MIXER: Final = 58
_CHANNELS_MIXER: Final = 59
_ID_MIXER: Final = 61


@dataclass(frozen=True, slots=True)
class Body:
    """What a frame says."""

    first: int
    """Sequence number of the first entry."""
    acknowledged: int
    backlog: int
    """As in `frame.Header`."""
    entries: tuple[Entry, ...]


CodeBody: TypeAlias = "Callable[[State, Body, bytes | None], tuple[Body, Coder]]"
"""`code_body`, or what does the same and keeps an account of it: see `ledger`."""


def code_body(state: State, body: Body, data: bytes | None) -> tuple[Body, Coder]:
    """Code a body against a state, which learns from it; return it and the coder.

    Args:
        state: where it is left after an error is undefined.
        body: what to write, in the order of `grouped`; it has no meaning when reading.
        data: what to read; None: write.

    Raises:
        FrameError, ValueError, TooLong: as `BodyCoder.code` and `Coder`.
    """
    coder = Coder(state.memory, data)
    return BodyCoder(coder, state).code(body), coder


def grouped(entries: tuple[Entry, ...]) -> list[int]:
    """Return the order in which a body carries entries, as their places in the list."""
    return sorted(range(len(entries)), key=lambda place: entries[place].channel)


class BodyCoder:
    """Codes one body against a state, which learns from it."""

    def __init__(self, coder: Coder, state: State) -> None:
        self._coder = coder
        self._state = state
        self._model = Model(coder, state)
        self._text_bytes = 0
        """Of all payloads so far."""

    def code(self, body: Body) -> Body:
        """Code a body whose entries are in the order of `grouped`.

        Raises:
            FrameError: what is read is no body.
            ValueError: what is written has no place in an adaptive frame.
        """
        cursors = self._cursors((body.first, body.acknowledged, body.backlog))
        count = max((entry.channel + 1 for entry in body.entries), default=0)
        self._new_channels(count)
        entries: list[Entry] = []
        start = 0
        for number, channel in enumerate(self._state.channels):
            end = start
            while end < len(body.entries) and body.entries[end].channel == number:
                end += 1
            entries += self._run(number, channel, body.entries[start:end], len(entries))
            start = end
        self._state.items = cursors[0] + len(entries)
        return Body(*cursors, tuple(entries))

    def _cursors(self, wanted: tuple[int, int, int]) -> tuple[int, int, int]:
        state = self._state
        expected = (state.items, *state.cursors)
        found: list[int] = []
        for place in range(CURSORS):
            contexts = (SALT * 80 + FIRST * place, SALT * 81 + FIRST * place, SALT * 82)
            change = self._coder.signed(contexts, _CURSOR_MIXER, wanted[place] - expected[place])
            found.append(expected[place] + change)
            if not 0 <= found[place] < 2**62:
                raise FrameError(FrameFault.MALFORMED, "a cursor out of range")
        state.cursors = (found[1], found[2])
        return found[0], found[1], found[2]

    def _new_channels(self, count: int) -> None:
        channels = self._state.channels
        contexts = (SALT * 83, SALT * 83, SALT * 83)
        new = self._coder.unsigned(contexts, _CHANNELS_MIXER, max(count - len(channels), 0))
        if len(channels) + new > CHANNELS_MAX:
            raise FrameError(FrameFault.OVER_LIMIT, "too many channels")
        channels.extend(Channel() for _ in range(new))

    def _run(
        self, number: int, channel: Channel, wanted: tuple[Entry, ...], before: int
    ) -> list[Entry]:
        """Code the entries of one channel."""
        is_present = self._coder.flag(
            (
                SALT * 84 + FIRST * channel.presence + SECOND * number,
                channel.last + SALT * 85 + FIRST * (channel.presence & 3),
                SALT * 86 + FIRST * channel.presence + SECOND * min(before, 2),
            ),
            _PRESENCE_MIXER,
            bool(wanted),
        )
        channel.presence = (channel.presence << 1 | is_present) & 0xFF
        entries: list[Entry] = []
        more = is_present
        while more:
            if before + len(entries) == FRAME_MAX_ITEMS:
                raise FrameError(FrameFault.OVER_LIMIT, f"more than {FRAME_MAX_ITEMS} items")
            entry = wanted[len(entries)] if wanted else None
            entries.append(self._entry(number, channel, entry))
            more = self._more(number, channel, len(entries), len(entries) < len(wanted))
        if is_present:
            channel.run = len(entries)
        return entries

    def _more(self, number: int, channel: Channel, so_far: int, more: bool) -> bool:
        past_run = (so_far >= channel.run) + (so_far > channel.run)
        return self._coder.flag(
            (
                channel.last + SALT * 87 + FIRST * past_run,
                step(channel.last, channel.before) + SALT * 88 + FIRST * past_run,
                SALT * 89 + FIRST * min(so_far, 15) + SECOND * min(channel.run, 15),
            ),
            _MORE_MIXER,
            more,
        )

    def _entry(self, number: int, channel: Channel, wanted: Entry | None) -> Entry:
        flattened = None
        if wanted is not None:
            state = self._state
            flattened = Flattened(
                wanted.kind, wanted.action, wanted.text, state.registry, state.shelf.rendered
            )
        template, values = self._model.message(number, channel, flattened)
        try:
            text = template.render(values)
        except ValueError as error:
            raise FrameError(FrameFault.MALFORMED, str(error)) from error
        self._take_text(text)
        kind = template.tokens[0] >> 4 & 15
        message_id, reference = "", 0
        if kind in REQUESTS:
            message_id = self._message_id(number, wanted.message_id if wanted else "")
        elif kind in ANSWERS:
            reference = self._reference(number, wanted.reference if wanted else 0)
        entry = Entry(number, kind, self._action(template, kind), text, message_id, reference)
        if wanted is not None and entry != wanted:
            raise ValueError("an item that does not come back")
        return entry

    def _take_text(self, text: str) -> None:
        size = len(text.encode())
        self._text_bytes += size
        if size > MESSAGE_MAX_BYTES or self._text_bytes > FRAME_TEXT_MAX_BYTES:
            raise FrameError(FrameFault.OVER_LIMIT, f"payloads of {self._text_bytes} bytes")

    def _action(self, template: Template, kind: int) -> str:
        token = template.tokens[1]
        if (type_of(token) == tokens.TYPE_ACTION) is not (kind in REQUESTS):
            raise FrameError(FrameFault.MALFORMED, "an action where none belongs, or none")
        if kind not in REQUESTS:
            return ""
        return name_of(token, template.names, self._state.registry)

    def _message_id(self, number: int, wanted: str) -> str:
        """Code whether a message id travels, and its text or number."""
        contexts = (SALT * 90 + FIRST * number, SALT * 91, SALT * 91)
        if not self._coder.flag(contexts, _ID_MIXER, bool(wanted)):
            return ""
        as_number = tokens.number_of(wanted)
        contexts = (SALT * 92 + FIRST * number, SALT * 93, SALT * 93)
        if self._coder.flag(contexts, _ID_MIXER, as_number is not None and as_number[1] == 0):
            around = self._beside(number)
            found = self._model.numbers.number(_ID_SLOT, as_number or (0, 0), around)
            if found[1]:
                raise FrameError(FrameFault.MALFORMED, "a message id with decimals")
            return tokens.number_text(found)
        return letters.code(self._coder, self._state.ring, SALT * 94 & MASK_32, wanted)

    def _reference(self, number: int, wanted: int) -> int:
        """Code what is answered, counted from what the frame acknowledges: often just that."""
        around = self._beside(number)
        acknowledged = self._state.cursors[0]
        ahead, decimals = self._model.numbers.number(
            _REFERENCE_SLOT, (wanted - acknowledged, 0), around
        )
        if decimals:
            raise FrameError(FrameFault.MALFORMED, "a reference with decimals")
        return acknowledged + ahead

    def _beside(self, number: int) -> Situation:
        around = Situation(0, self._state.messages, 0)
        around.entity = step(number, 5)
        return around


def _slot(salt: int) -> Slot:
    slot = Slot(tokens.NUMBER, 0)
    slot.class_ = slot.coarse = SALT * salt & MASK_32
    return slot


_ID_SLOT: Final = _slot(95)
_REFERENCE_SLOT: Final = _slot(96)
