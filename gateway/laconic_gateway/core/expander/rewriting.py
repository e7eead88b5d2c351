"""Replaces single values in the text of a JSON object and leaves every other byte as it is."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Final

_MEMBER: Final = re.compile(
    r'[ \t\n\r]*[{,][ \t\n\r]*(?P<key>"(?:[^"\\]|\\.)*+")[ \t\n\r]*:[ \t\n\r]*', re.DOTALL
)
"""The beginning of an object, or the comma behind a member of it, as far as the next value."""
# Only where a value ends counts: numbers may be longer than Python would convert.
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)


def replace(text: str, path: tuple[str, ...], change: Callable[[str], str | None]) -> str:
    """Return the text with the values at a path of keys replaced.

    `change` gets a value as it stands in the text, and returns another one or None. Only values
    without parts (numbers, strings, true, false, null) are offered. A key that stands in an object
    twice names two values: whoever reads the text may take either.
    """
    parts: list[str] = []
    done = 0
    for start, end in _spans(text, 0, path):
        changed = change(text[start:end])
        if changed is not None:
            parts += [text[done:start], changed]
            done = end
    return "".join([*parts, text[done:]])


def replace_number(text: str, path: tuple[str, ...], mapping: Callable[[int], int | None]) -> str:
    """Return the text with the whole numbers at a path replaced where the mapping has another."""

    def change(token: str) -> str | None:
        number = whole_number(token)
        other = None if number is None else mapping(number)
        return None if other is None else str(other)

    return replace(text, path, change)


def whole_number(token: str) -> int | None:
    """Return the number that a token of JSON writes as a whole number of at most 64 bits."""
    return int(token) if re.fullmatch(r"-?[0-9]{1,18}", token) else None


def _spans(text: str, at: int, path: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield where the values at a path stand, which begins in the object at a place of the text."""
    first, rest = path[0], path[1:]
    for key, start, end in _members(text, at):
        if key == first:
            if rest:
                yield from _spans(text, start, rest)
            elif text[start] not in "{[":
                yield start, end


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Yield keys, and where their values begin and end, of what is at a place, if it is an object.

    The text is JSON.
    """
    while match := _MEMBER.match(text, at):
        _, at = _DECODER.raw_decode(text, match.end())
        yield _DECODER.decode(match["key"]), match.end(), at
