"""Templates: messages of one shape, and the text around their values."""

from array import array
from typing import Final

from laconic_codec import jsontext
from laconic_codec.adaptive import tokens as t
from laconic_codec.adaptive.slots import slots_of
from laconic_codec.adaptive.tokens import type_of
from laconic_codec.jsontext import Number, Tree
from laconic_codec.registry import Registry

_HOLE: Final = "\0"


class Template:
    """A shape: tokens, and all that follows from them."""

    __slots__ = ("digest", "names", "order", "pieces", "slots", "style", "tokens")

    def __init__(self, tokens: list[int], names: dict[int, str], registry: Registry) -> None:
        """`tokens` are well-formed; `names` has the text of each learned one."""
        self.tokens = array("I", tokens)
        self.names = names
        self.digest = t.digest(tokens)
        self.slots, self.order = slots_of(tokens)
        """The slots as they stand in the message, and in which order they are coded."""
        self.style = jsontext.STYLES[tokens[0] & 15]
        self.pieces = _pieces(tokens, names, self.style, registry)
        """The JSON text before, between and after the values."""

    def render(self, values: list[t.Value]) -> str:
        """Return the payload with some values.

        Raises:
            ValueError: a timestamp is out of range.
        """
        parts = [self.pieces[0]]
        for slot, value, piece in zip(self.slots, values, self.pieces[1:], strict=True):
            parts.append(_value_text(slot.token, value, self.style))
            parts.append(piece)
        return "".join(parts)


def name_of(token: int, names: dict[int, str], registry: Registry) -> str:
    """Return the text of an action, a key or a constant.

    Raises:
        ValueError, KeyError: there is none.
    """
    if token & t.LEARNED:
        return names[token]
    number = token & 0xFFF_FFFF
    type_ = token >> t.TYPE_SHIFT
    if type_ == t.TYPE_KEY:
        return registry.key_name(number)
    if type_ == t.TYPE_CONSTANT:
        return registry.text_name(number)
    return registry.action_name(number)


def _value_text(token: int, value: t.Value, style: jsontext.Style) -> str:
    if isinstance(value, tuple):
        text = t.number_text(value)
        return text if token == t.NUMBER else f'"{text}"'
    if isinstance(value, str | bool) or value is None:
        return str(value) if token == t.VERBATIM else jsontext.scalar_text(value, style)
    return f'"{t.timestamp_text(token, value)}"'


def _pieces(
    tokens: list[int], names: dict[int, str], style: jsontext.Style, registry: Registry
) -> list[str]:
    first = 2 if type_of(tokens[1]) == t.TYPE_ACTION else 1
    tree, _ = _tree(tokens, first, names, registry)
    return jsontext.render(tree, style).split(_HOLE)


def _tree(
    tokens: list[int], at: int, names: dict[int, str], registry: Registry
) -> tuple[Tree, int]:
    token = tokens[at]
    if token == t.OBJECT:
        members: dict[str, Tree] = {}
        at += 1
        while tokens[at] != t.OBJECT_END:
            key = name_of(tokens[at], names, registry)
            if key in members:
                raise ValueError("a key stands twice in one object")
            members[key], at = _tree(tokens, at + 1, names, registry)
        return members, at + 1
    if token == t.ARRAY:
        entries: list[Tree] = []
        at += 1
        while tokens[at] != t.ARRAY_END:
            entry, at = _tree(tokens, at, names, registry)
            entries.append(entry)
        return entries, at + 1
    if type_of(token) == t.TYPE_CONSTANT:
        return name_of(token, names, registry), at + 1
    return Number(_HOLE), at + 1
