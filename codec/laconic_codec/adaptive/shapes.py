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
from laconic_codec.adaptive.templates import name_of, type_of
from laconic_codec.adaptive.text_slots import TextSlots
from laconic_codec.adaptive.tokens import LEARNED, TYPE_SHIFT
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.limits import DEPTH_MAX, FRAME_TOKENS_MAX
from laconic_codec.registry import Registry
from laconic_codec.registry.names import VENDOR_FIRST

SUCCESSORS_BITS: Final = 11
TOKENS_MAX: Final = 1_024
"""Most tokens of a template."""
NAME_MAX_CHARACTERS: Final = 255

_HIT_MIXER: Final = 37
_KIND_MIXER: Final = 40
_START_MIXER: Final = 41
_NAME_MIXER: Final = 42
_STYLE_MIXER: Final = 43

_KIND_BITS: Final = 4
_KIND_KEY: Final = 0
_KIND_CONSTANT: Final = 1
_KIND_ACTION: Final = 2
_KIND_TIMESTAMP: Final = 3
_KINDS_OF_TYPE: Final = {
    tokens.TYPE_KEY: _KIND_KEY,
    tokens.TYPE_CONSTANT: _KIND_CONSTANT,
    tokens.TYPE_ACTION: _KIND_ACTION,
}
_KIND_PLAIN: Final = 3
"""Kind less this: a plain token, from OBJECT (1) to VERBATIM (8)."""
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
        walk = _Walk(names)
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

    def _token(self, walk: "_Walk", wanted: int, wanted_names: dict[int, str]) -> int:
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

    def _spell(self, walk: "_Walk", wanted: int, wanted_names: dict[int, str]) -> int:
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
            _kind_of(wanted),
        )
        if kind == _KIND_TIMESTAMP:
            token = self._timestamp(walk, wanted)
        elif kind > _KIND_TIMESTAMP:
            token = kind - _KIND_PLAIN
        else:
            token = self._name(walk, kind, wanted, wanted_names)
        if not walk.accepts(token):
            raise FrameError(FrameFault.MALFORMED, "a token where none like it may stand")
        return token

    def _timestamp(self, walk: "_Walk", wanted: int) -> int:
        return tokens.TIMESTAMP + self._coder.tree(
            (SALT * 35 + FIRST * walk.key, SALT * 36, SALT * 36),
            _STYLE_MIXER,
            _STYLE_BITS,
            max(wanted - tokens.TIMESTAMP, 0),
        )

    def _name(self, walk: "_Walk", kind: int, wanted: int, wanted_names: dict[int, str]) -> int:
        if kind == _KIND_CONSTANT:
            return self._constant(walk, wanted, wanted_names)
        type_ = tokens.TYPE_KEY if kind == _KIND_KEY else tokens.TYPE_ACTION
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
        numbers = registry.key_numbers if kind == _KIND_KEY else registry.action_numbers
        if number == other:
            if self._coder.raw(1, not wanted & LEARNED) == 0:
                text = wanted_names.get(wanted, "")
                name = letters.code(self._coder, self._ring, SALT * 39 & MASK_32, text)
                return walk.learn(type_, name, numbers)
            number = self._coder.raw(16, wanted_number)
        if number not in numbers.values():
            raise FrameError(FrameFault.MALFORMED, "a number that the registry does not have")
        return type_ << TYPE_SHIFT | number

    def _constant(self, walk: "_Walk", wanted: int, wanted_names: dict[int, str]) -> int:
        class_ = step(walk.key, 40)
        text = None
        if type_of(wanted) == tokens.TYPE_CONSTANT:
            text = name_of(wanted, wanted_names, self._registry)
        value = self._texts.other_text(class_, class_, class_, walk.constant_before(), text)
        if not isinstance(value, str):
            raise FrameError(FrameFault.MALFORMED, "a constant that is no text")
        return walk.learn(tokens.TYPE_CONSTANT, value, self._registry.text_numbers)


