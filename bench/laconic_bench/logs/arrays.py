"""Finds OCPP-J arrays in text, and their ends."""

import re
from dataclasses import dataclass
from typing import Final

START: Final = re.compile(r'\[\s*[2-6]\s*,\s*(?:"|\\+")')
"""An OCPP-J message begins: message type and the quote of its id, which may be escaped."""
PRETTY_START: Final = re.compile(r"\[\s*(?:[2-6]\s*,?)?\s*$")
"""A line ends in what may be the first lines of a message with one element a line."""

_ESCAPED: Final = re.compile(r'\[\s*[2-6]\s*,\s*\\+"')
_ESCAPE: Final = re.compile(r'\\(["\\/])')
_TOKEN: Final = re.compile(r'[\[{\]}]|"(?:[^"\\]|\\.)*+("|\\?\Z)', re.DOTALL)
_STRING_REST: Final = re.compile(r'(?:[^"\\]|\\.)*+("|\\?\Z)', re.DOTALL)
_SPACE: Final = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\Z))|\s+', re.DOTALL)


@dataclass(slots=True)
class ArrayScan:
    """Looks for the end of an array that comes in pieces. It knows only strings and brackets."""

    depth: int = 0
    in_string: bool = False

    def feed(self, text: str) -> int | None:
        """Take the next piece; return the position behind the array's end, None if it goes on."""
        position = 0
        while True:
            if self.in_string:
                rest = _STRING_REST.match(text, position)
                assert rest is not None
                position = rest.end()
                if rest[1] != '"':
                    return None
                self.in_string = False
            found = _TOKEN.search(text, position)
            if found is None:
                return None
            position = found.end()
            if text[found.start()] == '"':
                self.in_string = found[1] != '"'
                continue
            self.depth += 1 if found[0] in "[{" else -1
            if self.depth <= 0:
                return position


def unescaped(text: str) -> str:
    """Return the text that stands in a JSON string, if an escaped message begins it."""
    return _ESCAPE.sub(r"\1", text) if _ESCAPED.match(text) else text


def compacted(text: str) -> str:
    """Return JSON text without white space between its tokens."""
    return _SPACE.sub(lambda found: found[1] or "", text)
