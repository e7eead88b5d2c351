"""Rows are found where SQLite has put them."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from laconic_bench.storage_figures import cells
from laconic_bench.storage_figures.messages import records
from laconic_bench.storage_figures.stores import STORES, written_text


@pytest.mark.parametrize(("store", "table"), [("journal", "record"), ("outbox", "message")])
def test_every_row_is_found_with_all_of_its_text(store: str, table: str, tmp_path: Path) -> None:
    path = tmp_path / "store.db"

    async def fill() -> None:
        made = STORES[store](path)
        await made.open()
        made.give(300)
        await made.settle()
        await made.close()

    asyncio.run(fill())
    content = path.read_bytes()
    found = [content[row.start : row.stop] for row in cells.rows_of(path, table)]
    given = records(1, 300)
    assert len(found) == len(given)
    for row, record in zip(found, given, strict=True):
        assert written_text(store, record) in row
        assert record.path.encode() in row


def test_a_small_table_is_one_page(tmp_path: Path) -> None:
    path = tmp_path / "small.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE small (name TEXT)")
        connection.execute("INSERT INTO small VALUES ('first'), ('second')")
    content = path.read_bytes()
    found = [content[row.start : row.stop] for row in cells.rows_of(path, "small")]
    assert [row[-6:] for row in found] == [b"\x02\x17first"[-6:], b"second"]
