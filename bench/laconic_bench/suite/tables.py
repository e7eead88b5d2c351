"""The tables of a run on a terminal: each has room in 80 columns."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from rich.markup import escape
from rich.table import Table

from laconic_bench.results.numbers_text import ABSENT, count_text, decimal_text, ratio_text
from laconic_bench.results.report_tables import month_text
from laconic_bench.results.result import Bytes, Figures, Result
from laconic_bench.units import MONTH_DAYS

PARTS_SHOWN: Final = 12
"""Of the actions of a contender, the dearest."""
FIRST_CLASS: Final = "authorize"
"""Of the times: the driver stands there."""
_CLASSES_BESIDE: Final = 5
"""More of them have no room in a line."""
_STYLE: Final[dict[str, Any]] = {
    "title_justify": "left",
    "header_style": "bold",
    "box": None,
    "pad_edge": False,
    "padding": (0, 2, 0, 0),
}


def byte_table(result: Result) -> Table:
    """Return what each contender sent, and its payload over the floors."""
    heads = (f"MB in {MONTH_DAYS} days", "up", "down", "payload / floor", "/ floor less heartbeats")
    table = _table("Bytes on the wire", "contender", heads)
    for name, figures in result.measured_contenders.items():
        table.add_row(
            escape(name),
            month_text(result, name),
            decimal_text(result.mb_per_month(figures.wire_bytes_up)),
            decimal_text(result.mb_per_month(figures.wire_bytes_down)),
            ratio_text(result.entropy_ratio(figures.payload_bytes)),
            ratio_text(result.ratio_without_heartbeats(figures.payload_bytes)),
        )
    return table


def message_table(result: Result) -> Table:
    """Return what became of the messages, and what the processors needed."""
    heads = ("lost", "altered", "repeated", "substituted", "refused", "CPU s", "RAM MB")
    table = _table("Messages, and the machine", "contender", heads)
    for name, one in result.measured_contenders.items():
        counts = (
            *(one.lost, one.payload_mismatches),
            *(one.repeated_messages, one.substituted_answers, one.refused_commands),
        )
        needs = (_sum_text(used.values()) for used in (one.cpu_seconds, one.memory_mb))
        table.add_row(escape(name), *map(count_text, counts), *needs)
    return table


def time_tables(result: Result) -> Iterator[Table]:
    """Yield how long answers took: a column for each class that there is."""
    classes = _classes(result)
    parts = -(-len(classes) // _CLASSES_BESIDE)
    for part in range(parts):
        # Shared out evenly, in their order.
        shown = classes[part * len(classes) // parts : (part + 1) * len(classes) // parts]
        table = _table("Answers in ms, p50 / p95", "contender", shown)
        for name, figures in result.measured_contenders.items():
            table.add_row(escape(name), *(_time_text(figures, one) for one in shown))
        yield table


def outage_table(result: Result) -> Table:
    """Return how long outages were felt: the longest of each kind."""
    table = _table("Outages", "contender", ("noticed after s", "made up after s"))
    for name, figures in result.measured_contenders.items():
        found = figures.detection_seconds, figures.recovery_seconds
        table.add_row(escape(name), *map(decimal_text, found))
    return table


def archiver_table(result: Result) -> Table:
    """Return what offline archivers make of the whole trace."""
    table = _table("The trace, packed offline", "archiver", ("bytes", "bytes / floor"))
    for name, size in result.archivers.items():
        table.add_row(escape(name), count_text(size), ratio_text(result.entropy_ratio(size)))
    return table


def part_table(title: str, figures: Figures) -> Table:
    """Return for what the bytes of a contender were needed."""
    table = Table(title=title, **_STYLE)
    for heading in ("layer", "cause", "action"):
        table.add_column(heading, overflow="fold")
        table.add_column("%", justify="right", no_wrap=True)
    columns = [
        list(_shares(parts, figures.wire_bytes))
        for parts in (figures.by_layer, figures.by_cause, figures.by_action)
    ]
    for place in range(min(PARTS_SHOWN, max(map(len, columns)))):
        cells = [column[place] if place < len(column) else ("", "") for column in columns]
        table.add_row(*(escape(text) for cell in cells for text in cell))
    return table


def _table(title: str, label: str, figures: Sequence[str]) -> Table:
    table = Table(title=title, **_STYLE)
    table.add_column(label, no_wrap=True)
    for heading in figures:
        table.add_column(heading, justify="right", overflow="fold")
    return table


def _classes(result: Result) -> list[str]:
    figures = result.measured_contenders.values()
    found = dict.fromkeys(name for one in figures for name in one.latency_ms)
    return sorted(found, key=lambda name: name != FIRST_CLASS)


def _time_text(figures: Figures, message_class: str) -> str:
    found = figures.latency_ms.get(message_class)
    return ABSENT if found is None else f"{found.p50:,.0f} / {found.p95:,.0f}"


def _sum_text(used: Collection[float]) -> str:
    return f"{sum(used):,.1f}" if used else ABSENT


def _shares(parts: Bytes, total: int) -> Iterator[tuple[str, str]]:
    for name, size in sorted(parts.items(), key=lambda part: -part[1]):
        yield name or "(the site)", f"{100 * size / total:.1f}" if total else ABSENT
