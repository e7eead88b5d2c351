"""The trace format: recorded OCPP traffic as JSON lines, one message a line.

    {"t": "<ISO 8601 or null>", "cp": "<identity>", "dir": "up"|"down", "ver": "1.6", "raw": "..."}

`up` is from the charger to the CSMS, `raw` is the OCPP-J text as it was on the wire. A time without
a zone is taken as UTC. Keys that are not listed here are ignored.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal, TextIO, get_args

Direction = Literal["up", "down"]
Version = Literal["1.6", "2.0.1", "2.1"]

_DIRECTIONS: Final = get_args(Direction)
_VERSIONS: Final = get_args(Version)


class LineError(Exception):
    """What is wrong with a line, in words."""


class TraceError(ValueError):
    """A line of a trace file is not what the format asks for."""

    def __init__(self, path: Path, line_number: int, problem: str) -> None:
        super().__init__(f"{path}, line {line_number}: {problem}")
        self.path = path
        self.line_number = line_number
        self.problem = problem


@dataclass(frozen=True, slots=True)
class TraceRecord:
    """One OCPP message and where it was seen."""

    time_seconds: float | None
    """Since the start of the trace; None if the log has no time."""
    identity: str
    """The charger, as it names itself at the CSMS."""
    direction: Direction
    version: Version
    raw: str
    """The OCPP-J text, exactly as sent."""


def read(
    path: Path, on_bad_line: Callable[[TraceError], None] | None = None
) -> Iterator[TraceRecord]:
    """Yield the records of a trace file, in its order.

    Times are counted from the first line that has one. A line that is not a record is given to
    `on_bad_line` and left out, or ends the reading if there is no such function.

    Raises:
        TraceError: a line is not a record. The error names the file, the line and the problem.
        OSError: the file cannot be read.
    """
    start: datetime | None = None
    with path.open("rb") as file:
        for line_number, line in enumerate(file, start=1):
            try:
                fields = _fields(line)
                time = time_of(fields)
                start = start or time
                yield record_of(fields, (time - start).total_seconds() if time and start else None)
            except LineError as error:
                bad_line = TraceError(path, line_number, str(error))
                if on_bad_line is None:
                    raise bad_line from None
                on_bad_line(bad_line)


def write(file: TextIO, records: Iterable[TraceRecord], start: datetime) -> None:
    """Write records; `start` is the time at which theirs are zero."""
    file.writelines(line_text(record, start) for record in records)


def line_text(record: TraceRecord, start: datetime) -> str:
    """Return the line of a record, with its line feed."""
    return (
        f'{{"t": {_time_text(record.time_seconds, start)}, "cp": {_quote(record.identity)}, '
        f'"dir": "{record.direction}", "ver": "{record.version}", "raw": {_quote(record.raw)}}}\n'
    )


def time_of(fields: Mapping[str, Any]) -> datetime | None:
    """Return the time of a line, from its fields; None if it has none.

    Raises:
        LineError: what is there is no time.
    """
    text = fields.get("t")
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise LineError(f"t is {text!r}, neither an ISO 8601 time nor null") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def record_of(fields: Mapping[str, Any], time_seconds: float | None) -> TraceRecord:
    """Return the record of a line, from its fields and its time.

    Raises:
        LineError: a field is missing or wrong.
    """
    return TraceRecord(
        time_seconds,
        _text(fields, "cp"),
        _one_of(fields, "dir", _DIRECTIONS),
        _one_of(fields, "ver", _VERSIONS),
        _text(fields, "raw"),
    )


_quote: Final = json.JSONEncoder(ensure_ascii=False).encode


def _time_text(time_seconds: float | None, start: datetime) -> str:
    if time_seconds is None:
        return "null"
    time = start + timedelta(milliseconds=round(time_seconds * 1000))
    return f'"{time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")}"'


def _fields(line: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError(f"not JSON ({error}); a trace has one JSON object a line") from None
    if not isinstance(fields, dict):
        raise LineError(f"a JSON object is needed, this is {type(fields).__name__}")
    return fields  # pyright: ignore[reportUnknownVariableType]


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str):
        raise LineError(f"{key} is {'missing' if key not in fields else 'not a text'}")
    return value


def _one_of(fields: Mapping[str, Any], key: str, known: tuple[Any, ...]) -> Any:
    value = _text(fields, key)
    if value not in known:
        raise LineError(f"{key} is {value!r}, not one of {', '.join(known)}")
    return value
