"""Damaged messages of an outbox: each has two copies, and the sound one replaces the other.

They stand in two tables, `message` and `spare`, so in two pages of the file. What is damaged in
both is lost: it goes to the quarantine as it was found. The site cannot be asked for one message
again: the numbers here follow the order within its frames, and it remembers no frame that is
stored.

Sequence number and charger of a damaged message can be trusted. Both stand in an index too, and an
outbox whose indexes do not agree with its tables is refused whole.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, cast

from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage import rows
from laconic_gateway.edge.storage.database import Connection, Values

COPIES: Final = ("message", "spare")
"""The tables in which each message stands."""

_RAW: Final = (
    "kind, charger, path, version, text, reference, answered, received_unix_seconds, checksum"
)
_SELECT_SITE: Final = f"SELECT {rows.SELECTED} FROM {{}} WHERE site = ?"
_SELECT_ONE: Final = f"SELECT {rows.SELECTED} FROM {{}} WHERE site = ? AND sequence = ?"
_REPLACE: Final = (
    f"INSERT OR REPLACE INTO {{}} (site, sequence, {_RAW})"
    f" SELECT site, sequence, {_RAW} FROM {{}} WHERE site = ? AND sequence = ?"
)
_QUARANTINE: Final = (
    f"INSERT OR REPLACE INTO quarantine (site, sequence, found_unix_seconds, reason, {_RAW})"
    f" SELECT site, sequence, unixepoch(), 'its checksum is wrong', {_RAW}"
    " FROM message WHERE site = ? AND sequence = ?"
)
_DELETE: Final = "DELETE FROM {} WHERE site = ? AND sequence = ?"


class Damage(NamedTuple):
    """A message of which a copy was found damaged."""

    sequence: int
    charger: str
    """As far as it can be read."""
    is_lost: bool
    """Both copies are damaged."""


def repair(connection: Connection, site: int, salt: int) -> Iterator[Damage]:
    """Mends the damaged copies of a site's messages, and yields what was found."""
    damaged = {sequence for table in COPIES for sequence in _damaged(connection, table, site, salt)}
    for sequence in sorted(damaged):
        damage = mend(connection, site, salt, sequence)
        if damage is not None:
            yield damage


def mend(connection: Connection, site: int, salt: int, sequence: int) -> Damage | None:
    """Replaces a damaged copy by the sound one; moves a message without one to the quarantine.

    Returns what was found; None if both are sound, or not there any more.
    """
    key = (site, sequence)
    found = {table: _row(connection, table, key) for table in COPIES}
    damaged = [table for table, row in found.items() if row and not rows.to_record(row, salt)]
    if not damaged:
        return None
    charger = rows.readable((found["message"] or found["spare"])[2])
    sound = [table for table in COPIES if table not in damaged]
    if sound:
        connection.execute(_REPLACE.format(*damaged, *sound), key)
    else:
        connection.execute(_QUARANTINE, key)
        for table in COPIES:
            connection.execute(_DELETE.format(table), key)
    return Damage(sequence, charger, is_lost=not sound)


def spare(connection: Connection, site: int, salt: int, sequence: int) -> Record | None:
    """Returns a message from its second copy; None if that is damaged."""
    found = rows.one_by_one(connection, _SELECT_ONE.format("spare"), [(site, sequence)])
    return rows.to_record(found[0], salt) if found else None


def _row(connection: Connection, table: str, key: tuple[int, int]) -> Values:
    found = connection.execute(_SELECT_ONE.format(table), key).fetchall()
    return found[0] if found else ()


def _damaged(connection: Connection, table: str, site: int, salt: int) -> Iterator[int]:
    for row in connection.execute(_SELECT_SITE.format(table), (site,)):
        if rows.to_record(row, salt) is None:
            yield cast(int, row[0])
