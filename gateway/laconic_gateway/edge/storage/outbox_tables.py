"""The tables of the outbox, and what is read from them when it is opened."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias, cast

import apsw

from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage import outbox_repair, rows
from laconic_gateway.edge.storage.database import Connection, Schema
from laconic_gateway.edge.storage.outbox_repair import Damage
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

_INSERT = f"INSERT OR REPLACE INTO {{}} (site, {rows.COLUMNS}) VALUES (?, {rows.PLACES})"
_DELETE = "DELETE FROM {} WHERE site = ? AND sequence = ?"
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
    "SELECT coalesce((SELECT min(sequence) - 1 FROM message WHERE site = ?1),"
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

    @property
    def salt(self) -> int:
        """What makes the checksum of a record cover its site."""
        return zlib.crc32(self.name.encode())


@dataclass(frozen=True, slots=True)
class Stock:
    """What an outbox held when it was opened."""

    sites: dict[str, Site]
    backlog: list[Backlog]
    damaged: list[tuple[str, Damage]]
    """What was found and mended, each with its site."""


@dataclass(frozen=True, slots=True)
class Page:
    """Messages of one charger, in order."""

    records: list[Record]
    """A VOID stands in the place of one of which both copies are damaged."""
    damaged: list[int]
    """Sequences of those of which the first copy is damaged."""


def load(connection: Connection) -> Stock:
    """Reads and checks everything in an outbox.

    Raises:
        ValueError: a page or a cursor is damaged. Then an outbox is refused whole, because the
            sites can send all of it again.
    """
    if connection.pragma("integrity_check") != "ok":
        raise ValueError("a page fails the integrity check")
    sites = _load_sites(connection)
    damaged: list[tuple[str, Damage]] = []
    for site in sites.values():
        found = outbox_repair.repair(connection, site.number, site.salt)
        damaged += [(site.name, damage) for damage in found]
        site.delivered = read_delivered(connection, [site.number])[site.number]
    backlog = [line for site in sites.values() for line in _load_backlog(connection, site)]
    return Stock(sites, backlog, damaged)


def write_messages(connection: Connection, added: Iterable[MessageRow]) -> None:
    """Keeps messages, each twice."""
    added = list(added)
    for table in outbox_repair.COPIES:
        connection.executemany(_INSERT.format(table), added)


def write_stored(connection: Connection, cursors: Iterable[tuple[Site, int]]) -> None:
    """Moves the cursors `stored` of sites."""
    written = [(site.number, site.name, stored) for site, stored in cursors]
    connection.executemany(
        "INSERT OR REPLACE INTO site (number, name, stored, checksum) VALUES (?, ?, ?, ?)",
        [(*row, checksum_of(*row)) for row in written],
    )


def delete_messages(connection: Connection, keys: Iterable[tuple[int, int]]) -> None:
    """Deletes messages, each given as (number of the site, sequence)."""
    keys = list(keys)
    for table in outbox_repair.COPIES:
        connection.executemany(_DELETE.format(table), keys)


def read_delivered(connection: Connection, numbers: Iterable[int]) -> dict[int, int]:
    """Returns the sequence through which nothing waits, by number of the site."""
    delivered: dict[int, int] = {}
    for number in numbers:
        for row in connection.execute(_SELECT_DELIVERED, (number,)):
            delivered[number] = cast(int, row[0])
    return delivered


def read_pending(connection: Connection, site: Site, charger: str, after: int, limit: int) -> Page:
    """Returns a page of a charger's messages."""
    bounds = (site.number, charger, after, limit)
    try:
        found = connection.execute(_SELECT_PENDING, bounds).fetchall()
        sequences = [row[0] for row in found]
    except apsw.CorruptError:
        sequences = [row[0] for row in connection.execute(_SELECT_PENDING_SEQUENCES, bounds)]
        keys = [(site.number, number) for number in sequences if isinstance(number, int)]
        found = rows.one_by_one(connection, _SELECT_ONE, keys)
    sound = {row[0]: rows.to_record(row, site.salt) for row in found}
    page = Page([], [])
    for number in sequences:
        if not isinstance(number, int):
            continue
        record = sound.get(number)
        if record is None:
            page.damaged.append(number)
            record = outbox_repair.spare(connection, site.number, site.salt, number)
        page.records.append(record or rows.void(number))
    return page


def _load_sites(connection: Connection) -> dict[str, Site]:
    sites: dict[str, Site] = {}
    found = connection.execute("SELECT number, name, stored, checksum FROM site").fetchall()
    for row in found:
        match row:
            case (int(number), str(name), int(stored), int(checksum)) if checksum == checksum_of(
                number, name, stored
            ):
                sites[name] = Site(number, name, stored, stored, 0)
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
