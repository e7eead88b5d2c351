"""Parts of the page as HTML."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from laconic_bench.results.canvas import NARROW, WIDE, to_svg
from laconic_bench.results.plot import Plot
from laconic_bench.results.table import Table

_NOTE: Final = "note"
"""A column of this name has sentences; they are broken into lines."""


def html_table(table: Table) -> str:
    """Return a table that scrolls by itself where the screen is narrow; empty without rows."""
    if not table.rows:
        return ""
    heads = "".join(
        f'<th scope="col"{_label(number < table.labels or name == _NOTE)}>{escape(name)}</th>'
        for number, name in enumerate(table.columns)
    )
    rows = "\n".join(f"<tr>{''.join(_cells(table, row))}</tr>" for row in table.rows)
    caption = escape(table.caption)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}">\n'
        f"<table><caption>{caption}</caption>\n"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def folded(table: Table) -> str:
    """Return a table that is shown when it is asked for; empty without rows."""
    if not table.rows:
        return ""
    caption = escape(table.caption)
    return f"<details><summary>Table: {caption}</summary>\n{html_table(table)}\n</details>"


def html_plot(plot: Plot) -> str:
    """Return a plot for wide and for narrow screens, with its tables below."""
    drawings = [
        f'<div class="{name}">{_drawing(plot, name, width)}</div>'
        for name, width in (("wide", WIDE), ("narrow", NARROW))
    ]
    tables = "\n".join(map(folded, plot.tables))
    note = f'<p class="note">{escape(plot.note)}</p>' if plot.note else ""
    caption = f"<figcaption>{escape(plot.description)}</figcaption>"
    return (
        f'<section>\n<h3 id="{plot.name}">{escape(plot.title)}</h3>\n<figure>\n'
        + "\n".join(drawings)
        + f"\n{caption}</figure>\n{note}{tables}\n</section>"
    )


def html_facts(facts: Iterable[tuple[str, str]]) -> str:
    """Return names and values."""
    items = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in facts
    )
    return f"<dl>{items}</dl>"


def _drawing(plot: Plot, name: str, width: int) -> str:
    return to_svg(plot.draw(width), f"{plot.name}-{name}", plot.title, plot.description)


def _cells(table: Table, row: Sequence[str]) -> Iterator[str]:
    for number, (column, text) in enumerate(zip(table.columns, row, strict=True)):
        if number == 0:
            yield f'<th scope="row">{escape(text)}</th>'
        elif column == _NOTE:
            yield f'<td class="wide-text">{escape(text)}</td>'
        else:
            yield f"<td{_label(number < table.labels)}>{escape(text)}</td>"


def _label(is_label: bool) -> str:
    return ' class="label"' if is_label else ""