class _Walk:
    """Where in a template the next token stands."""

    def __init__(self, known: dict[int, str]) -> None:
        self.tokens: list[int] = []
        self.names: dict[int, str] = {}
        self.known = dict(known)
        self.run = 0
        """Tokens that came as predicted, one after the other."""
        self.key = 0
        """Token of the last key."""
        self.outer = 0
        """Token of the key that the container around stands under; 1 more for an array."""
        self.sibling = 0
        """Token of the key before, in the same object."""
        self._stack: list[tuple[int, int]] = []
        """Containers: start token, key."""
        self._constants: dict[int, int] = {}
        self._awaits_value = True
        self._keys_seen: list[set[int]] = []

    @property
    def last(self) -> int:
        """Return the last token."""
        return self.tokens[-1] if self.tokens else 0

    @property
    def last_kind(self) -> int:
        """Return the kind of the last token."""
        return _kind_of(self.last) if len(self.tokens) > 1 else 15

    @property
    def is_done(self) -> bool:
        """Tell whether the template is complete."""
        return len(self.tokens) > 1 and not self._stack and not self._awaits_value

    def keys(self) -> tuple[int, int, int]:
        """Return the hashes under which the next token may be found."""
        one = self.tokens[-1] if self.tokens else 0
        two = self.tokens[-2] if len(self.tokens) > 1 else 0
        three = self.tokens[-3] if len(self.tokens) > 2 else 0
        pair = step(one, two)
        return step(pair, three), step(pair, 41), step(step(step(one, 42), self.key), self.outer)

    def constant_before(self) -> int:
        """Return the token that the same key had last in this template; 0: none."""
        return self._constants.get(self.key, 0)

    def learn(self, type_: int, name: str, numbers: dict[str, int]) -> int:
        """Return the token of a name, which is known from now on.

        Raises:
            FrameError: MALFORMED, another name has the same token, or it is too long.
        """
        token = tokens.of_name(type_, name, numbers)
        if token & LEARNED:
            if len(name) > NAME_MAX_CHARACTERS or self.known.setdefault(token, name) != name:
                raise FrameError(FrameFault.MALFORMED, "a name that has no token of its own")
        return token

    def accepts(self, token: int) -> bool:
        """Tell whether a token may stand here and means something."""
        if token & LEARNED and token not in self.known:
            return False
        type_ = type_of(token)
        if not self.tokens:
            return type_ == tokens.TYPE_START
        if type_ == tokens.TYPE_ACTION:
            return len(self.tokens) == 1
        if type_ == tokens.TYPE_START:
            return False
        if self._awaits_value:
            return self._accepts_value(token, type_)
        start = self._stack[-1][0]
        if start == tokens.OBJECT:
            if type_ == tokens.TYPE_KEY:
                return token not in self._keys_seen[-1]
            return token == tokens.OBJECT_END
        return token == tokens.ARRAY_END or self._accepts_value(token, type_)

    def _accepts_value(self, token: int, type_: int) -> bool:
        if type_ == tokens.TYPE_CONSTANT:
            return bool(self._stack) and self._stack[-1][0] == tokens.OBJECT
        if token in (tokens.OBJECT, tokens.ARRAY):
            return len(self._stack) < DEPTH_MAX
        return type_ == 0 and (
            tokens.TEXT <= token <= tokens.VERBATIM
            or tokens.TIMESTAMP <= token < tokens.TIMESTAMP_END
        )

    def take(self, token: int) -> None:
        """Go past a token."""
        self.tokens.append(token)
        if token & LEARNED:
            self.names[token] = self.known[token]
        type_ = type_of(token)
        if token in (tokens.OBJECT, tokens.ARRAY):
            self._stack.append((token, self.key))
            self._keys_seen.append(set())
            self.outer = self.key + (token == tokens.ARRAY)
            self.sibling = 0
            self._awaits_value = False
        elif token in (tokens.OBJECT_END, tokens.ARRAY_END):
            _, self.key = self._stack.pop()
            self._keys_seen.pop()
            self.sibling = self.key
            start, key = self._stack[-1] if self._stack else (0, 0)
            self.outer = key + (start == tokens.ARRAY)
            self._awaits_value = False
        elif type_ == tokens.TYPE_KEY:
            self._keys_seen[-1].add(token)
            self.sibling = self.key = token
            self._awaits_value = True
        elif len(self.tokens) > 1 and type_ != tokens.TYPE_ACTION:
            if type_ == tokens.TYPE_CONSTANT:
                self._constants[self.key] = token
            self._awaits_value = False


def _kind_of(token: int) -> int:
    type_ = type_of(token)
    if type_:
        return _KINDS_OF_TYPE.get(type_, 15)
    return token + _KIND_PLAIN if token < tokens.TIMESTAMP else _KIND_TIMESTAMP
