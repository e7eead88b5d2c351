"""JSON text to tree and back, with the spelling of numbers and the order of keys kept.

What a tree cannot hold (duplicate keys, unusual escapes, irregular white space) shows when the
rendered tree differs from the text. The caller compares and sends the text itself instead.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Final, NoReturn, TypeAlias


class Number(str):
    """A JSON number as it is spelt, for example `230.40` or `3.48e-05`."""

    __slots__ = ()


Tree: TypeAlias = "bool | Number | str | list[Tree] | dict[str, Tree] | None"


@dataclass(frozen=True, slots=True)
class Style:
    """How a JSON text is written where JSON leaves the choice."""

    comma: str
    colon: str
    indent: str | None = None
    """Repeated for each level after a line break; None: everything on one line."""
    escape_non_ascii: bool = False
    escape_slash: bool = False


_SPACING: Final = (
    (",", ":", None),  # JSON.stringify, most firmware
    (", ", ": ", None),  # Python
    (",", ":\t", "\t"),  # cJSON_Print
    (",", ": ", None),  # Wallbox
)

STYLES: Final[tuple[Style, ...]] = tuple(
    Style(comma, colon, indent, escape_non_ascii, escape_slash)
    for escape_non_ascii in (False, True)
    for escape_slash in (False, True)
    for comma, colon, indent in _SPACING
)
"""The styles of the profile by number. Style 0 is compact JSON."""


_PLAIN_STRING: Final = re.compile(r'"[^"]*"')
_SPACING_LEFT: Final = re.compile(r"[,:\s]")


class Irregular(ValueError):
    """Says that a JSON text has no tree."""


def parse(text: str) -> Tree:
    """Return the tree of a JSON text.

    Raises:
        Irregular: the text is not JSON, or an object has the same key twice.
    """
    try:
        tree: Tree = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise Irregular(str(error)) from error
    return tree


def style_number(text: str, tree: Tree, quick: Callable[[int], str] | None = None) -> int | None:
    """Return the number of the style that renders `tree` to exactly `text`, or None.

    `quick` returns the text in a style if there is a faster way than `render`, else any other.
    """
    if "\\" not in text and "\n" not in text:
        return _style_of_plain(text)
    for number in _likely_styles(text):
        if quick is not None and quick(number) == text:
            return number
        if render(tree, STYLES[number]) == text:
            return number
    return None


def _style_of_plain(text: str) -> int | None:
    """Return the same for a text on one line whose strings stand there as they are.

    What could differ from a rendered tree is the white space alone.
    """
    # Quotes stay, or what stands around a string would become one piece.
    between = _PLAIN_STRING.sub('""', text)
    for number in _likely_spacings(text):
        style = STYLES[number]
        if not _SPACING_LEFT.search(between.replace(style.comma, "").replace(style.colon, "")):
            return number
    return None


def render(tree: Tree, style: Style) -> str:
    """Return the JSON text of a tree in a style."""
    parts: list[str] = []
    # A payload is an element of the message's array, so it is already one level deep.
    _render(tree, style, style.indent or "", parts)
    return "".join(parts)


def scalar_text(scalar: str | bool | None, style: Style) -> str:
    """Return the JSON text of a string, a truth value or null."""
    if isinstance(scalar, str):
        return _string(scalar, style)
    return "null" if scalar is None else "true" if scalar else "false"


def _object(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise Irregular("a key stands twice in one object")
    return tree


def _refuse_constant(name: str) -> NoReturn:
    raise Irregular(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=Number,
    parse_float=Number,
    parse_constant=_refuse_constant,
)


def _likely_styles(text: str) -> list[int]:
    """Return the styles worth trying, the likeliest first."""
    # What looks like an escape may be the end of one (two backslashes, then a slash) or one that
    # every style has (control characters): then the style without it is worth trying too.
    slashes = (len(_SPACING), 0) if "\\/" in text else (0,)
    escapes = (2 * len(_SPACING), 0) if "\\u" in text else (0,)
    return [
        spacing + slash + escape
        for escape in escapes
        for slash in slashes
        for spacing in _likely_spacings(text)
    ]


def _likely_spacings(text: str) -> tuple[int, ...]:
    if "\n" in text:
        return (2,)
    # The end of the first key tells; the key itself may begin with a colon. Later colons may stand
    # in a string: some firmware sends JSON in strings.
    if text.startswith('": ', text.find('":', len('{"'))):
        return (1, 3)
    return (0,)


def _render(tree: Tree, style: Style, margin: str, parts: list[str]) -> None:
    if isinstance(tree, Number):
        parts.append(tree)
    elif isinstance(tree, dict):
        _render_object(tree, style, margin, parts)
    elif isinstance(tree, list):
        _render_array(tree, style, margin, parts)
    else:
        parts.append(scalar_text(tree, style))


def _render_object(tree: dict[str, Tree], style: Style, margin: str, parts: list[str]) -> None:
    if not tree:
        # cJSON_Print breaks the line even here, and then indents by one level less.
        outer = "" if style.indent is None else "\n" + margin[len(style.indent) :]
        parts.append("{" + outer + "}")
        return
    inner, opening, between, closing = _layout(style, margin)
    separator = opening
    parts.append("{")
    for key, value in tree.items():
        parts.append(separator)
        parts.append(_string(key, style))
        parts.append(style.colon)
        _render(value, style, inner, parts)
        separator = between
    parts.append(closing + "}")


def _render_array(tree: list[Tree], style: Style, margin: str, parts: list[str]) -> None:
    # cJSON_Print keeps arrays on one line and breaks lines only inside objects.
    separator = ""
    between = style.comma + (" " if style.indent is not None else "")
    inner = margin + (style.indent or "")
    parts.append("[")
    for value in tree:
        parts.append(separator)
        _render(value, style, inner, parts)
        separator = between
    parts.append("]")


def _layout(style: Style, margin: str) -> tuple[str, str, str, str]:
    if style.indent is None:
        return margin, "", style.comma, ""
    inner = margin + style.indent
    return inner, "\n" + inner, style.comma + "\n" + inner, "\n" + margin


def _string(text: str, style: Style) -> str:
    quoted = encode_basestring_ascii(text) if style.escape_non_ascii else encode_basestring(text)
    return quoted.replace("/", "\\/") if style.escape_slash else quoted
