"""Makes room in a journal that is full: what goes is decided by `core/site/shedding`.

A record that goes leaves a tombstone, a VOID record with its number, its charger and the reason.
All work is done in the writer thread, in the transaction that needs the room, a bounded piece each
time.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Final, cast

from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.core.site.shedding import RANKS, REFUSABLE, Rank, Thinner, place_of
from laconic_gateway.edge.storage import journal_rows
from laconic_gateway.edge.storage.database import Connection

RESERVE: Final = 0.1
"""Part of the quota that is kept for what is never shed."""
SPARE: Final = 0.02
"""Part of the quota that is made free beyond what is needed, so that it is not needed often."""
LOOK_RECORDS: Final = 500
"""Read at a time."""
REWRITE_RECORDS: Final = 2 * LOOK_RECORDS
"""Written anew at most when some of them go."""
LOOKS_MAX: Final = 20
"""In one transaction; the writer must not stand still for long."""
RECORD_BYTES: Final = 150
"""What a record takes beside its texts, with the pages that are not quite full."""

_SELECT = f"SELECT {journal_rows.SELECTED} FROM record WHERE sequence > ? AND kind = ?"
_LOOK = f"{_SELECT} ORDER BY sequence LIMIT {LOOK_RECORDS}"
_LOOK_AT_CHARGER = f"{_SELECT} AND charger = ? ORDER BY sequence LIMIT {LOOK_RECORDS}"
_BACKLOGS = (
    "SELECT charger, max(sequence) FROM record WHERE kind = ? GROUP BY charger"
    " ORDER BY count(*) DESC"
)
_SELECT_RANGE = f"SELECT {journal_rows.SELECTED} FROM record WHERE sequence BETWEEN ? AND ?"
_DELETE = "DELETE FROM record WHERE sequence = ?"
_INSERT = f"INSERT INTO record ({journal_rows.COLUMNS}) VALUES ({journal_rows.PLACES})"


@dataclass(frozen=True, slots=True)
class Shed:
    """One record that has gone."""

    sequence: int
    charger: str
    rank: Rank
    refused: bool = False
    """It was never stored, so its charger must not be answered."""


@dataclass(slots=True)
class _Walk:
    """One walk over the records for one rank, and of a session's rank for one charger."""

    thinner: Thinner
    charger: str | None = None
    through: int = 0


@dataclass(slots=True)
class _Progress:
    """How far the walks have come; a restart begins again."""

    walks: dict[Rank, _Walk] = field(
        default_factory=lambda: {
            rank: _Walk(Thinner(rank)) for rank in RANKS if rank is not Rank.SESSION
        }
    )
    sessions: dict[str, _Walk] = field(default_factory=dict[str, _Walk])


class Room:
    """Keeps a journal below its quota."""

    def __init__(self) -> None:
        self._progress = _Progress()
        self._before: _Progress | None = None
        """Of a transaction that is not committed, and may be rolled back."""
        self._disk_is_full = False

    def committed(self) -> None:
        """Take note that the last transaction is on disk."""
        self._before = None
        self._disk_is_full = False

    def failed(self) -> None:
        """Take note that the disk had no room, though the quota is not used up."""
        self._disk_is_full = True

    def admit(
        self, connection: Connection, records: Sequence[Record]
    ) -> tuple[list[Record], list[Shed]]:
        """Return what is to be stored of new records, and what has gone to make room for them."""
        if self._before is not None:
            self._progress, self._before = self._before, None  # the last one was rolled back
        wanted = sum(_bytes_of(record) for record in records)
        shed: list[Shed] = []
        if self._lacks(connection, wanted):
            self._before = deepcopy(self._progress)
            shed += self._shed(connection, wanted)
        if self._lacks(connection, wanted):
            records, refused = _refuse(records)
            shed += refused
        return list(records), shed

    def _lacks(self, connection: Connection, wanted: int) -> bool:
        page_bytes = _pragma(connection, "page_size")
        limit = _pragma(connection, "max_page_count") * page_bytes * (1 - RESERVE)
        free = _pragma(connection, "freelist_count") * page_bytes
        if self._disk_is_full:
            return free < wanted
        return _pragma(connection, "page_count") * page_bytes - free + wanted > limit

    def _shed(self, connection: Connection, wanted: int) -> list[Shed]:
        quota = _pragma(connection, "max_page_count") * _pragma(connection, "page_size")
        spare = wanted + round(SPARE * quota)
        shed: list[Shed] = []
        for _ in range(LOOKS_MAX):
            walk = self._next_walk(connection)
            if walk is None or not self._lacks(connection, spare):
                break
            gone = list(self._look(connection, walk))
            _bury(connection, gone, f"shed: {walk.thinner.rank}")
            shed += (Shed(one.sequence, one.charger, walk.thinner.rank) for one in gone)
        return shed

    def _next_walk(self, connection: Connection) -> _Walk | None:
        """Return the walk of the lowest rank that is not at the end."""
        last = _last(connection)
        for walk in self._progress.walks.values():
            if walk.through < last:
                return walk
        for charger, newest in connection.execute(_BACKLOGS, (RecordKind.MESSAGE,)).fetchall():
            name = cast(str, charger)
            new = _Walk(Thinner(Rank.SESSION), name)
            walk = self._progress.sessions.setdefault(name, new)
            if walk.through < cast(int, newest):
                return walk
        return None

    def _look(self, connection: Connection, walk: _Walk) -> Iterator[Record]:
        """Yield what goes of the next records."""
        known = (walk.through, RecordKind.MESSAGE)
        if walk.charger is None:
            found = connection.execute(_LOOK, known).fetchall()
        else:
            found = connection.execute(_LOOK_AT_CHARGER, (*known, walk.charger)).fetchall()
        if len(found) < LOOK_RECORDS:
            walk.through = _last(connection)
        else:
            walk.through = cast(int, found[-1][0])
        for record in map(journal_rows.to_record, found):
            place = None if record is None else place_of(record)
            if record is None or place is None or place.rank is not walk.thinner.rank:
                continue
            for sequence in walk.thinner.offer(record.sequence, place):
                yield from _records(connection, sequence)


