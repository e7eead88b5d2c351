"""The way through the tokens of a template: what may stand next, and what is known about it."""

from typing import Final

from laconic_codec.adaptive import tokens
from laconic_codec.adaptive.hashing import step
from laconic_codec.adaptive.tokens import LEARNED, type_of
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.limits import DEPTH_MAX

NAME_MAX_CHARACTERS: Final = 255

KIND_KEY: Final = 0
KIND_CONSTANT: Final = 1
KIND_ACTION: Final = 2
KIND_TIMESTAMP: Final = 3
_KINDS_OF_TYPE: Final = {
    tokens.TYPE_KEY: KIND_KEY,
    tokens.TYPE_CONSTANT: KIND_CONSTANT,
    tokens.TYPE_ACTION: KIND_ACTION,
}
KIND_PLAIN: Final = 3
"""Kind less this: a plain token, from OBJECT (1) to VERBATIM (8)."""


class Walk:
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
        return kind_of(self.last) if len(self.tokens) > 1 else 15

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


def kind_of(token: int) -> int:
    """Return the kind of a token: of its names, a timestamp, or which plain token it is."""
    type_ = type_of(token)
    if type_:
        return _KINDS_OF_TYPE.get(type_, 15)
    return token + KIND_PLAIN if token < tokens.TIMESTAMP else KIND_TIMESTAMP
