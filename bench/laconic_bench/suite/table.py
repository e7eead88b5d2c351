"""The result of a run on a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from laconic_bench.contenders.entrant import Entrant
from laconic_bench.results.report_tables import (
    action_table,
    facts,
    latency_table,
    layer_table,
    overview_table,
)
from laconic_bench.results.result import Result
from laconic_bench.results.table import Table


def print_result(console: Console, result: Result, entrants: Sequence[Entrant]) -> None:
    """Print what was run, and what each contender needed."""
    for name, text in facts(result):
        console.print(f"{escape(name)}: {escape(text)}")
    for entrant in entrants:
        note = f" ({entrant.note})" if entrant.note else ""
        console.print(f"  {escape(entrant.name)}: {escape(entrant.title + note)}")
    tables = [overview_table(result, None), latency_table(result), layer_table(result)]
    for table in (*tables, action_table(result)):
        console.print()
        console.print(_rich(table))


def _rich(table: Table) -> RichTable:
    made = RichTable(title=escape(table.caption), title_justify="left", header_style="bold")
    for place, heading in enumerate(table.columns):
        made.add_column(escape(heading), justify="left" if place < table.labels else "right")
    for row in table.rows:
        made.add_row(*(escape(cell) for cell in row))
    return made
