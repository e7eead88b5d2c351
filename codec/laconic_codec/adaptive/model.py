"""The model of a message: which template comes next, then the values of its slots."""

from functools import lru_cache
from typing import Final

from laconic_codec.adaptive import tokens
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.hashing import FIRST, MASK_32, SALT, SECOND, THIRD, step
from laconic_codec.adaptive.number_slots import NumberSlots
from laconic_codec.adaptive.shapes import Shapes
from laconic_codec.adaptive.situation import Situation
from laconic_codec.adaptive.slots import Slot
from laconic_codec.adaptive.state import NEXT_BITS, Channel, State
from laconic_codec.adaptive.templates import Template
from laconic_codec.adaptive.text_slots import TextSlots
from laconic_codec.adaptive.time_slots import TimeSlots
from laconic_codec.adaptive.tokens import Flattened, Value
from laconic_codec.errors import FrameError, FrameFault

_NEXT_MIXER: Final = 44
_TEMPLATE_MIXER: Final = 47

_NOTHING: Final[dict[int, str]] = {}


class Model:
    """Codes messages against a state, which learns from them."""

    def __init__(self, coder: Coder, state: State) -> None:
        self._coder = coder
        self._state = state
        self._texts = TextSlots(coder, state.records, state.texts, state.ring)
        self.numbers = NumberSlots(coder, state.records, state.texts)
        self._times = TimeSlots(coder, state.records)
        self._shapes = Shapes(coder, state.successors, self._texts, state.ring, state.registry)

    def message(
        self, number: int, channel: Channel, wanted: Flattened | None
    ) -> tuple[Template, list[Value]]:
        """Code a message of a channel; return its template and its values.

        Raises:
            FrameError: the coded bytes stand for none, or for one that is over a limit.
        """
        template = self._template(number, channel, wanted)
        self._state.messages += 1
        around = Situation(channel.time or self._state.time, self._state.messages, template.digest)
        nothing: list[Value] = [None] * len(template.slots)
        given = wanted.values if wanted else nothing
        values = nothing[:]  # the reader knows no more of them than has been coded
        around.whole = step(number, 1)
        around.named = channel.entity
        for index in template.order:
            slot = template.slots[index]
            if slot.entity < 0:
                around.entity = around.whole
            elif slot.entity == index:
                around.entity = step(number, 2)
            else:
                around.entity = self._entity(number, values[slot.entity])
            values[index] = self._value(slot, given[index], around)
        channel.entity = around.named
        channel.time = self._state.time = around.last
        return template, values

    def _value(self, slot: Slot, value: Value, around: Situation) -> Value:
        token = slot.token
        if token in (tokens.NUMBER, tokens.NUMERIC_TEXT):
            return self.numbers.number(slot, value if isinstance(value, tuple) else (0, 0), around)
        if token >= tokens.TIMESTAMP:
            return self._times.timestamp(slot, value if type(value) is int else 0, around)
        if value is not None and not isinstance(value, str | bool):
            raise ValueError("a text slot with something else")
        text = self._texts.text(slot, value, around)
        if token == tokens.VERBATIM and not isinstance(text, str):
            raise FrameError(FrameFault.MALFORMED, "no text where JSON text must stand")
        return text

    def _template(self, number: int, channel: Channel, wanted: Flattened | None) -> Template:
        shelf = self._state.shelf
        digest = tokens.digest(wanted.tokens) if wanted else 0
        known = shelf.by_digest.get(digest, 0)
        if wanted and known and list(shelf.by_number[known].tokens) != wanted.tokens:
            raise ValueError("two templates with one digest")
        keys = (
            step(step(channel.last, channel.before), number + 1),
            step(channel.last, channel.before),
            step(channel.last, 50),
        )
        number = self._known(channel, keys, known)
        if number == 0:
            found, names = self._shapes.code(
                wanted.tokens if wanted else [], wanted.names if wanted else _NOTHING, shelf.names()
            )
            template = Template(found, names, self._state.registry)
            if template.digest in shelf.by_digest:
                raise FrameError(FrameFault.MALFORMED, "a template that is there already")
            number = shelf.add(template)
        else:
            shelf.use(number)
        for key in keys:
            at = key >> (32 - NEXT_BITS)
            times = (shelf.next[at] >> 8) + 1 if shelf.next[at] & 0xFF == number else 0
            shelf.next[at] = min(times, 7) << 8 | number
        template = shelf.by_number[number]
        channel.before, channel.last = channel.last, template.digest
        return template

    def _known(self, channel: Channel, keys: tuple[int, ...], wanted: int) -> int:
        """Code the number of a known template; 0 stands for a new one."""
        shelf = self._state.shelf
        tried: list[int] = []
        for key in keys:
            entry = shelf.next[key >> (32 - NEXT_BITS)]
            guess, times = entry & 0xFF, entry >> 8
            if guess in tried or guess not in shelf.by_number:
                continue
            digest = shelf.by_number[guess].digest
            if self._coder.flag(
                (
                    channel.last + SALT * 51 + SECOND * digest + THIRD * channel.before,
                    channel.last + SALT * 50 + FIRST * times + SECOND * digest,
                    SALT * 52 + FIRST * len(tried) + SECOND * times + THIRD * (key == keys[0]),
                ),
                _NEXT_MIXER,
                guess == wanted,
            ):
                return guess
            tried.append(guess)
        others = [number for number in shelf.recent if number not in tried]
        rank = others.index(wanted) + 1 if wanted in others else 0
        rank = self._coder.unsigned(
            (channel.last + SALT * 53, SALT * 54 + FIRST * len(tried), SALT * 49),
            _TEMPLATE_MIXER,
            rank,
        )
        if rank > len(others):
            raise FrameError(FrameFault.MALFORMED, "a template that does not exist")
        return others[rank - 1] if rank else 0

    def _entity(self, channel: int, value: Value) -> int:
        """Return the hash of a connector, EVSE or transaction of a channel."""
        if isinstance(value, tuple):
            return _entity_of(channel, 3, value[0] & MASK_32)
        if value is None or isinstance(value, str | bool):
            return _entity_of(channel, 4, self._state.texts.id_of(value))
        return _entity_of(channel, 3, value & MASK_32)


@lru_cache(maxsize=1_024)
def _entity_of(channel: int, kind: int, value: int) -> int:
    """Return a hash that is asked for once for each slot of a message."""
    return step(step(channel, kind), value)
