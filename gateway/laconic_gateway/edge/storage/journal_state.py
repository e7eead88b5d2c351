"""What a journal knows beside its records: its numbers, and where the records end."""

from dataclasses import dataclass, replace
from typing import Final

from laconic_gateway.edge.storage import journal_rows, rows
from laconic_gateway.edge.storage.database import Connection
from laconic_gateway.edge.storage.rows import checksum_of

CHECKED_MAX_BYTES: Final = 32 * 2**20
"""A larger file is not looked through at each start: service comes first."""

_TRIMMED_THROUGH = "trimmed_through"
_SELECT_BEHIND = f"SELECT {journal_rows.SELECTED} FROM record WHERE sequence > ? ORDER BY sequence"
_INSERT = f"INSERT INTO record ({journal_rows.COLUMNS}) VALUES ({journal_rows.PLACES})"


@dataclass(frozen=True, slots=True)
class State:
    """What a journal knew when it was opened."""

    last_sequence: int
    trimmed_through: int
    numbers: dict[str, int]
    complaint: str
    """What is wrong with the pages of the file; empty: nothing, or it is too large to look."""


def load(connection: Connection) -> State:
    """Reads the state of a journal.

    Raises:
        ValueError: a row of it is damaged.
    """
    numbers = _load_numbers(connection)
    trimmed_through = numbers.pop(_TRIMMED_THROUGH, 0)
    last_sequence = _last_sequence(connection, trimmed_through)
    return State(last_sequence, trimmed_through, numbers, _complaint(connection))


def write_number(name: str, value: int, connection: Connection) -> None:
    """Keeps a number under a name."""
    connection.execute(
        "INSERT OR REPLACE INTO number (name, value, checksum) VALUES (?, ?, ?)",
        (name, value, checksum_of(name, value)),
    )


def write_trimmed_through(connection: Connection, through: int) -> None:
    """Keeps the sequence of the newest record that was trimmed."""
    write_number(_TRIMMED_THROUGH, through, connection)


def load_trimmed_through(connection: Connection) -> int:
    """Reads the sequence of the newest record that was trimmed."""
    return _load_numbers(connection).get(_TRIMMED_THROUGH, 0)


def move(connection: Connection, after: int, onto: int) -> int:
    """Gives the records behind `after` the numbers behind `onto`; those before are gone.

    Returns the sequence of the last one.
    """
    rows_found = connection.execute(_SELECT_BEHIND, (after,)).fetchall()
    connection.execute("DELETE FROM record")
    moved = [
        replace(journal_rows.to_record(row) or rows.void(0), sequence=number)
        for number, row in enumerate(rows_found, onto + 1)
    ]
    connection.executemany(_INSERT, [journal_rows.to_row(record) for record in moved])
    write_trimmed_through(connection, onto)
    return onto + len(moved)


def check_name(name: str) -> None:
    """Raises ValueError if the journal uses the name itself."""
    if name == _TRIMMED_THROUGH:
        raise ValueError(f"the number {name!r} belongs to the journal")


def _complaint(connection: Connection) -> str:
    """A page that lies in the place of another one takes records along, and no row tells."""
    size_bytes = int(str(connection.pragma("page_count"))) * int(
        str(connection.pragma("page_size"))
    )
    if size_bytes > CHECKED_MAX_BYTES:
        return ""
    found = str(connection.pragma("quick_check", 1)).splitlines()
    return "" if found == ["ok"] else found[-1]


def _load_numbers(connection: Connection) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for row in connection.execute("SELECT name, value, checksum FROM number"):
        match row:
            case (str(name), int(value), int(checksum)) if checksum == checksum_of(name, value):
                numbers[name] = value
            case _:
                raise ValueError("a number fails its checksum")
    return numbers


def _last_sequence(connection: Connection, trimmed_through: int) -> int:
    """Returns the newest sequence; behind the last good record every damaged one counts as one.

    The sequence of a damaged record cannot be trusted, but its place in the table can.
    """
    newest_first = f"SELECT {journal_rows.SELECTED} FROM record ORDER BY sequence DESC"
    damaged = 0
    for row in connection.execute(newest_first):
        record = journal_rows.to_record(row)
        if record is not None:
            return max(record.sequence, trimmed_through) + damaged
        damaged += 1
    return trimmed_through + damaged
