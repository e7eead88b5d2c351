"""The table of the outbox with what is kept of chargers (`core.expander.kept`)."""

from collections.abc import Iterable
from typing import Final, TypeAlias

from laconic_gateway.core.expander.kept import Kept, KeptKind
from laconic_gateway.edge.storage.database import Connection
from laconic_gateway.edge.storage.rows import checksum_of

KeptRow: TypeAlias = tuple[int, str, Kept]
"""Number of the site, charger, what is kept or to be forgotten."""

# As bytes, because damaged text need not be UTF-8. Names that are numbers come in their order.
_SELECT: Final = (
    "SELECT site, CAST(charger AS BLOB), CAST(kind AS BLOB), CAST(name AS BLOB),"
    " CAST(text AS BLOB), checksum FROM kept ORDER BY site, charger, kind, length(name), name"
)
_INSERT: Final = (
    "INSERT OR REPLACE INTO kept (site, charger, kind, name, text, checksum)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_DELETE: Final = "DELETE FROM kept WHERE site = ? AND charger = ? AND kind = ? AND name = ?"


def load(connection: Connection) -> tuple[list[KeptRow], int]:
    """Returns all rows, the older of a kind first, and how many more are damaged."""
    sound: list[KeptRow] = []
    damaged = 0
    for row in connection.execute(_SELECT):
        try:
            sound.append(_to_kept(row))
        except ValueError:
            damaged += 1
    return sound, damaged


def write(connection: Connection, rows: Iterable[KeptRow]) -> None:
    """Keeps and forgets, in the order given."""
    for site, charger, kept in rows:
        key = (site, charger, str(kept.kind), kept.name)
        if kept.text is None:
            connection.execute(_DELETE, key)
        else:
            connection.execute(_INSERT, (*key, kept.text, checksum_of(*key, kept.text)))


def _to_kept(row: tuple[object, ...]) -> KeptRow:
    match row:
        case (int(site), bytes(charger), bytes(kind), bytes(name), bytes(text), int(checksum)):
            texts = [one.decode() for one in (charger, kind, name, text)]
            if checksum_of(site, *texts) == checksum:
                return site, texts[0], Kept(KeptKind(texts[1]), texts[2], texts[3])
        case _:
            pass
    raise ValueError("the row fails its checksum")
