"""The quarantine of an expander: messages that the CSMS did not take (D9), for the operator.

All functions open the outbox, so the expander must not run.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from laconic_gateway.core.expander.kept import Kept, KeptKind, to_object
from laconic_gateway.core.identity import identity_of
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage import kept_tables, outbox_tables, rows
from laconic_gateway.edge.storage.database import Connection, StorageError, connect
from laconic_gateway.edge.storage.outbox import FILE_MAX_BYTES, SCHEMA

OUTBOX_FILE: Final = "outbox.db"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One message in the quarantine."""

    site: str
    charger: str
    sequence: int
    content: dict[str, Any]
    """What `core.expander.poison` has written."""


def read(directory: Path) -> list[Quarantined]:
    """Returns what is in the quarantine.

    Raises:
        StorageError: there is no outbox, or it cannot be opened.
    """
    with _opened(directory) as connection:
        return [one for _, one in _stock(connection)]


def resend(directory: Path, site: str, sequence: int) -> None:
    """Puts a message back into the outbox: it is sent after the next start.

    Raises:
        StorageError: it is not in the quarantine, or the outbox cannot be opened.
    """
    with _opened(directory) as connection:
        number, found = _find(connection, directory, site, sequence)
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
        row = (number, *rows.to_row(record, known.salt))
        connection.execute("BEGIN IMMEDIATE")
        outbox_tables.write_messages(connection, [row])
        kept_tables.write(connection, [_forgotten(number, found)])
        connection.execute("COMMIT")


def drop(directory: Path, site: str, sequence: int) -> None:
    """Deletes a message for good.

    Raises:
        StorageError: it is not in the quarantine, or the outbox cannot be opened.
    """
    with _opened(directory) as connection:
        number, found = _find(connection, directory, site, sequence)
        kept_tables.write(connection, [_forgotten(number, found)])


def _opened(directory: Path) -> "closing[Connection]":
    path = directory / OUTBOX_FILE
    if not path.exists():
        raise StorageError(f"{path}: there is no such file; has the expander run yet?")
    return closing(connect(path, SCHEMA, max_bytes=FILE_MAX_BYTES))


def _stock(connection: Connection) -> Iterator[tuple[int, Quarantined]]:
    names = dict(
        cast(
            "list[tuple[int, str]]", connection.execute("SELECT number, name FROM site").fetchall()
        )
    )
    for number, charger, kept in kept_tables.load(connection)[0]:
        if kept.kind is KeptKind.QUARANTINE:
            site = names.get(number, str(number))
            yield number, Quarantined(site, charger, int(kept.name), to_object(kept.text))


def _find(
    connection: Connection, directory: Path, site: str, sequence: int
) -> tuple[int, Quarantined]:
    for number, one in _stock(connection):
        if (one.site, one.sequence) == (site, sequence):
            return number, one
    raise StorageError(
        f"{directory / OUTBOX_FILE}: the quarantine has no message {sequence} of {site};"
        " see `laconic quarantine list`"
    )


def _forgotten(number: int, one: Quarantined) -> kept_tables.KeptRow:
    return number, one.charger, Kept(KeptKind.QUARANTINE, str(one.sequence), None)
