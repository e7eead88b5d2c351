"""Measures traces and prints what came out."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from laconic_bench.codec_stats.figures import Figures, Json
from laconic_bench.codec_stats.measure import measure
from laconic_bench.codec_stats.settings import Settings, StatsError
from laconic_bench.codec_stats.table import print_tables
from laconic_bench.trace import TraceError

BAD_LINES_SHOWN: Final = 10
"""Of each trace; the others are only counted."""


def run(traces: Sequence[Path], settings: Settings, as_json: bool) -> int:
    """Measure traces and print their figures; return the exit code: 0 if nothing was changed.

    Raises:
        StatsError: there is no message in them, or not what the settings need.
        OSError: a file cannot be read.
    """
    measured = _measure_all(traces, settings)
    total = Figures(is_verified=settings.verify)
    for _, figures in measured:
        total.add(figures)
    if not total.messages:
        names = ", ".join(str(path) for path in traces)
        raise StatsError(f"{names}: there is no message to encode; see --direction")
    if as_json:
        print(json.dumps(_to_json(settings, measured, total), indent=2))
    else:
        print_tables(Console(), [(escape(path.name), one) for path, one in measured], total)
    return 1 if total.lossless is False else 0


def _measure_all(traces: Sequence[Path], settings: Settings) -> list[tuple[Path, Figures]]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        return [(path, _measure(path, settings, progress)) for path in traces]


def _measure(path: Path, settings: Settings, progress: Progress) -> Figures:
    with path.open("rb") as file:
        lines = sum(1 for _ in file)
    task = progress.add_task(escape(path.name), total=lines)
    shown = 0

    def show(error: TraceError) -> None:
        nonlocal shown
        shown += 1
        if shown <= BAD_LINES_SHOWN:
            print(f"laconic: {error}; left out", file=sys.stderr)

    figures = measure(path, settings, lambda: progress.advance(task), show)
    if shown > BAD_LINES_SHOWN:
        print(f"laconic: {path}: {shown - BAD_LINES_SHOWN} more lines left out", file=sys.stderr)
    if figures.differences:
        print(
            f"laconic: {path}: {figures.differences} frames did not bring back what was sent; "
            "please report this with the trace",
            file=sys.stderr,
        )
    return figures


def _to_json(
    settings: Settings, measured: Sequence[tuple[Path, Figures]], total: Figures
) -> dict[str, Json]:
    return {
        "direction": settings.ways,
        "coding": settings.coding,
        "frame_messages": settings.frame_messages,
        "window_seconds": settings.window_seconds,
        **total.to_json(),
        "files": [{"file": str(path), **figures.to_json()} for path, figures in measured],
    }
