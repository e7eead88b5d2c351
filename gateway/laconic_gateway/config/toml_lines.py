"""Finds the line on which a key of a TOML text stands.

`tomllib` tells values but not their places. This scanner reads a text that `tomllib` has already
accepted, so it looks only for structure: headers, keys, arrays and inline tables (TOML 1.0).
"""

import re
import tomllib
from bisect import bisect_left
from typing import Final

KeyPath = tuple[str | int, ...]
"""Names of tables and keys, and positions in arrays, from the root to a value."""

_STRING: Final = (
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'"
)
_BLANK: Final = re.compile(r"(?:\s|#[^\n]*)*")
_KEY_PART: Final = re.compile(rf"[ \t]*({_STRING}|[A-Za-z0-9_-]+)[ \t]*", re.DOTALL)
_SCALAR: Final = re.compile(rf"{_STRING}|[^,\]}}#\n]+", re.DOTALL)


def key_lines(text: str) -> dict[KeyPath, int]:
    """Maps each table, key and array element of a valid TOML text to its line, counted from 1."""
    return _Scanner(text).scan()


def line_of(text: str, path: KeyPath) -> int:
    """The line of a value, or of the nearest table around it that the text does hold."""
    lines = key_lines(text)
    while path not in lines:
        path = path[:-1]
    return lines[path]


class _Scanner:
    """One pass over a text; `position` is the next character to read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.line_ends = [match.start() for match in re.finditer("\n", text)]
        self.lines: dict[KeyPath, int] = {(): 1}
        self.lengths: dict[KeyPath, int] = {}

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self._skip_blank():
            if self._take("["):
                table = self._header()
            else:
                self._pair(table)
        return self.lines

    def _header(self) -> KeyPath:
        is_array = self._take("[")
        parts = self._key()
        self._take("]]" if is_array else "]")
        path: KeyPath = ()
        for part in parts[:-1]:
            path = self._last_element(self._note((*path, part)))
        path = self._note((*path, parts[-1]))
        if not is_array:
            return path
        self.lengths[path] = self.lengths.get(path, 0) + 1
        return self._note(self._last_element(path))

    def _last_element(self, path: KeyPath) -> KeyPath:
        """The table that a header means when it goes through an array of tables."""
        return (*path, self.lengths[path] - 1) if path in self.lengths else path

    def _pair(self, table: KeyPath) -> None:
        path = table
        for part in self._key():
            path = self._note((*path, part))
        self._take("=")
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        self._skip_blank()
        if self._take("["):
            self._array(path)
        elif self._take("{"):
            self._inline_table(path)
        else:
            self._match(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        index = 0
        while self._skip_blank() and not self._take("]"):
            self._value(self._note((*path, index)))
            self._skip_blank()
            self._take(",")
            index += 1

    def _inline_table(self, path: KeyPath) -> None:
        while self._skip_blank() and not self._take("}"):
            self._pair(path)
            self._skip_blank()
            self._take(",")

    def _key(self) -> list[str]:
        parts = [self._key_part()]
        while self._take("."):
            parts.append(self._key_part())
        return parts

    def _key_part(self) -> str:
        raw = self._match(_KEY_PART)[1]
        return str(tomllib.loads(f"key = {raw}")["key"]) if raw[0] in "\"'" else raw

    def _note(self, path: KeyPath) -> KeyPath:
        """Remembers the current line for a path that is new."""
        if path not in self.lines:
            self.lines[path] = bisect_left(self.line_ends, self.position) + 1
        return path

    def _skip_blank(self) -> bool:
        """Goes to the next thing to read; false at the end of the text."""
        self._match(_BLANK)
        return self.position < len(self.text)

    def _take(self, token: str) -> bool:
        found = self.text.startswith(token, self.position)
        self.position += len(token) if found else 0
        return found

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self.text, self.position)
        if match is None:
            raise AssertionError(f"tomllib accepts this text, the scanner does not: {self.text!r}")
        self.position = match.end()
        return match
