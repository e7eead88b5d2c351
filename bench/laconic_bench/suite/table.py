"""The result of a run on a terminal: what decides, in 80 columns."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from laconic_bench.contenders.catalog import ENTRANTS, USUAL
from laconic_bench.contenders.entrant import Entrant
from laconic_bench.results.numbers_text import ABSENT, count_text, ratio_text
from laconic_bench.results.report_tables import month_text
from laconic_bench.results.result import Bytes, Figures, Result
from laconic_bench.units import MEGABYTE, MONTH_DAYS

PARTS_SHOWN: Final = 12
"""Of the actions of a contender, the dearest."""
CLASS: Final = "authorize"
"""Whose latency is shown: the driver stands there."""


def print_result(console: Console, result: Result, entrants: Sequence[Entrant]) -> None:
    """Print what was run, what each contender needed, and for what the first one needed it.

    Of a contender that was not measured it says why.
    """
    begin = f" from hour {result.from_hour:g}" if result.from_hour else ""
    live = ", live" if result.measured == "live" else ""
    console.print(
        f"{result.scenario}, {result.days:g} days{begin}, seed {result.seed}, over"
        f" {result.key.link}{live}:"
        f" {result.messages:,} OCPP messages, {result.json_bytes / MEGABYTE:,.1f} MB of JSON."
        f"{_floor_text(result)}",
        highlight=False,
    )
    console.print(_overview(result))
    for entrant in entrants:
        reason = result.contenders[entrant.name].reason
        note = f" ({reason})" if reason else ""
        console.print(f"  {escape(entrant.name)}: {escape(entrant.title + note)}", highlight=False)
    for name, figures in list(result.measured_contenders.items())[:1]:
        console.print(_parts(f"Wire bytes of {name}", result, figures))


def _floor_text(result: Result) -> str:
    floor, without = result.entropy_floor_bytes, result.floor_without_heartbeats_bytes
    if floor is None:
        return ""
    less = "" if without is None else f", {without:,.0f} without heartbeats"
    return f" Floor: {floor:,.0f} bytes of information{less}."


def print_entrants(console: Console) -> None:
    """Print all contenders by name; a star stands before those that run if none is chosen."""
    table = Table(box=None, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column()
    for entrant in ENTRANTS.values():
        note = f" ({entrant.note})" if entrant.note else ""
        star = "*" if entrant.name in USUAL else " "
        table.add_row(f"{star} {escape(entrant.name)}", escape(entrant.title + note))
    console.print(table)


def _overview(result: Result) -> Table:
    table = Table(header_style="bold")
    table.add_column("contender", no_wrap=True)
    for heading in (
        f"MB in {MONTH_DAYS} days",
        "payload / floor",
        "/ floor without heartbeats",
        f"{CLASS} p50, p95 in ms",
        "lost or altered",
    ):
        table.add_column(heading, justify="right")
    for name, figures in result.measured_contenders.items():
        table.add_row(escape(name), *_figures(result, name, figures))
    return table


def _figures(result: Result, name: str, figures: Figures) -> Iterator[str]:
    yield month_text(result, name)
    yield ratio_text(result.entropy_ratio(figures.payload_bytes))
    yield ratio_text(result.ratio_without_heartbeats(figures.payload_bytes))
    found = figures.latency_ms.get(CLASS)
    yield ABSENT if found is None else f"{found.p50:,.0f}, {found.p95:,.0f}"
    yield count_text((figures.lost or 0) + (figures.payload_mismatches or 0))


def _parts(title: str, result: Result, figures: Figures) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for heading in ("layer", "cause", "action"):
        table.add_column(heading)
        table.add_column("share", justify="right")
    columns = [
        list(_shares(parts, figures.wire_bytes))
        for parts in (figures.by_layer, figures.by_cause, figures.by_action)
    ]
    for place in range(min(PARTS_SHOWN, max(map(len, columns)))):
        cells = [column[place] if place < len(column) else ("", "") for column in columns]
        table.add_row(*(escape(text) for cell in cells for text in cell))
    return table


def _shares(parts: Bytes, total: int) -> Iterator[tuple[str, str]]:
    for name, size in sorted(parts.items(), key=lambda part: -part[1]):
        yield name or "(the site)", f"{100 * size / total:.1f} %" if total else ABSENT
