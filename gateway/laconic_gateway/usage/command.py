"""`laconic usage` and `laconic thinned`: reads the accounts of a site, also while it runs."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from laconic_gateway.config import SiteConfig
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage import usage as usage_file
from laconic_gateway.usage.report import make_report
from laconic_gateway.usage.text import as_text

PAGE_RECORDS: Final = 500


def show_usage(config: SiteConfig, unix_seconds: float, *, as_json: bool) -> None:
    """Print the usage in the billing month of a moment.

    Raises:
        StorageError: the gateway has not run yet, or its file cannot be read.
    """
    usage = usage_file.read(config.site.state_directory)
    report = make_report(config, usage, unix_seconds)
    print(json.dumps(report.as_json(), indent=2) if as_json else as_text(report))


def show_thinned(config: SiteConfig) -> None:
    """Print the thinned messages as lines of a trace, the oldest first.

    Each line is a JSON object: `t` when the gateway received the message (ISO 8601), `cp` the
    charger, `dir` always "up", `ver` the OCPP version, `raw` the OCPP-J message as it came.

    Raises:
        StorageError: the gateway has not run yet, or its file cannot be read.
    """
    damaged = 0
    for record in _thinned(config):
        if record.kind is RecordKind.VOID:
            damaged += 1
            continue
        print(trace_line(record))
    if damaged:
        print(f"laconic: left out because damaged: {damaged}", file=sys.stderr)


def trace_line(record: Record) -> str:
    """Return a record as a line of a trace."""
    received = datetime.fromtimestamp(record.received_unix_seconds, UTC)
    line = {
        "t": received.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "cp": record.charger,
        "dir": "up",
        "ver": record.version,
        "raw": record.text,
    }
    return json.dumps(line, ensure_ascii=False)


def _thinned(config: SiteConfig) -> Iterator[Record]:
    last, directory = 0, config.site.state_directory
    while page := usage_file.read_thinned(directory, last, PAGE_RECORDS):
        yield from page
        last = page[-1].sequence
