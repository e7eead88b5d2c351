"""Messages in lines of text: what programs log, the trace format, and JSON lines.

A message may go over several lines: then they are joined, up to a limit. White space in it counts
as made by the log: such a message becomes compact.
"""

import json
from collections.abc import Iterator
from typing import Any, Final, cast

from laconic_bench.logs.arrays import PRETTY_START, START, ArrayScan, compacted, unescaped
from laconic_bench.logs.columns import columns_of, finding_of
from laconic_bench.logs.found import BadLine, Finding
from laconic_bench.logs.times import Clock
from laconic_bench.logs.words import identity, plain_name
from laconic_codec.errors import MessageError
from laconic_codec.messages import Message, parse

JOINED_MAX_CHARACTERS: Final = 131_072
JOINED_MAX_LINES: Final = 4_000
DOUBTFUL_LINES: Final = 4
"""After so many lines it must be clear that an array is a message."""


class LineReader:
    """Finds the messages in the lines of one log."""

    def __init__(self) -> None:
        self._clock = Clock()
        self._joining: _Joining | None = None
        self._before = ""
        """The line before, if it had no message: it may say what follows."""

    def read(self, lines: Iterator[str]) -> Iterator[Finding | BadLine]:
        """Yield what is in the lines, in their order."""
        for number, line in enumerate(lines, start=1):
            if self._joining is not None:
                was_used, found = self._join(self._joining, line)
                if found is not None:
                    yield found
                if was_used:
                    continue
            found = self._line(number, line)
            if found is not None:
                yield found
        if self._joining is not None and self._joining.is_certain:
            yield self._joining.bad("the message does not end")

    def _line(self, number: int, line: str) -> Finding | BadLine | None:
        if line.startswith("{"):
            row = _object(line)
            if row is not None:
                return finding_of(row, columns_of(list(row)), number, self._clock)
        begins = START.search(line)
        if begins is None:
            self._no_message(number, line)
            return None
        words, self._before = self._words(line[: begins.start()]), ""
        text = unescaped(line[begins.start() :]).strip()
        message = _parsed(text)
        if message is None:
            scan = ArrayScan()
            end = scan.feed(text)
            if end is None:
                self._joining = _Joining(number, words, text, scan)
                return None
            text = text[:end]
            try:
                message = parse(text)
            except MessageError as error:
                return BadLine.of(number, error.detail, text)
        return self._finding(number, words, text, message)

    def _no_message(self, number: int, line: str) -> None:
        begins = PRETTY_START.search(line)
        if begins is None:
            self._before = line
            return
        words, self._before = self._words(line[: begins.start()]), ""
        scan = ArrayScan()
        scan.feed(line[begins.start() :])
        self._joining = _Joining(number, words, line[begins.start() :], scan)

    def _words(self, words: str) -> str:
        return words if words.strip() else self._before

    def _join(self, joining: "_Joining", line: str) -> tuple[bool, Finding | BadLine | None]:
        """Add a line to a message; return whether it belongs to it, and what came out."""
        if START.search(line):
            self._joining = None
            return False, joining.bad("the message does not end") if joining.is_certain else None
        end = joining.add(line)
        if end is not None:
            self._joining = None
            return True, self._joined(joining)
        if joining.is_too_long:
            self._joining = None
            return True, joining.bad("the message does not end")
        if joining.is_hopeless:
            self._joining = None
        return True, None

    def _joined(self, joining: "_Joining") -> Finding | BadLine | None:
        text = compacted(joining.text)
        try:
            message = parse(text)
        except MessageError as error:
            return joining.bad(error.detail) if joining.is_certain else None
        return self._finding(joining.number, joining.words, text, message)

    def _finding(self, number: int, words: str, text: str, message: Message) -> Finding:
        name = identity(words)
        return Finding(
            number,
            text,
            message,
            self._clock.read(words),
            name,
            plain_name=None if name is not None else plain_name(words),
            words=words,
        )


class _Joining:
    """A message whose lines are being joined."""

    def __init__(self, number: int, words: str, text: str, scan: ArrayScan) -> None:
        self.number = number
        self.words = words
        self.is_certain = START.match(text) is not None
        self._pieces = [text]
        self._size = len(text)
        self._scan = scan
        self._scan.feed("\n")

    @property
    def text(self) -> str:
        """Return all lines so far."""
        return "\n".join(self._pieces)

    @property
    def is_too_long(self) -> bool:
        """Tell whether it is longer than any message."""
        return self._size > JOINED_MAX_CHARACTERS or len(self._pieces) > JOINED_MAX_LINES

    @property
    def is_hopeless(self) -> bool:
        """Tell whether it is an array of something else."""
        return not self.is_certain and len(self._pieces) >= DOUBTFUL_LINES

    def add(self, line: str) -> int | None:
        """Take the next line; return a position when the array has ended, None before."""
        end = self._scan.feed(line)
        self._pieces.append(line if end is None else line[:end])
        self._size += len(line) + 1
        if not self.is_certain and len(self._pieces) <= DOUBTFUL_LINES:
            self.is_certain = START.match(self.text) is not None
        return end

    def bad(self, reason: str) -> BadLine:
        """Return it as a line that cannot be read."""
        return BadLine.of(self.number, reason, self._pieces[0])


def _parsed(text: str) -> Message | None:
    try:
        return parse(text)
    except MessageError:
        return None


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line, strict=False)
    except (ValueError, RecursionError):
        return None
    return cast(dict[str, Any], value) if isinstance(value, dict) else None
