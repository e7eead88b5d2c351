"""Tables that are written as Markdown and as HTML."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text; the first cells of a row are its labels, the others are figures."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    labels: int = 1

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise AssertionError(f"{self.caption}: {row} has not {len(self.columns)} cells")


def markdown_lines(table: Table) -> Iterator[str]:
    """Yield the lines of a table, without its caption."""
    figures = len(table.columns) - table.labels
    yield _row(table.columns)
    yield f"|{'---|' * table.labels}{'---:|' * figures}"
    yield from map(_row, table.rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(markdown_text, cells))} |"


def markdown_text(text: str) -> str:
    """Return text that means itself in a Markdown table."""
    for mark in ("\\", "|", "<", "`", "*", "_", "["):
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())
