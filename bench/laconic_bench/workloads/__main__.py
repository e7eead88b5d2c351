"""Writes the trace of a workload and says what is in it.

python -m laconic_bench.workloads boda-site --days 7 --seed 1 --out week.jsonl
"""

import argparse
import json
import math
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from rich.console import Console
from rich.progress import Progress

from laconic_bench.trace import TraceRecord, write
from laconic_bench.workloads.catalog import WORKLOADS
from laconic_bench.workloads.report import Report
from laconic_bench.workloads.summary import Tally
from laconic_bench.workloads.workload import START


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the workload that the arguments name; return the exit code."""
    options = _options(arguments)
    try:
        report = _play(options)
    except OSError as error:
        print(f"cannot write {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    print(json.dumps(report.to_json(), indent=2) if options.json else report.to_text())
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m laconic_bench.workloads",
        description="Writes the OCPP traffic of a made-up site as a trace: JSON lines, one message "
        "a line. The same seed, days and start always give the same trace.",
    )
    parser.add_argument("workload", choices=sorted(WORKLOADS))
    parser.add_argument("--days", type=_days, default=30.0, metavar="N", help="default: 30")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="default: 1")
    parser.add_argument(
        "--start",
        type=_time,
        default=START,
        metavar="TIME",
        help=f"ISO 8601, UTC unless it says otherwise; default: {START.isoformat()}",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="where the trace goes; without it, only a summary"
    )
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    return parser.parse_args(arguments)


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days") from None
    if not 0 < days <= 366:
        raise argparse.ArgumentTypeError(f"{text} days: more than 0 and at most 366 are needed")
    return days


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO 8601 time") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _play(options: argparse.Namespace) -> Report:
    began = process_time()
    workload = WORKLOADS[options.workload](options.seed, options.days, options.start)
    tally = Tally()
    records = _with_progress(tally.watch(workload.records()), options.days)
    if options.out is None:
        deque(records, maxlen=0)
    else:
        with options.out.open("w", encoding="utf-8") as file:
            write(file, records, options.start)
    return Report(
        options.workload,
        options.seed,
        options.days,
        tally,
        workload.draws.entries(),
        process_time() - began,
    )


def _with_progress(records: Iterable[TraceRecord], days: float) -> Iterator[TraceRecord]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("playing", total=math.ceil(days))
        day = 0
        for record in records:
            if record.time_seconds is not None and record.time_seconds // 86_400 > day:
                day = int(record.time_seconds // 86_400)
                progress.update(task, completed=day)
            yield record


if __name__ == "__main__":
    sys.exit(main())
