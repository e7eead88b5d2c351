"""The tables of the outbox, and what is read from them when it is opened."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias, cast

import apsw

from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage import outbox_repair, rows
from laconic_gateway.edge.storage.database import Connection, Schema
from laconic_gateway.edge.storage.rows import checksum_of

OUTBOX_FILE: Final = "outbox.db"
FILE_MAX_BYTES: Final = 4 * 1024 * 1024 * 1024
SCHEMA: Final = Schema(
    name="outbox",
    page_bytes=4096,
    if_damaged="move it away together with its -wal file and start again;"
    " the sites send again what was not delivered",
)

MessageRow: TypeAlias = tuple[int, int, int, str, str, str, str, int, int, float, int]
"""Number of the site, then the columns of a record."""

_INSERT = f"INSERT OR REPLACE INTO message (site, {rows.COLUMNS}) VALUES (?, {rows.PLACES})"
_SELECT_PENDING = (
    f"SELECT {rows.SELECTED} FROM message"
    " WHERE site = ? AND charger = ? AND sequence > ? ORDER BY sequence LIMIT ?"
)
_SELECT_PENDING_SEQUENCES = (
    "SELECT sequence FROM message"
    " WHERE site = ? AND charger = ? AND sequence > ? ORDER BY sequence LIMIT ?"
)
_SELECT_ONE = f"SELECT {rows.SELECTED} FROM message WHERE site = ? AND sequence = ?"
_SELECT_SITE = f"SELECT {rows.SELECTED} FROM message WHERE site = ? ORDER BY sequence"
_SELECT_DELIVERED = (
    "SELECT coalesce((SELECT min(sequence) - 1 FROM ("
    "SELECT min(sequence) AS sequence FROM message WHERE site = ?1"
    " UNION ALL SELECT min(sequence) FROM missing WHERE site = ?1)),"
    " (SELECT stored FROM site WHERE number = ?1), 0)"
)


class Backlog(NamedTuple):
    """Messages of one charger that were waiting when the outbox was opened."""

    site: str
    charger: str
    path: str
    """Path of the oldest of them."""
    version: str
    """OCPP version of the oldest of them."""
    waiting: int
    """How many."""


@dataclass(slots=True)
class Site:
    """One site and its cursors, as far as they are on disk."""

    number: int
    name: str
    accepted: int
    """Newest sequence that was handed to the outbox, on disk or about to be."""
    stored: int
    delivered: int
    seen_through: int = 0
    """Up to here messages are kept only if they are `missing`: the others are done."""
    missing: frozenset[int] = frozenset()

    def wants(self, sequence: int) -> bool:
        """Tells whether a message that has come is to be kept."""
        return sequence > self.seen_through or sequence in self.missing

    @property
    def salt(self) -> int:
        """What makes the checksum of a record cover its site."""
        return zlib.crc32(self.name.encode())


@dataclass(frozen=True, slots=True)
class Stock:
    """What an outbox held when it was opened."""

    sites: dict[str, Site]
    backlog: list[Backlog]
    damaged: list[tuple[str, int, str]]
    """Damaged messages, which are in quarantine now: site, sequence, charger."""


def load(connection: Connection) -> Stock:
    """Reads and checks everything in an outbox.

    Raises:
        ValueError: a page or a cursor is damaged. Then an outbox is refused whole, because the
            sites can send all of it again.
    """
    if connection.pragma("integrity_check") != "ok":
        raise ValueError("a page fails the integrity check")
    sites = _load_sites(connection)
    damaged = [one for site in sites.values() for one in _repair(connection, site)]
    backlog = [line for site in sites.values() for line in _load_backlog(connection, site)]
    return Stock(sites, backlog, damaged)


def write_messages(connection: Connection, added: Iterable[MessageRow]) -> None:
    """Keeps messages."""
    connection.executemany(_INSERT, added)


def write_stored(connection: Connection, cursors: Iterable[tuple[Site, int]]) -> None:
    """Moves the cursors `stored` of sites."""
    moves = list(cursors)
    connection.executemany(
        "DELETE FROM missing WHERE site = ? AND sequence <= ?",
        [(site.number, stored) for site, stored in moves],
    )
    written = [(site.number, site.name, max(stored, site.seen_through)) for site, stored in moves]
    connection.executemany(
        "INSERT OR REPLACE INTO site (number, name, stored, checksum) VALUES (?, ?, ?, ?)",
        [(*row, checksum_of(*row)) for row in written],
    )


def delete_messages(connection: Connection, keys: Iterable[tuple[int, int]]) -> None:
    """Deletes messages, each given as (number of the site, sequence)."""
    connection.executemany("DELETE FROM message WHERE site = ? AND sequence = ?", keys)


def read_delivered(connection: Connection, numbers: Iterable[int]) -> dict[int, int]:
    """Returns the sequence through which nothing waits, by number of the site."""
    delivered: dict[int, int] = {}
    for number in numbers:
        for row in connection.execute(_SELECT_DELIVERED, (number,)):
            delivered[number] = cast(int, row[0])
    return delivered


def read_pending(
    connection: Connection, site: Site, charger: str, after: int, limit: int
) -> list[Record]:
    """Returns a page of a charger's messages in order, VOID in the place of damaged ones."""
    bounds = (site.number, charger, after, limit)
    try:
        found = connection.execute(_SELECT_PENDING, bounds).fetchall()
        sequences = [row[0] for row in found]
    except apsw.CorruptError:
        sequences = [row[0] for row in connection.execute(_SELECT_PENDING_SEQUENCES, bounds)]
        keys = [(site.number, number) for number in sequences if isinstance(number, int)]
        found = rows.one_by_one(connection, _SELECT_ONE, keys)
    sound = {row[0]: rows.to_record(row, site.salt) for row in found}
    return [
        sound.get(number) or rows.void(number) for number in sequences if isinstance(number, int)
    ]


def _repair(connection: Connection, site: Site) -> Iterator[tuple[str, int, str]]:
    for sequence, charger in outbox_repair.repair(connection, site.number, site.salt):
        yield site.name, sequence, charger
    site.missing = outbox_repair.load_missing(connection, site.number)
    if site.missing:
        site.accepted = site.stored = min(site.missing) - 1
    site.delivered = read_delivered(connection, [site.number])[site.number]


def _load_sites(connection: Connection) -> dict[str, Site]:
    sites: dict[str, Site] = {}
    found = connection.execute("SELECT number, name, stored, checksum FROM site").fetchall()
    for row in found:
        match row:
            case (int(number), str(name), int(stored), int(checksum)) if checksum == checksum_of(
                number, name, stored
            ):
                sites[name] = Site(number, name, stored, stored, 0, seen_through=stored)
            case _:
                raise ValueError("the row of a site fails its checksum")
    return sites


def _load_backlog(connection: Connection, site: Site) -> list[Backlog]:
    lines: dict[str, Backlog] = {}
    for row in connection.execute(_SELECT_SITE, (site.number,)):
        record = rows.to_record(row, site.salt)
        if record is None:
            raise ValueError("a message fails its checksum")
        new = Backlog(site.name, record.charger, record.path, record.version, 0)
        line = lines.get(record.charger, new)
        lines[record.charger] = line._replace(waiting=line.waiting + 1)
    return list(lines.values())
