"""Messages in rows: cells of a CSV, or fields of a JSON object, by the names of their columns."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from laconic_bench.logs.arrays import START, unescaped
from laconic_bench.logs.found import BadLine, Finding
from laconic_bench.logs.times import Clock
from laconic_bench.logs.words import identity, plain_name
from laconic_bench.trace import LineError, Version, record_of, time_of
from laconic_codec.errors import MessageError
from laconic_codec.messages import parse

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "time": (
        *("t", "time", "timestamp", "datetime", "ts", "createdat", "loggedat", "eventtime"),
        *("receivedat", "sentat", "logtime", "date", "created"),
    ),
    "identity": (
        *("cp", "charger", "chargerid", "chargepoint", "chargepointid", "chargeboxid", "cpid"),
        *("chargebox", "stationid", "station", "chargingstation", "chargingstationid"),
        *("identity", "identifier", "evse", "evseid", "deviceid", "clientid"),
    ),
    "way": ("dir", "direction", "way", "flow", "sender", "from", "origin", "source"),
    "message": (
        *("raw", "message", "msg", "ocppmessage", "payload", "payloadjson", "data", "body"),
        *("content", "frame", "text", "log", "json", "request", "response"),
    ),
    "version": ("ver", "version", "ocppversion", "protocol", "subprotocol"),
    "kind": ("messagetype", "messagetypeid", "ocppmessagetype", "msgtype", "typeid", "type"),
    "message_id": ("messageid", "uniqueid", "ocppmessageid", "msgid", "correlationid", "id"),
    "action": ("action", "ocppaction", "messagename", "command"),
}
"""Names of columns, in lower case without anything but letters and digits; the best one first."""

_KINDS: Final = {"2": 2, "3": 3, "4": 4, "call": 2, "callresult": 3, "callerror": 4}
_VERSION: Final = re.compile(r"(1\.6|2\.0\.1|2\.1)|(16|201|21)")
_VERSIONS: Final[Mapping[str, Version]] = {
    **{"1.6": "1.6", "16": "1.6", "2.0.1": "2.0.1", "201": "2.0.1", "2.1": "2.1", "21": "2.1"}
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column has what."""

    names: Mapping[str, str]
    """Name of the column, by what it has: time, identity, way, message, ..."""

    @property
    def have_messages(self) -> bool:
        """Tell whether a row can hold a message."""
        return "message" in self.names

    def cell(self, row: Mapping[str, Any], what: str) -> str:
        """Return the text in a column; an empty text if there is none."""
        value = row.get(self.names.get(what, ""))
        return "" if value is None else value if isinstance(value, str) else _json(value)


def columns_of(names: list[str]) -> Columns:
    """Return what columns with these names have."""
    by_plain = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in reversed(names)}
    return Columns(
        {
            what: by_plain[next(one for one in known if one in by_plain)]
            for what, known in _NAMES.items()
            if any(one in by_plain for one in known)
        }
    )


def finding_of(
    row: Mapping[str, Any], columns: Columns, number: int, clock: Clock
) -> Finding | BadLine | None:
    """Return the message in a row; None if it has none."""
    if "raw" in row and "dir" in row:
        return _of_trace(row, number)
    text, words = _message(row, columns)
    if text is None:
        return None
    try:
        message = parse(text)
    except MessageError as error:
        return BadLine.of(number, error.detail, text)
    return Finding(
        number,
        text,
        message,
        clock.read(columns.cell(row, "time")) or clock.read(words),
        columns.cell(row, "identity") or identity(words),
        _version(columns.cell(row, "version")),
        plain_name=plain_name(words),
        words=f"{columns.cell(row, 'way')} {words}".strip(),
    )


def _of_trace(row: Mapping[str, Any], number: int) -> Finding | BadLine:
    try:
        time = time_of(row)
        record = record_of(row, None if time is None else time.timestamp())
        message = parse(record.raw)
    except LineError as error:
        return BadLine.of(number, str(error), _json(row))
    except MessageError as error:
        return BadLine.of(number, error.detail, _json(row))
    return Finding(
        number,
        record.raw,
        message,
        record.time_seconds,
        record.identity,
        record.version,
        record.direction,
    )


def _message(row: Mapping[str, Any], columns: Columns) -> tuple[str | None, str]:
    """Return the OCPP-J text of a row, and the words before it."""
    first = columns.cell(row, "message")
    for text in (first, *(value for value in row.values() if isinstance(value, str))):
        begins = START.search(text)
        if begins is not None:
            return unescaped(text[begins.start() :]).strip(), text[: begins.start()]
    for value in row.values():
        if isinstance(value, list) and START.match(text := _json(cast(object, value))):
            return text, ""
    return _put_together(row, columns, first), ""


def _put_together(row: Mapping[str, Any], columns: Columns, payload: str) -> str | None:
    """Return the message whose parts have columns of their own."""
    kind = _KINDS.get(re.sub(r"[^a-z0-9]", "", columns.cell(row, "kind").lower()))
    message_id = columns.cell(row, "message_id")
    if kind is None or not message_id or not payload.lstrip().startswith("{"):
        return None
    action = f"{_json(columns.cell(row, 'action'))}," if kind == 2 else ""
    error = '"GenericError","",' if kind == 4 else ""
    return f"[{kind},{_json(message_id)},{action}{error}{payload.strip()}]"


def _version(text: str) -> Version | None:
    found = _VERSION.search(text)
    return None if found is None else _VERSIONS[found[0]]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
