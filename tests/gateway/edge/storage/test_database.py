"""Opening a file of the storage: it is ours alone, current, and sound, or the error says why."""

import re
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from laconic_gateway.edge.storage import journal, outbox_tables, rows
from laconic_gateway.edge.storage.database import Schema, StorageError, connect, downgrade
from tests.support.records import message

SCHEMAS = pytest.mark.parametrize(
    "schema", [journal.SCHEMA, outbox_tables.SCHEMA], ids=["site", "cloud"]
)


def open_and_close(path: Path, schema: Schema) -> None:
    connect(path, schema, max_bytes=10**6).close()


@SCHEMAS
def test_the_file_and_its_directory_are_made(tmp_path: Path, schema: Schema) -> None:
    path = tmp_path / "state" / "site" / "file.db"
    open_and_close(path, schema)
    assert path.exists()
    assert path.parent.stat().st_mode & 0o777 == 0o700


@SCHEMAS
def test_a_second_open_is_refused_until_the_first_is_closed(tmp_path: Path, schema: Schema) -> None:
    path = tmp_path / "file.db"
    first = connect(path, schema, max_bytes=10**6)
    with pytest.raises(StorageError, match=r"file\.db: .*another process has it open"):
        connect(path, schema, max_bytes=10**6)
    first.close()
    open_and_close(path, schema)


@SCHEMAS
def test_a_file_of_a_newer_release_is_refused(tmp_path: Path, schema: Schema) -> None:
    path = tmp_path / "file.db"
    open_and_close(path, schema)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageError, match=r"file\.db: its schema has version 99.*newer release"):
        connect(path, schema, max_bytes=10**6)


@SCHEMAS
@pytest.mark.parametrize("content", [b"not a database " * 100, b"SQLite format 3\0" + b"?" * 4096])
def test_a_foreign_or_damaged_file_is_refused(
    tmp_path: Path, schema: Schema, content: bytes
) -> None:
    path = tmp_path / "file.db"
    path.write_bytes(content)
    with pytest.raises(StorageError, match=re.escape(f"{schema.name} is damaged: ")):
        connect(path, schema, max_bytes=10**6)
    assert path.read_bytes() == content


@SCHEMAS
def test_a_path_that_cannot_be_written_is_refused(tmp_path: Path, schema: Schema) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="check that this user may write"):
        connect(tmp_path / "file" / "file.db", schema, max_bytes=10**6)
    with pytest.raises(StorageError, match="check that this user may write"):
        connect(tmp_path, schema, max_bytes=10**6)


@SCHEMAS
def test_a_limit_too_small_for_the_tables_is_refused(tmp_path: Path, schema: Schema) -> None:
    with pytest.raises(StorageError, match="full"):
        connect(tmp_path / "file.db", schema, max_bytes=2 * schema.page_bytes)


@SCHEMAS
def test_pages_have_the_size_of_the_schema(tmp_path: Path, schema: Schema) -> None:
    connection = connect(tmp_path / "file.db", schema, max_bytes=10**6)
    assert connection.pragma("page_size") == schema.page_bytes
    assert connection.pragma("max_page_count") == 10**6 // schema.page_bytes
    connection.close()


@SCHEMAS
def test_a_schema_goes_down_and_up_again_with_its_records(tmp_path: Path, schema: Schema) -> None:
    path, table = tmp_path / "file.db", "record" if schema is journal.SCHEMA else "message"
    site = [1] if schema is outbox_tables.SCHEMA else []
    open_and_close(path, schema)
    with closing(sqlite3.connect(path)) as connection, connection:
        row = [*site, *rows.to_row(message(7))]
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    downgrade(path, schema, 1)
    with closing(sqlite3.connect(path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        assert tables.isdisjoint({"quarantine", "missing"})
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    open_and_close(path, schema)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(f"SELECT * FROM {table}").fetchall() == [tuple(row)]
        assert connection.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)


@SCHEMAS
def test_a_schema_cannot_go_to_a_version_that_it_never_had(tmp_path: Path, schema: Schema) -> None:
    path = tmp_path / "file.db"
    with pytest.raises(StorageError, match="there is no such file"):
        downgrade(path, schema, 1)
    open_and_close(path, schema)
    for version in (0, 99):
        with pytest.raises(StorageError, match=f"cannot go to {version}"):
            downgrade(path, schema, version)


@SCHEMAS
def test_migrations_are_numbered_without_a_hole(schema: Schema) -> None:
    folder = files("laconic_gateway") / "migrations" / schema.name
    names = sorted(script.name for script in folder.iterdir())
    up = [name for name in names if not name.endswith(".down.sql")]
    down = [name for name in names if name.endswith(".down.sql")]
    assert up == [f"{number:03}.sql" for number in range(1, len(up) + 1)]
    assert down == [f"{number:03}.down.sql" for number in range(2, len(up) + 1)]
