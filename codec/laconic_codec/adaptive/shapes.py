"""Shapes: the tokens of a template that the other end does not have yet.

A token is predicted from what followed the three, two or one tokens before it; else its kind is
coded and then its number in the registry, or its letters.
"""

from array import array
from typing import Final

from laconic_codec.adaptive import letters, tokens
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.hashing import FIRST, MASK_32, SALT, SECOND, THIRD, step
from laconic_codec.adaptive.letters import Ring
from laconic_codec.adaptive.templates import name_of
from laconic_codec.adaptive.text_slots import TextSlots
from laconic_codec.adaptive.tokens import LEARNED, TYPE_SHIFT, type_of
from laconic_codec.adaptive.walk import (
    KIND_CONSTANT,
    KIND_KEY,
    KIND_PLAIN,
    KIND_TIMESTAMP,
    Walk,
    kind_of,
)
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.limits import FRAME_TOKENS_MAX
from laconic_codec.registry import Registry
from laconic_codec.registry.names import VENDOR_FIRST

SUCCESSORS_BITS: Final = 11
TOKENS_MAX: Final = 1_024
"""Most tokens of a template."""

_HIT_MIXER: Final = 37
_KIND_MIXER: Final = 40
_START_MIXER: Final = 41
_NAME_MIXER: Final = 42
_STYLE_MIXER: Final = 43

_KIND_BITS: Final = 4
_NAME_BITS: Final = {
    tokens.TYPE_KEY: 11,
    tokens.TYPE_ACTION: 8,
}
_STYLE_BITS: Final = 11


class Successors:
    """Which token came after others."""

    __slots__ = ("table",)

    def __init__(self) -> None:
        self.table = array("I", [0]) * (1 << SUCCESSORS_BITS)

    def copy(self) -> "Successors":
        """Return a table that goes its own way from here."""
        other = Successors.__new__(Successors)
        other.table = self.table[:]
        return other


class Shapes:
    """Codes the tokens of new templates."""

    def __init__(
        self, coder: Coder, successors: Successors, texts: TextSlots, ring: Ring, registry: Registry
    ) -> None:
        self._coder = coder
        self._registry = registry
        self._table = successors.table
        self._texts = texts
        self._ring = ring
        self._tokens = 0
        """Of all templates so far."""

    def code(
        self, wanted: list[int], wanted_names: dict[int, str], names: dict[int, str]
    ) -> tuple[list[int], dict[int, str]]:
        """Code a list of tokens and return it with the names of those that were learned.

        `names` are those of the templates that both ends have.

        Raises:
            FrameError: MALFORMED or OVER_LIMIT.
        """
        walk = Walk(names)
        while not walk.is_done:
            if len(walk.tokens) == TOKENS_MAX or self._tokens == FRAME_TOKENS_MAX:
                raise FrameError(FrameFault.OVER_LIMIT, "templates with too many tokens")
            self._tokens += 1
            token = wanted[len(walk.tokens)] if not self._coder.reading else 0
            token = self._token(walk, token, wanted_names)
            for key in walk.keys():
                self._table[key >> (32 - SUCCESSORS_BITS)] = token
            walk.take(token)
        return walk.tokens, walk.names

    def _token(self, walk: Walk, wanted: int, wanted_names: dict[int, str]) -> int:
        tried: list[int] = []
        for order, key in enumerate(walk.keys()):
            guess = self._table[key >> (32 - SUCCESSORS_BITS)]
            if guess in tried or not walk.accepts(guess):
                continue
            same = guess == wanted and walk.known.get(guess) == wanted_names.get(guess)
            if self._coder.flag(
                (
                    SALT * 30 + FIRST * guess + SECOND * walk.last + THIRD * walk.outer,
                    SALT * 29 + FIRST * guess + SECOND * walk.last,
                    SALT * 31 + FIRST * order + SECOND * len(tried) + THIRD * min(walk.run, 12),
                ),
                _HIT_MIXER,
                same,
            ):
                walk.run += 1
                return guess
            walk.run = 0
            tried.append(guess)
        return self._spell(walk, wanted, wanted_names)

    def _spell(self, walk: Walk, wanted: int, wanted_names: dict[int, str]) -> int:
        if not walk.tokens:
            return tokens.TYPE_START << TYPE_SHIFT | self._coder.tree(
                (SALT * 32, SALT * 32, SALT * 32), _START_MIXER, 8, wanted & 0xFF
            )
        kind = self._coder.tree(
            (
                SALT * 33 + FIRST * walk.last_kind + SECOND * walk.key,
                SALT * 34 + FIRST * walk.last_kind + SECOND * walk.outer,
                SALT * 28 + FIRST * walk.last_kind,
            ),
            _KIND_MIXER,
            _KIND_BITS,
            kind_of(wanted),
        )
        if kind == KIND_TIMESTAMP:
            token = self._timestamp(walk, wanted)
        elif kind > KIND_TIMESTAMP:
            token = kind - KIND_PLAIN
        else:
            token = self._name(walk, kind, wanted, wanted_names)
        if not walk.accepts(token):
            raise FrameError(FrameFault.MALFORMED, "a token where none like it may stand")
        return token

    def _timestamp(self, walk: Walk, wanted: int) -> int:
        return tokens.TIMESTAMP + self._coder.tree(
            (SALT * 35 + FIRST * walk.key, SALT * 36, SALT * 36),
            _STYLE_MIXER,
            _STYLE_BITS,
            max(wanted - tokens.TIMESTAMP, 0),
        )

    def _name(self, walk: Walk, kind: int, wanted: int, wanted_names: dict[int, str]) -> int:
        if kind == KIND_CONSTANT:
            return self._constant(walk, wanted, wanted_names)
        type_ = tokens.TYPE_KEY if kind == KIND_KEY else tokens.TYPE_ACTION
        bits = _NAME_BITS[type_]
        other = (1 << bits) - 1
        wanted_number = wanted & 0xFFF_FFFF
        number = self._coder.tree(
            (
                SALT * 37 + FIRST * walk.outer + SECOND * walk.sibling + THIRD * kind,
                SALT * 38 + FIRST * walk.outer + THIRD * kind,
                SALT * 27 + SECOND * walk.sibling + THIRD * kind,
            ),
            _NAME_MIXER,
            bits,
            other if wanted & LEARNED or wanted_number >= VENDOR_FIRST else wanted_number,
        )
        registry = self._registry
        numbers = registry.key_numbers if kind == KIND_KEY else registry.action_numbers
        if number == other:
            if self._coder.raw(1, not wanted & LEARNED) == 0:
                text = wanted_names.get(wanted, "")
                name = letters.code(self._coder, self._ring, SALT * 39 & MASK_32, text)
                return walk.learn(type_, name, numbers)
            number = self._coder.raw(16, wanted_number)
        if number not in numbers.values():
            raise FrameError(FrameFault.MALFORMED, "a number that the registry does not have")
        return type_ << TYPE_SHIFT | number

    def _constant(self, walk: Walk, wanted: int, wanted_names: dict[int, str]) -> int:
        class_ = step(walk.key, 40)
        text = None
        if type_of(wanted) == tokens.TYPE_CONSTANT:
            text = name_of(wanted, wanted_names, self._registry)
        value = self._texts.other_text(class_, class_, class_, walk.constant_before(), text)
        if not isinstance(value, str):
            raise FrameError(FrameFault.MALFORMED, "a constant that is no text")
        return walk.learn(tokens.TYPE_CONSTANT, value, self._registry.text_numbers)
