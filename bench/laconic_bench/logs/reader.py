"""Reads one log, whatever its format."""

import csv
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Final

from laconic_bench.logs.found import BadLine, Finding, LogError
from laconic_bench.logs.lines import LineReader
from laconic_bench.logs.mingled import Mingled
from laconic_bench.logs.objects import one_a_line
from laconic_bench.logs.source import Source, opened
from laconic_bench.logs.table import FIELD_MAX_CHARACTERS, TableReader, header_of
from laconic_bench.logs.ways import records
from laconic_bench.trace import TraceRecord

BAD_LINES_KEPT: Final = 10
"""Of each file; the others are only counted."""
RECENT_MESSAGES: Final = 8
TWICE_SECONDS: Final = 1.0
_SOAP: Final = ("soap:Envelope", "SOAP-ENV:Envelope", "soapenv:Envelope", ":Envelope")
_PROGRESS_LINES: Final = 500


@dataclass(slots=True)
class LogFacts:
    """What was found in one file."""

    name: str
    format: str = "lines"
    """lines or csv."""
    lines: int = 0
    messages: int = 0
    unreadable_lines: int = 0
    bad_lines: list[BadLine] = field(default_factory=list[BadLine])
    """The first ones."""
    problems: list[str] = field(default_factory=list[str])
    """With the file as a whole."""
    repeated_lines: int = 0
    """Messages that stand in the log twice, or in another one of it too; they count once."""
    names_chargers: bool = True
    """Each message has the name of its charger."""
    looks_mingled: bool = False
    """Several chargers seem to be in it, of which it names none."""
    has_soap: bool = False
    has_times: bool = False

    def note_bad(self, line: BadLine) -> None:
        """Count a line that cannot be read."""
        self.unreadable_lines += 1
        if len(self.bad_lines) < BAD_LINES_KEPT:
            self.bad_lines.append(line)


def read(
    path: Path, facts: LogFacts, on_progress: Callable[[int], None] = lambda position: None
) -> Generator[TraceRecord]:
    """Yield the messages of a log in its order; their times are Unix times.

    `facts` is filled while it is read; `on_progress` is told the bytes that were read.

    Raises:
        LogError: it is no log with OCPP messages.
        OSError: it cannot be read.
    """
    # Larger than the longest line, so that only broken quotes end a cell.
    csv.field_size_limit(FIELD_MAX_CHARACTERS)
    with opened(path) as source:
        facts.problems = source.problems
        lines = _watched(source, facts, on_progress)
        recent, mingled, is_log = _Recent(), Mingled(), False
        for found in records(_findings(lines, facts), source.stem):
            if isinstance(found, BadLine):
                facts.note_bad(found)
            elif recent.has(found):
                facts.repeated_lines += 1
            else:
                facts.messages += 1
                is_log = True
                if found.identity == source.stem:
                    facts.names_chargers = False
                    mingled.add(found)
                yield found
        facts.looks_mingled = mingled.is_likely
    if not is_log:
        raise LogError(_nothing_found(facts))


class _Recent:
    """Knows the last messages, to see when a log has written one twice, as at two places of a
    program. A charger that asks again waits longer, and the next message has another id.
    """

    def __init__(self) -> None:
        self._times: dict[tuple[str, str, str], float | None] = {}

    def has(self, record: TraceRecord) -> bool:
        """Tell whether a message was there just now; remember it."""
        key = record.identity, record.direction, record.raw
        now, is_known = record.time_seconds, key in self._times
        before = self._times.pop(key, None)
        self._times[key] = now
        if len(self._times) > RECENT_MESSAGES:
            del self._times[next(iter(self._times))]
        if not is_known or now is None or before is None:
            return is_known
        return abs(now - before) <= TWICE_SECONDS


def _findings(lines: Iterator[str], facts: LogFacts) -> Iterator[Finding | BadLine]:
    first = list(islice(lines, 1))
    header = header_of(first[0]) if first else None
    if header is not None:
        facts.format = "csv"
        return TableReader(first[0], *header).read(lines)
    return LineReader().read(one_a_line(chain(first, lines)))


def _watched(source: Source, facts: LogFacts, on_progress: Callable[[int], None]) -> Iterator[str]:
    for line in source.lines:
        facts.lines += 1
        if not facts.has_soap and "Envelope" in line:
            facts.has_soap = any(name in line for name in _SOAP)
        if facts.lines % _PROGRESS_LINES == 0:
            on_progress(source.position())
        yield line.rstrip("\r")


def _nothing_found(facts: LogFacts) -> str:
    if facts.has_soap:
        return (
            f"{facts.name} has OCPP over SOAP (XML), and this command reads OCPP-J (JSON). Give a "
            "log of a charger that speaks OCPP-J"
        )
    where = f"no OCPP message was found in the {facts.lines:,} lines of {facts.name}"
    if facts.bad_lines:
        first = facts.bad_lines[0]
        return f"{where}. Line {first.number} looks like one, but: {first.reason}: {first.excerpt}"
    return (
        f'{where}. A message looks like [2,"17","Heartbeat",{{}}]; docs/estimate.md shows what '
        "can be read. Does the program log the messages themselves?"
    )
