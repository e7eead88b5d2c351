"""The result of a run on a terminal: what decides, in 80 columns."""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from laconic_bench.contenders.catalog import ENTRANTS, USUAL
from laconic_bench.contenders.entrant import Entrant
from laconic_bench.results.result import Figures, Result
from laconic_bench.suite.events import OUTAGE
from laconic_bench.suite.tables import (
    archiver_table,
    byte_table,
    message_table,
    outage_table,
    part_table,
    time_tables,
)
from laconic_bench.units import MEGABYTE

ENOUGH_DAYS: Final = 7.0
"""Of a run whose bytes are about those of a month."""
_SHORT: Final = (
    f"Note: less than {ENOUGH_DAYS:g} days. What happens once (handshakes, the search of the NAT's"
    " timer, what both ends have to learn) is multiplied too, so a month is mostly cheaper."
)
_TROUBLES: Final = (
    "Only lost and altered messages are defects. Repeated: said to the CSMS once more after a break"
    " of the connection. Substituted: answered by the gateway, as the CSMS was not reached."
    " Refused: commands whose charger was not reached; the CSMS was told."
)
_OUTAGES: Final = (
    "Noticed: from the beginning of an outage until the CSMS sees that a charger is gone. Made up:"
    " from its end until nothing of it waits any more. The longest; -: it was not."
)


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
    if result.days < ENOUGH_DAYS:
        _say(console, _SHORT)
    console.print()
    _print_figures(console, result)
    for entrant in entrants:
        reason = result.contenders[entrant.name].reason
        note = f" ({reason})" if reason else ""
        _say(console, f"{entrant.name}: {entrant.title}{note}")
    measured = result.measured_contenders
    for name, figures in list(measured.items())[:1]:
        console.print()
        console.print(part_table(f"Wire bytes of {escape(name)}", figures))
        if len(measured) > 1:
            _say(console, "Those of the others are in the file of --json; bench report shows them.")


def _print_figures(console: Console, result: Result) -> None:
    measured = list(result.measured_contenders.values())
    console.print(byte_table(result))
    console.print()
    console.print(message_table(result))
    if any(map(_has_troubles, measured)):
        _say(console, _TROUBLES)
    console.print()
    for table in time_tables(result):
        console.print(table)
        console.print()
    if any(event.startswith(OUTAGE) for event in result.events):
        console.print(outage_table(result))
        _say(console, _OUTAGES)
        console.print()
    if result.archivers:
        console.print(archiver_table(result))
        console.print()


def _has_troubles(figures: Figures) -> bool:
    counts = (figures.repeated_messages, figures.substituted_answers, figures.refused_commands)
    return any(counts)


def _say(console: Console, text: str) -> None:
    console.print(escape(text), highlight=False)


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
