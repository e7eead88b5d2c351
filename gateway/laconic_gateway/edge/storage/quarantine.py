"""Damaged records: kept as they were found, out of the way of the sound ones."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, cast

import apsw

from laconic_gateway.edge.storage import journal_rows, journal_state, rows
from laconic_gateway.edge.storage.database import Connection

RECORDS_MAX: Final = 1_000
"""The oldest ones are forgotten beyond this: the quarantine must not fill the file."""

_RAW: Final = (
    "kind", "charger", "path", "version", "text", "reference", "answered",
    "received_unix_seconds", "checksum",
)  # fmt: skip
_COPY: Final = (
    f"INSERT OR REPLACE INTO quarantine (sequence, found_unix_seconds, reason, {', '.join(_RAW)})"
    f" SELECT sequence, unixepoch(), ?, {', '.join(_RAW)} FROM record WHERE sequence = ?"
)
_NAME: Final = (
    "INSERT OR REPLACE INTO quarantine (sequence, found_unix_seconds, reason)"
    " VALUES (?, unixepoch(), ?)"
)
_SELECT_ROW: Final = f"SELECT {journal_rows.SELECTED} FROM record WHERE sequence = ?"
_REPLACE: Final = (
    f"INSERT OR REPLACE INTO record ({journal_rows.COLUMNS}) VALUES ({journal_rows.PLACES})"
)
_FORGET: Final = (
    "DELETE FROM quarantine WHERE sequence NOT IN"
    f" (SELECT sequence FROM quarantine ORDER BY found_unix_seconds DESC LIMIT {RECORDS_MAX})"
)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One damaged record."""

    sequence: int
    found_unix_seconds: int
    reason: str
    charger: str
    """As far as it can be read."""
    raw: tuple[object, ...]
    """The columns as they were found."""


def move(connection: Connection, sequence: int) -> Callable[[], None]:
    """Moves a damaged record out of the table, a VOID in its place.

    It fails when the page is damaged: SQLite does not write into it, and the record stays.
    """
    found = connection.execute(_SELECT_ROW, (sequence,)).fetchall()
    if not found and sequence <= journal_state.load_trimmed_through(connection):
        return _nothing  # delivered meanwhile
    if not found:
        connection.execute(_NAME, (sequence, "it is not in its place"))
    elif journal_rows.to_record(found[0]) is None:
        connection.execute(_COPY, ("its checksum is wrong", sequence))
    else:
        return _nothing  # trimmed and given anew, or moved already
    connection.execute(_FORGET)
    connection.execute(_REPLACE, journal_rows.to_row(rows.void(sequence)))
    return _nothing


def load(connection: Connection) -> Iterator[Quarantined]:
    """Yields what is in quarantine."""
    columns = ", ".join(f"CAST({name} AS BLOB)" for name in _RAW)
    statement = (
        f"SELECT sequence, found_unix_seconds, reason, {columns} FROM quarantine ORDER BY sequence"
    )
    with suppress(apsw.CorruptError):
        for sequence, found, reason, *raw in connection.execute(statement):
            yield Quarantined(
                cast(int, sequence),
                cast(int, found),
                str(reason),
                rows.readable(raw[1]),
                tuple(raw),
            )


def _nothing() -> None:
    """Report to nobody."""
