"""What stands in the tables of an HTML page, and where the page points to."""

from html.parser import HTMLParser
from typing import Final

_VOID: Final = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Reads a page; its tags must be closed in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        """Rows of cells by caption, with the head; of several with one caption the last one."""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        """All that is not markup."""
        self._open: list[str] = []
        self._rows: list[list[str]] = []
        self._caption = ""
        self.feed(text)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in _VOID:
            return
        self._open.append(tag)
        if tag == "table":
            self._rows, self._caption = [], ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            self._rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> in {self._open}"
        if tag == "table":
            self.tables[self._caption] = self._rows

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open and self._open[-1] in ("th", "td"):
            self._rows[-1][-1] += data
        elif self._open and self._open[-1] == "caption":
            self._caption += data

    def column(self, caption: str, head: str) -> dict[str, str]:
        """Return the cells of a column by the label of their row."""
        first, *rows = self.tables[caption]
        return {row[0]: row[first.index(head)] for row in rows}

    def ids(self) -> list[str]:
        """Return all ids, in their order."""
        return [found for _, attrs in self.tags if (found := attrs.get("id")) is not None]


def number(cell: str) -> float:
    """Return the number of a cell."""
    return float(cell.split()[0].replace(",", ""))
