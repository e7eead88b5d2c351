"""Messages in a CSV file with a header. JSON in it may be quoted, or not, or badly."""

import csv
import re
from collections.abc import Iterator
from typing import Final

from laconic_bench.logs.arrays import ArrayScan
from laconic_bench.logs.columns import Columns, columns_of, finding_of
from laconic_bench.logs.found import BadLine, Finding
from laconic_bench.logs.times import Clock

DELIMITERS: Final = ",;\t|"
FIELD_MAX_CHARACTERS: Final = 131_072

_BARE: Final = re.compile(r'(^|[,;\t|])\s*("?)(\[\s*[2-6]\s*,\s*"(?!"))')
"""A message in a cell without the quotes that CSV asks for, or in quotes that are not doubled."""


def header_of(line: str) -> tuple[str, Columns] | None:
    """Return the delimiter and the columns that a header names; None if it is none."""
    if "{" in line or "[" in line:
        return None
    found = [
        (delimiter, columns)
        for delimiter in DELIMITERS
        if (columns := columns_of(_names(line, delimiter))).have_messages
        and (line.count(delimiter) >= 1 or _is_one_column(line))
    ]
    return max(found, key=lambda one: len(one[1].names), default=None)


def _is_one_column(line: str) -> bool:
    return line.strip().strip('"').lower() == "message"


class TableReader:
    """Finds the messages in the rows below a header."""

    def __init__(self, header: str, delimiter: str, columns: Columns) -> None:
        self._names = _names(header, delimiter)
        self._delimiter = delimiter
        self._columns = columns
        self._clock = Clock()

    def read(self, lines: Iterator[str]) -> Iterator[Finding | BadLine]:
        """Yield what is in the lines below the header, in their order."""
        repaired = (_repaired(line, self._delimiter) + "\n" for line in lines)
        rows = csv.reader(repaired, delimiter=self._delimiter)
        while True:
            number = rows.line_num + 2
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield BadLine.of(number, f"no CSV ({error})", "")
                continue
            found = self._finding(number, row)
            if found is not None:
                yield found

    def _finding(self, number: int, cells: list[str]) -> Finding | BadLine | None:
        if not any(cells):
            return None
        row = dict(zip(self._names, cells, strict=False))
        found = finding_of(row, self._columns, number, self._clock)
        if found is None and self._columns.cell(row, "message").lstrip().startswith("["):
            return BadLine.of(number, "no OCPP-J message", self._columns.cell(row, "message"))
        return found


def _names(header: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for row in csv.reader([header], delimiter=delimiter) for cell in row]
    except csv.Error:
        return []


def _repaired(line: str, delimiter: str) -> str:
    """Return a row with the quotes that its message lacks."""
    found = _BARE.search(line)
    if found is None or (found[1] and found[1] != delimiter):
        return line
    text = line[found.start(3) :]
    end = ArrayScan().feed(text)
    if end is None:
        return line
    rest = text[end:].removeprefix(found[2])
    return f'{line[: found.end(1)]}"{text[:end].replace(chr(34), chr(34) * 2)}"{rest}'
