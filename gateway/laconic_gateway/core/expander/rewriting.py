"""Replaces single values in the text of a JSON object and leaves every other byte as it is."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Final

_TOKEN: Final = re.compile(
    r'[ \t\n\r]*(?P<token>"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^ \t\n\r{}\[\],:"]+)', re.DOTALL
)


def replace(text: str, path: tuple[str, ...], change: Callable[[str], str | None]) -> str:
    """Return the text with the values at a path of keys replaced.

    `change` gets a value as it stands in the text, and returns another one or None. Only values
    without parts (numbers, strings, true, false, null) are offered. A key that stands in an object
    twice names two values: whoever reads the text may take either.
    """
    parts: list[str] = []
    done = 0
    for start, end in _spans(text, path):
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


def _spans(text: str, path: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield where the values at a path stand; the text is JSON."""
    keys: list[str | None] = []  # the key that is being read in each open object; None: an array
    expects_key = False
    for match in _TOKEN.finditer(text):
        token = match["token"]
        if token in ("{", "["):
            keys.append("" if token == "{" else None)
            expects_key = token == "{"
        elif token in ("}", "]"):
            keys.pop()
            expects_key = False
        elif token == ",":
            expects_key = keys[-1] is not None
        elif token == ":":
            expects_key = False
        elif expects_key:
            keys[-1] = json.loads(token, strict=False)
        elif tuple(keys) == path:
            yield match.span("token")
