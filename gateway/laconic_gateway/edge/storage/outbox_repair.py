"""Damaged messages of an outbox: put into quarantine, and asked for again.

A site keeps a message until it is delivered, so it still has what is damaged here. It sends in
order and without a hole, so its cursor goes back to before the first damaged message. What comes
again then and is done already is known by not being in the table `missing`. The later messages of
the charger are waited for too: nothing may overtake.

Sequence number and charger of a damaged message can be trusted. Both stand in an index too, and an
outbox whose indexes do not agree with its tables is refused whole.
"""

from collections.abc import Iterator
from typing import Final, cast

from laconic_gateway.edge.storage import rows
from laconic_gateway.edge.storage.database import Connection

_RAW: Final = (
    "kind, charger, path, version, text, reference, answered, received_unix_seconds, checksum"
)
_SELECT_SITE: Final = f"SELECT {rows.SELECTED} FROM message WHERE site = ? ORDER BY sequence"
_COPY: Final = (
    f"INSERT OR REPLACE INTO quarantine (site, sequence, found_unix_seconds, reason, {_RAW})"
    f" SELECT site, sequence, unixepoch(), 'its checksum is wrong', {_RAW}"
    " FROM message WHERE site = ? AND sequence = ?"
)
_AWAIT: Final = (
    "INSERT OR REPLACE INTO missing (site, sequence)"
    " SELECT site, sequence FROM message WHERE site = ? AND charger = ? AND sequence >= ?"
)
_DELETE: Final = "DELETE FROM message WHERE site = ? AND charger = ? AND sequence >= ?"


def repair(connection: Connection, site: int, salt: int) -> Iterator[tuple[int, str]]:
    """Takes damaged messages of a site out, and yields their sequence numbers and chargers."""
    found = connection.execute(_SELECT_SITE, (site,)).fetchall()
    damaged = [
        (cast(int, row[0]), rows.readable(row[2]))
        for row in found
        if rows.to_record(row, salt) is None
    ]
    for sequence, _ in damaged:
        connection.execute(_COPY, (site, sequence))
    for sequence, charger in damaged:
        connection.execute(_AWAIT, (site, charger, sequence))
        connection.execute(_DELETE, (site, charger, sequence))
    yield from damaged


def load_missing(connection: Connection, site: int) -> frozenset[int]:
    """Reads the sequence numbers that are waited for again."""
    found = connection.execute("SELECT sequence FROM missing WHERE site = ?", (site,))
    return frozenset(cast(int, number) for (number,) in found)
