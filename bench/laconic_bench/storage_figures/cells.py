"""Where the rows of a table are in the bytes of a SQLite file (fileformat2, 1.6)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

_FILE_HEADER_BYTES: Final = 100
_LEAF, _INTERIOR = 0x0D, 0x05
_VARINT_MAX_BYTES: Final = 9


def rows_of(path: Path, table: str) -> Iterator[range]:
    """Yield the place of each row, header and content; rows must fit on their page."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (root,) = connection.execute(query, (table,)).fetchone()
        (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
    yield from _walk(path.read_bytes(), root, page_bytes)


def _walk(content: bytes, number: int, page_bytes: int) -> Iterator[range]:
    begin = (number - 1) * page_bytes
    header = begin + (_FILE_HEADER_BYTES if number == 1 else 0)
    kind, count = content[header], _integer(content, header + 3, 2)
    assert kind in (_LEAF, _INTERIOR), f"page {number} is no part of a table"
    pointers = header + (8 if kind == _LEAF else 12)
    for place in range(pointers, pointers + 2 * count, 2):
        cell = begin + _integer(content, place, 2)
        if kind == _INTERIOR:
            yield from _walk(content, _integer(content, cell, 4), page_bytes)
        else:
            yield _row(content, cell, page_bytes)
    if kind == _INTERIOR:
        yield from _walk(content, _integer(content, header + 8, 4), page_bytes)


def _row(content: bytes, cell: int, page_bytes: int) -> range:
    size, row_id = _varint(content, cell)
    assert size <= page_bytes - 35, "the row goes on on another page"
    _, payload = _varint(content, row_id)
    return range(cell, payload + size)


def _integer(content: bytes, place: int, size: int) -> int:
    return int.from_bytes(content[place : place + size], "big")


def _varint(content: bytes, place: int) -> tuple[int, int]:
    """Return a number and the place after it."""
    value = 0
    for at in range(place, place + _VARINT_MAX_BYTES - 1):
        value = value << 7 | content[at] & 0x7F
        if content[at] < 0x80:
            return value, at + 1
    raise AssertionError("no number of these files is so large")
