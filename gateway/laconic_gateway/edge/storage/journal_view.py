"""What left a journal without being delivered, for an operator; the gateway must be stopped."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from laconic_gateway.core.records import Record, RecordKind, Stamp
from laconic_gateway.edge.storage import journal_rows, quarantine
from laconic_gateway.edge.storage.database import Connection, look
from laconic_gateway.edge.storage.journal import SCHEMA
from laconic_gateway.edge.storage.quarantine import Quarantined

_SELECT_KIND: Final = f"SELECT {journal_rows.SELECTED} FROM record WHERE kind = ? ORDER BY sequence"


@dataclass(frozen=True, slots=True)
class Gap:
    """Records next to each other that were shed from a full journal, of one charger."""

    first: int
    last: int
    charger: str
    reason: str
    since: Stamp
    """When the first one was received."""
    until: Stamp


@dataclass(frozen=True, slots=True)
class Backlog:
    """The records of a charger that are not known to be delivered."""

    charger: str
    count: int
    first: Record
    last: Record


@dataclass(frozen=True, slots=True)
class View:
    """What is in a journal."""

    damaged: list[Quarantined]
    """In quarantine."""
    gaps: list[Gap]
    """What was shed and is not trimmed yet."""
    backlogs: list[Backlog]


def read(path: Path) -> View:
    """Reads what left the journal undelivered, and what is still in it.

    Raises:
        StorageError: the gateway runs, or the file cannot be read.
    """
    return look(path, SCHEMA, _view)


def _view(connection: Connection) -> View:
    return View(list(quarantine.load(connection)), list(_gaps(connection)), _backlogs(connection))


def _backlogs(connection: Connection) -> list[Backlog]:
    found: dict[str, Backlog] = {}
    for row in connection.execute(_SELECT_KIND, (RecordKind.MESSAGE,)):
        record = journal_rows.to_record(row)
        if record is not None:
            new = Backlog(record.charger, 0, record, record)
            known = found.get(record.charger, new)
            found[record.charger] = replace(known, count=known.count + 1, last=record)
    return list(found.values())


def _gaps(connection: Connection) -> Iterator[Gap]:
    gap: Gap | None = None
    for row in connection.execute(_SELECT_KIND, (RecordKind.VOID,)):
        record = journal_rows.to_record(row)
        if record is None or not record.text:
            continue  # it stands for a damaged one
        if gap is not None and _continues(gap, record):
            gap = replace(gap, last=record.sequence, until=record.stamp)
            continue
        if gap is not None:
            yield gap
        number, stamp = record.sequence, record.stamp
        gap = Gap(number, number, record.charger, record.text, stamp, stamp)
    if gap is not None:
        yield gap


def _continues(gap: Gap, record: Record) -> bool:
    follows = record.sequence == gap.last + 1
    return follows and (record.charger, record.text) == (gap.charger, gap.reason)
