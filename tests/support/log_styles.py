"""Writes a trace as other programs log: the styles of logs that people have."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from laconic_bench.trace import TraceRecord, line_text

START: Final = datetime(2026, 3, 2, 6, 0, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Style:
    """How a program logs."""

    write: Callable[[Sequence[TraceRecord]], str]
    has_identity: bool = True
    has_times: bool = True
    tells_ways: bool = True


def write(path: Path, style: str, records: Iterable[TraceRecord]) -> Path:
    """Write a log; return its path."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(STYLES[style].write(list(records)), encoding="utf-8", newline="")
    return path


def _at(record: TraceRecord) -> datetime:
    assert record.time_seconds is not None
    return START + timedelta(milliseconds=round(record.time_seconds * 1000))


def _lines(of: Callable[[TraceRecord], str]) -> Callable[[Sequence[TraceRecord]], str]:
    return lambda records: "".join(of(record) + "\n" for record in records)


def _seen(record: TraceRecord, up: str, down: str) -> str:
    return up if record.direction == "up" else down


def _steve(record: TraceRecord) -> str:
    time = _at(record).strftime("%Y-%m-%d %H:%M:%S,") + f"{_at(record).microsecond // 1000:03}"
    verb = _seen(record, "Received", "Sending")
    return (
        f"[INFO ] {time} de.rwth.idsg.steve.ocpp.ws.WebSocketLogger (qtp11-29) - "
        f"[chargeBoxId={record.identity}, sessionId=3df7f3bc-e076-d275] {verb}: {record.raw}"
    )


def _steve_with_tabs(record: TraceRecord) -> str:
    return _steve(record).replace(record.raw, "").replace(" ", "\t") + record.raw + "\t\t\t"


def _ocpp_package(record: TraceRecord) -> str:
    verb = _seen(record, "receive message", "send")
    return f"INFO:ocpp:{record.identity}: {verb} {record.raw}"


def _home_assistant(record: TraceRecord) -> str:
    time = _at(record).strftime("%Y-%m-%d %H:%M:%S.") + f"{_at(record).microsecond // 1000:03}"
    verb = _seen(record, "receive message", "send")
    return f"{time} INFO (MainThread) [ocpp] {record.identity}: {verb} {record.raw}"


def _of_charger(record: TraceRecord) -> str:
    """A charger's own log: it sends what goes up."""
    return f"[{_at(record).isoformat()}] {_seen(record, 'Sending', 'Received')}: {record.raw}"


def _evcc(record: TraceRecord) -> str:
    time = _at(record).strftime("%Y/%m/%d %H:%M:%S")
    return f"[ocpp  ] TRACE {time} {_seen(record, 'recv', 'send')} {record.identity}: {record.raw}"


def _arrows(record: TraceRecord) -> str:
    return f"{_at(record).timestamp():.3f} {_seen(record, '<=', '=>')} {record.raw}"


def _ends(record: TraceRecord) -> str:
    ends = _seen(record, "CP -> CSMS", "CSMS -> CP")
    return f"{_at(record).strftime('%d.%m.%Y %H:%M:%S')} {ends} {record.raw}"


def _logfmt(record: TraceRecord) -> str:
    message = json.dumps(f"{_seen(record, 'received', 'sent')} {record.raw}", ensure_ascii=False)
    return f"time={_at(record).isoformat()} level=INFO charger={record.identity} msg={message}"


def _bare(record: TraceRecord) -> str:
    return record.raw


def _json_lines(record: TraceRecord) -> str:
    return json.dumps(
        {
            "timestamp": _at(record).isoformat(),
            "chargePointId": record.identity,
            "direction": _seen(record, "inbound", "outbound"),
            "message": record.raw,
        },
        ensure_ascii=False,
    )


def _json_values(record: TraceRecord) -> str:
    row = {"ts": int(_at(record).timestamp() * 1000), "cp": record.identity}
    return f'{json.dumps(row)[:-1]}, "data": {record.raw}}}'


def _docker(record: TraceRecord) -> str:
    return json.dumps({"log": _evcc(record) + "\n", "stream": "stdout", "time": "x"})


def _pretty(record: TraceRecord) -> str:
    text = json.dumps(json.loads(record.raw), indent=2, ensure_ascii=False)
    return f"{_of_charger(record).removesuffix(record.raw)}{text}"


def _on_two_lines(record: TraceRecord) -> str:
    return f"{_of_charger(record).removesuffix(record.raw)}\n{record.raw}"


def _csv(delimiter: str) -> Callable[[Sequence[TraceRecord]], str]:
    def written(records: Sequence[TraceRecord]) -> str:
        file = io.StringIO()
        rows = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        rows.writerow(["Time", "Charger", "Direction", "Message"])
        for record in records:
            way = _seen(record, "IN", "OUT")
            rows.writerow([_at(record).isoformat(), record.identity, way, record.raw])
        return file.getvalue()

    return written


def _csv_without_quotes(records: Sequence[TraceRecord]) -> str:
    return "time,cp,direction,message\n" + "".join(
        f"{_at(one).isoformat()},{one.identity},{one.direction},{one.raw}\n" for one in records
    )


def _csv_with_bad_quotes(records: Sequence[TraceRecord]) -> str:
    return "message;time;charger_id;dir\n" + "".join(
        f'"{one.raw}";{_at(one).isoformat()};{one.identity};{one.direction}\n' for one in records
    )


STYLES: Final[Mapping[str, Style]] = {
    "trace": Style(_lines(lambda record: line_text(record, START).rstrip("\n"))),
    "steve": Style(_lines(_steve)),
    "steve with tabs": Style(_lines(_steve_with_tabs)),
    "ocpp package": Style(_lines(_ocpp_package), has_times=False),
    "home assistant": Style(_lines(_home_assistant)),
    "of a charger": Style(_lines(_of_charger), has_identity=False),
    "evcc": Style(_lines(_evcc)),
    "arrows": Style(_lines(_arrows), has_identity=False),
    "ends": Style(_lines(_ends), has_identity=False),
    "logfmt": Style(_lines(_logfmt)),
    "bare": Style(_lines(_bare), has_identity=False, has_times=False, tells_ways=False),
    "json lines": Style(_lines(_json_lines)),
    "json values": Style(_lines(_json_values), tells_ways=False),
    "docker": Style(_lines(_docker)),
    "pretty": Style(_lines(_pretty), has_identity=False),
    "on two lines": Style(_lines(_on_two_lines), has_identity=False),
    "csv": Style(_csv(",")),
    "csv with semicolons": Style(_csv(";")),
    "csv with tabs": Style(_csv("\t")),
    "csv without quotes": Style(_csv_without_quotes),
    "csv with bad quotes": Style(_csv_with_bad_quotes),
}
