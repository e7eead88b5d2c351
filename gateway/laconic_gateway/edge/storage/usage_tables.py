"""The tables of `usage.db`: byte counters, what the governor knows, and messages kept back.

Counters carry no checksum: a wrong one is a wrong figure, while a wrong message would be a lie to
the CSMS.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from laconic_gateway.core.records import Record
from laconic_gateway.core.site.budget.contents import Cause
from laconic_gateway.core.site.budget.meter import Account, Way
from laconic_gateway.edge.storage import rows
from laconic_gateway.edge.storage.database import Connection, Schema, Values

SCHEMA: Final = Schema(
    name="usage",
    page_bytes=1024,
    if_damaged="keep a copy of it, move it away together with its -wal file, and start again;"
    " the byte counters begin anew, and messages that were kept back are lost",
    is_shared=True,
)
THINNED_MAX_RECORDS: Final = 50_000
"""The oldest ones are shed beyond this, or when the file is nearly full."""
NEARLY_FULL: Final = 0.75
"""Part of the largest size of the file from which on thinned messages are shed."""
SHED_AT_ONCE_RECORDS: Final = 2_000
DAYS_KEPT: Final = 400

SHED: Final = "thinned_shed"
"""Number of thinned messages that were shed since the file was made."""

_ADD = (
    "INSERT INTO usage (month, way, cause, charger, action, bytes) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes"
)
_ADD_DAY = (
    "INSERT INTO usage_by_day (day, bytes) VALUES (?, ?)"
    " ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes"
)

Counted = Mapping[tuple[int, Account], int]
"""Bytes by first day of the month and account."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Everything in the file but the messages themselves."""

    counted: dict[tuple[int, Account], int]
    day_bytes: dict[int, int]
    """By day, counted from 1970-01-01."""
    numbers: dict[str, int]
    thinned: int
    """Messages that can be had with `laconic thinned`."""
    held: int
    last_kept: int
    """The highest number of a message that was kept back and is still there."""


def load(connection: Connection) -> Usage:
    """Reads everything but the messages.

    Raises:
        ValueError: a row is damaged.
    """
    counted: dict[tuple[int, Account], int] = {}
    for row in connection.execute("SELECT month, way, cause, charger, action, bytes FROM usage"):
        match row:
            case (int(month), str(way), str(cause), str(charger), str(action), int(amount)):
                counted[month, Account(Way(way), Cause(cause), charger, action)] = amount
            case _:
                raise ValueError("a counter is damaged")
    day_bytes = dict(_pairs(connection, "SELECT day, bytes FROM usage_by_day"))
    numbers = {str(name): value for name, value in _named(connection)}
    thinned, held = (_count(connection, table) for table in ("thinned", "held"))
    last = max(_last(connection, table) for table in ("thinned", "held"))
    return Usage(counted, day_bytes, numbers, thinned, held, last)


def add(connection: Connection, counted: Counted, days: Mapping[int, int]) -> None:
    """Adds bytes to counters and days, and forgets what is over a year old."""
    connection.executemany(
        _ADD,
        [
            (month, str(to.way), str(to.cause), to.charger, to.action, amount)
            for (month, to), amount in counted.items()
        ],
    )
    connection.executemany(_ADD_DAY, list(days.items()))
    if days:
        oldest = max(days) - DAYS_KEPT
        connection.execute("DELETE FROM usage WHERE month < ?", (oldest,))
        connection.execute("DELETE FROM usage_by_day WHERE day < ?", (oldest,))


def write_numbers(connection: Connection, numbers: Mapping[str, int]) -> None:
    """Keeps numbers under their names."""
    connection.executemany(
        "INSERT OR REPLACE INTO number (name, value) VALUES (?, ?)", list(numbers.items())
    )


def insert_thinned(connection: Connection, records: Sequence[Record]) -> None:
    """Keeps thinned messages; sheds the oldest ones if there are too many."""
    _make_room(connection, thinned=len(records))
    _insert(connection, "thinned", records)


def insert_held(connection: Connection, records: Sequence[Record]) -> None:
    """Keeps held messages; thinned ones make room for them."""
    _make_room(connection, thinned=0)
    _insert(connection, "held", records)


def delete_held(connection: Connection, through: int) -> None:
    """Forgets the held messages up to a number: the journal has them."""
    connection.execute("DELETE FROM held WHERE sequence <= ?", (through,))


def select(connection: Connection, table: str, after: int, limit: int) -> list[Record]:
    """Reads messages of the table `thinned` or `held` in order; VOID stands for damaged ones."""
    found = connection.execute(
        f"SELECT {rows.SELECTED} FROM {table} WHERE sequence > ? ORDER BY sequence LIMIT ?",
        (after, limit),
    ).fetchall()
    return [rows.to_record(row) or rows.void(_sequence(row)) for row in found]


def _sequence(row: Values) -> int:
    return cast(int, row[0])


def _insert(connection: Connection, table: str, records: Sequence[Record]) -> None:
    connection.executemany(
        f"INSERT OR REPLACE INTO {table} ({rows.COLUMNS}) VALUES ({rows.PLACES})",
        [rows.to_row(record) for record in records],
    )


def _is_nearly_full(connection: Connection) -> bool:
    pages, free, most = (
        cast(int, connection.pragma(name))
        for name in ("page_count", "freelist_count", "max_page_count")
    )
    return pages - free > NEARLY_FULL * most


def _make_room(connection: Connection, *, thinned: int) -> None:
    """Sheds the oldest thinned messages so that some more fit."""
    there = _count(connection, "thinned")
    many = there + thinned - THINNED_MAX_RECORDS
    if _is_nearly_full(connection):
        many = max(many, SHED_AT_ONCE_RECORDS)
    many = min(many, there)
    if many <= 0:
        return
    connection.execute(
        "DELETE FROM thinned WHERE sequence IN"
        " (SELECT sequence FROM thinned ORDER BY sequence LIMIT ?)",
        (many,),
    )
    before = dict(_named(connection)).get(SHED, 0)
    write_numbers(connection, {SHED: before + many})


def _count(connection: Connection, table: str) -> int:
    ((amount,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return cast(int, amount)


def _last(connection: Connection, table: str) -> int:
    ((last,),) = connection.execute(f"SELECT max(sequence) FROM {table}").fetchall()
    return cast(int | None, last) or 0


def _named(connection: Connection) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for row in connection.execute("SELECT name, value FROM number"):
        match row:
            case (str(name), int(value)):
                found.append((name, value))
            case _:
                raise ValueError("a number is damaged")
    return found


def _pairs(connection: Connection, query: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for row in connection.execute(query):
        match row:
            case (int(first), int(second)):
                found.append((first, second))
            case _:
                raise ValueError("a counter is damaged")
    return found