def told(shed: Sequence[Shed]) -> Iterator[str]:
    """Yields a line for the log for each charger and reason: how many records, and which."""
    groups: dict[tuple[str, Rank, bool], list[int]] = {}
    for one in shed:
        groups.setdefault((one.charger, one.rank, one.refused), []).append(one.sequence)
    for (charger, rank, refused), numbers in groups.items():
        what = "refused, its charger keeps it" if refused else "shed"
        yield (
            f"the journal is full: {what}: {rank} of charger {charger},"
            f" {len(numbers)} from {min(numbers)} to {max(numbers)}"
        )


def tombstone(record: Record, reason: str) -> Record:
    """Return what stays of a record that has gone."""
    return replace(
        record, kind=RecordKind.VOID, path="", version="", text=reason, reference=0, answered=False
    )


def _refuse(records: Sequence[Record]) -> tuple[list[Record], list[Shed]]:
    """Return new records with tombstones for those that may be refused."""
    stored: list[Record] = []
    refused: list[Shed] = []
    for record in records:
        place = place_of(record)
        if place is None or place.rank not in REFUSABLE:
            stored.append(record)
            continue
        stored.append(tombstone(record, f"refused: {place.rank}"))
        refused.append(Shed(record.sequence, record.charger, place.rank, refused=True))
    return stored, refused


def _bury(connection: Connection, gone: Sequence[Record], reason: str) -> None:
    """Replaces records by tombstones, and writes the ones between anew.

    SQLite gives a page back only when it is nearly empty. Written anew in order, what stays fills
    few pages.
    """
    stones = {one.sequence: tombstone(one, reason) for one in gone}
    if not stones:
        return
    first = max(min(stones), max(stones) - REWRITE_RECORDS)
    found = connection.execute(_SELECT_RANGE, (first, max(stones))).fetchall()
    sound = [record for record in map(journal_rows.to_record, found) if record is not None]
    fresh = {record.sequence: record for record in sound} | stones
    connection.executemany(_DELETE, [(sequence,) for sequence in fresh])
    connection.executemany(
        _INSERT, [journal_rows.to_row(fresh[sequence]) for sequence in sorted(fresh)]
    )


def _last(connection: Connection) -> int:
    return cast(int, next(iter(connection.execute("SELECT max(sequence) FROM record")))[0] or 0)


def _records(connection: Connection, sequence: int) -> Iterable[Record]:
    statement = f"SELECT {journal_rows.SELECTED} FROM record WHERE sequence = ?"
    found = connection.execute(statement, (sequence,)).fetchall()
    return [record for record in map(journal_rows.to_record, found) if record is not None]


def _bytes_of(record: Record) -> int:
    texts = (record.charger, record.path, record.version, record.text)
    return RECORD_BYTES + sum(len(text.encode()) for text in texts)


def _pragma(connection: Connection, name: str) -> int:
    return cast(int, connection.pragma(name))
