"""What left a journal without being delivered, for an operator; the gateway must be stopped."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage import quarantine, rows
from laconic_gateway.edge.storage.database import Connection, look
from laconic_gateway.edge.storage.journal import SCHEMA
from laconic_gateway.edge.storage.quarantine import Quarantined

_SELECT_VOIDS: Final = f"SELECT {rows.SELECTED} FROM record WHERE kind = ? ORDER BY sequence"


@dataclass(frozen=True, slots=True)
class Gap:
    """Records next to each other that were shed from a full journal, of one charger."""

    first: int
    last: int
    charger: str
    reason: str


def read(path: Path) -> tuple[list[Quarantined], list[Gap]]:
    """Reads the damaged records in quarantine, and what was shed and is not trimmed yet.

    Raises:
        StorageError: the gateway runs, or the file cannot be read.
    """
    return look(path, SCHEMA, lambda opened: (list(quarantine.load(opened)), list(_gaps(opened))))


def _gaps(connection: Connection) -> Iterator[Gap]:
    gap: Gap | None = None
    for row in connection.execute(_SELECT_VOIDS, (RecordKind.VOID,)):
        record = rows.to_record(row)
        if record is None or not record.text:
            continue  # it stands for a damaged one
        if gap is not None and _continues(gap, record):
            gap = Gap(gap.first, record.sequence, gap.charger, gap.reason)
            continue
        if gap is not None:
            yield gap
        gap = Gap(record.sequence, record.sequence, record.charger, record.text)
    if gap is not None:
        yield gap


def _continues(gap: Gap, record: Record) -> bool:
    follows = record.sequence == gap.last + 1
    return follows and (record.charger, record.text) == (gap.charger, gap.reason)
