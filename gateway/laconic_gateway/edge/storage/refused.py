"""The quarantine of an expander: messages that the CSMS did not take (D9), for the operator.

`Outbox` does this while an expander runs; the functions that take a directory open the outbox
themselves, while none does.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from laconic_gateway.core.expander.kept import Kept, KeptKind, to_object
from laconic_gateway.core.identity import identity_of
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage import kept_tables, outbox_tables, rows
from laconic_gateway.edge.storage.database import Connection, StorageError, connect
from laconic_gateway.edge.storage.outbox_tables import FILE_MAX_BYTES, OUTBOX_FILE, SCHEMA

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One message in the quarantine."""

    site: str
    charger: str
    sequence: int
    content: dict[str, Any]
    """What `core.expander.poison` has written."""


def stock(connection: Connection) -> list[Quarantined]:
    """Returns what is in the quarantine."""
    return [one for _, one in _numbered(connection)]


def take_back(connection: Connection, site: str, sequence: int) -> Record:
    """Puts a message back among those that wait, in the transaction that is open; returns it.

    Raises:
        StorageError: it is not in the quarantine.
    """
    number, found = _find(connection, site, sequence)
    content = found.content
    record = Record(
        sequence,
        RecordKind.MESSAGE,
        identity_of(content["path"]),
        content["path"],
        content["version"],
        content["message"],
        answered=True,
        received_unix_seconds=content["received"],
    )
    known = outbox_tables.Site(number, site, 0, 0, 0)
    outbox_tables.write_messages(connection, [(number, *rows.to_row(record, known.salt))])
    kept_tables.write(connection, [_forgotten(number, found)])
    return record


def drop(connection: Connection, site: str, sequence: int) -> None:
    """Deletes a message for good, in the transaction that is open.

    Raises:
        StorageError: it is not in the quarantine.
    """
    number, found = _find(connection, site, sequence)
    kept_tables.write(connection, [_forgotten(number, found)])


def alone(directory: Path, work: Callable[[Connection], _T]) -> _T:
    """Does `work` in a transaction of its own on an outbox that nobody has open.

    Raises:
        StorageError: there is no outbox, or it cannot be opened, or `work` raises it.
    """
    path = directory / OUTBOX_FILE
    if not path.exists():
        raise StorageError(f"{path}: there is no such file; has the expander run yet?")
    connection = connect(path, SCHEMA, max_bytes=FILE_MAX_BYTES)
    try:
        connection.execute("BEGIN IMMEDIATE")
        result = work(connection)
        connection.execute("COMMIT")
        return result
    finally:
        connection.close()


def _numbered(connection: Connection) -> Iterator[tuple[int, Quarantined]]:
    found = connection.execute("SELECT number, name FROM site").fetchall()
    names = dict(cast("list[tuple[int, str]]", found))
    for number, charger, kept in kept_tables.load(connection)[0]:
        if kept.kind is KeptKind.QUARANTINE:
            site = names.get(number, str(number))
            yield number, Quarantined(site, charger, int(kept.name), to_object(kept.text))


def _find(connection: Connection, site: str, sequence: int) -> tuple[int, Quarantined]:
    for number, one in _numbered(connection):
        if (one.site, one.sequence) == (site, sequence):
            return number, one
    raise StorageError(
        f"the quarantine has no message {sequence} of {site}; see `laconic quarantine list`"
    )


def _forgotten(number: int, one: Quarantined) -> kept_tables.KeptRow:
    return number, one.charger, Kept(KeptKind.QUARANTINE, str(one.sequence), None)
