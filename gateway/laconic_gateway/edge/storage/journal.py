"""The journal of a site: every record is on disk here before anybody is answered.

Records stay until the expander has delivered them (`trim`). Sequence numbers never go back, and
never have a hole: where a record is damaged or was shed from a full journal, a VOID record is read
in its place. A damaged record is kept in quarantine as it was found.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import apsw

from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage import journal_rows, journal_state, quarantine, rows
from laconic_gateway.edge.storage.database import Connection, Schema
from laconic_gateway.edge.storage.packed_text import unpacked
from laconic_gateway.edge.storage.retry_queue import RetryQueue
from laconic_gateway.edge.storage.room import Room, Shed
from laconic_gateway.edge.storage.storage import Job, Report, Storage

SCHEMA = Schema(
    name="journal",
    page_bytes=1024,
    if_damaged="keep a copy of it, move it away together with its -wal file, and start again;"
    " what it had not delivered is lost",
    functions={"unpacked": unpacked},
)

_INSERT = f"INSERT OR REPLACE INTO record ({journal_rows.COLUMNS}) VALUES ({journal_rows.PLACES})"
_SELECT_RANGE = (
    f"SELECT {journal_rows.SELECTED} FROM record WHERE sequence BETWEEN ? AND ? ORDER BY sequence"
)
_SELECT_ONE = f"SELECT {journal_rows.SELECTED} FROM record WHERE sequence = ?"

_log = logging.getLogger(__name__)


def _ignore(_: list[Shed]) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class _Append:
    records: Sequence[Record]
    last_sequence: int
    on_durable: Callable[[int], None]
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Read:
    first: int
    last: int
    on_read: Callable[[list[Record]], None]


@dataclass(frozen=True, slots=True)
class _Page:
    records: dict[int, Record]
    damaged: dict[int, str]
    """Charger, as far as it can be read, by sequence."""


class Journal:
    """The records of one site in one SQLite file.

    All methods belong to the event loop in which `open` was awaited; all callbacks run there, in
    the order of the calls. What fails (a full disk, an I/O error) is tried again until it
    succeeds; until then its callback is not called.
    """

    def __init__(
        self,
        storage: Storage,
        state: journal_state.State,
        on_trouble: Callable[[str], None],
    ) -> None:
        self._storage = storage
        self._on_trouble = on_trouble
        self.on_shed: Callable[[list[Shed]], None] = _ignore
        """Told what had to go to make room, before the `on_durable` of what it made room for."""
        self._room = Room()
        self._loop = asyncio.get_running_loop()
        self._last = self._durable = state.last_sequence
        self._trimmed = state.trimmed_through
        self._damaged: set[int] = set()
        self._appends = RetryQueue[_Append](storage, self._write_appends, on_trouble)
        self._trims = RetryQueue[int](storage, self._write_trims, on_trouble)
        self._reads = RetryQueue[_Read](storage, self._do_reads, on_trouble, reads_only=True)
        self.numbers = state.numbers
        """The durable numbers by name; change them with `set_number`."""

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        max_bytes: int,
        on_trouble: Callable[[str], None] = _log.error,
    ) -> Self:
        """Opens the journal at `path`, or creates it; the file never exceeds `max_bytes`.

        `on_trouble` is told, once per episode, when the disk does not take or give records, and
        once about every damaged record.

        Raises:
            StorageError: the file is in use, damaged, or written by a newer release.
        """
        storage = await Storage.open(path, SCHEMA, max_bytes=max_bytes)
        try:
            state = await storage.run(journal_state.load)
        except BaseException:
            await storage.close()
            raise
        if state.complaint:
            on_trouble(
                f"{path}: the file is damaged ({state.complaint}): records may be lost that are not"
                " named here. Check the disk"
            )
        return cls(storage, state, on_trouble)

    async def close(self) -> None:
        """Writes what waits, if the disk takes it, and closes the file."""
        for queue in (self._appends, self._trims, self._reads):
            await queue.close()
        await self._storage.close()

    @property
    def last_sequence(self) -> int:
        """Sequence of the newest record that was appended; the next one carries one more."""
        return self._last

    @property
    def trimmed_through(self) -> int:
        """Sequence of the newest record that `trim` was asked to delete."""
        return self._trimmed

    @property
    def damaged_records(self) -> int:
        """How many different records were read as VOID because they are damaged."""
        return len(self._damaged)

    @property
    def is_stuck(self) -> bool:
        """True while records cannot be written; they are tried again."""
        return self._appends.is_troubled

    @property
    def commits(self) -> int:
        """How many transactions have been committed since the journal was opened."""
        return self._storage.commits

    async def begin_after(self, sequence: int) -> None:
        """Lets the numbers of a new journal begin after `sequence`.

        Raises:
            StorageError: it could not be written.
            ValueError: the journal has records already.
        """
        if self._last:
            raise ValueError(f"{self._storage.path}: the journal is not new")
        await self._storage.run(partial(journal_state.write_trimmed_through, through=sequence))
        self._last = self._durable = self._trimmed = sequence

    async def move(self, after: int, onto: int, numbers: Mapping[str, int]) -> None:
        """Gives the records behind `after` the numbers behind `onto`; the others are trimmed.

        For a journal whose place an older copy has taken, right after it was opened. `numbers` are
        kept as by `set_number`: with the new numbers, or not at all.

        Raises:
            StorageError: it could not be written; nothing was changed.
        """

        def work(connection: Connection) -> int:
            for name, value in numbers.items():
                journal_state.write_number(name, value, connection)
            return journal_state.move(connection, after, onto)

        self._last = self._durable = await self._storage.run(work)
        self._trimmed = onto
        self.numbers.update(numbers)

    def append(
        self,
        records: Sequence[Record],
        on_durable: Callable[[int], None],
        numbers: Mapping[str, int] | None = None,
    ) -> None:
        """Adds records; `on_durable(sequence of the last one)` is called when they are on disk.

        `numbers` are kept as by `set_number`: with the records, or not at all.

        Raises:
            ValueError: the sequence numbers do not continue `last_sequence`, or the journal uses
                the name of a number itself.
        """
        for name in numbers or {}:
            journal_state.check_name(name)
        last = self._last + len(records)
        if [record.sequence for record in records] != [*range(self._last + 1, last + 1)]:
            raise ValueError(f"{self._storage.path}: records do not continue {self._last}")
        self._appends.put(_Append(records, last, on_durable, numbers or {}))
        self._last = last

    def trim(self, through: int) -> None:
        """Deletes the records up to and including `through`; nobody waits for it.

        Raises:
            ValueError: `through` is beyond the last record that is on disk.
        """
        if through > self._durable:
            raise ValueError(f"{self._storage.path}: cannot trim {through}: not on disk yet")
        if through > self._trimmed:
            self._trimmed = through
            self._trims.put(through)

    def read(self, after: int, limit: int, on_read: Callable[[list[Record]], None]) -> None:
        """Reads at most `limit` records that follow `after`, in order and without a hole.

        Trimmed records and records that are not on disk at the time of the call are left out.
        """
        first = max(after, self._trimmed) + 1
        self._reads.put(_Read(first, min(first - 1 + limit, self._durable), on_read))

    async def set_number(self, name: str, value: int) -> None:
        """Keeps a small number under a name, on disk when this returns.

        Raises:
            StorageError: it could not be written.
            ValueError: the journal uses this name itself.
        """
        journal_state.check_name(name)
        await self._storage.run(partial(journal_state.write_number, name, value))
        self.numbers[name] = value

    def _write_appends(self, connection: Connection, items: list[_Append]) -> Report:
        added = [record for item in items for record in item.records]
        try:
            stored, shed = self._room.admit(connection, added)
            connection.executemany(_INSERT, [journal_rows.to_row(record) for record in stored])
        except apsw.FullError:
            self._room.failed()
            raise
        for name, value in {n: v for item in items for n, v in item.numbers.items()}.items():
            journal_state.write_number(name, value, connection)
        return partial(self._report_durable, items, shed)

    def _report_durable(self, items: list[_Append], shed: list[Shed]) -> None:
        self._room.committed()
        self._durable = items[-1].last_sequence
        if shed:
            self._loop.call_soon(self.on_shed, shed)
        for item in items:
            self.numbers.update(item.numbers)
            self._loop.call_soon(item.on_durable, item.last_sequence)

    def _write_trims(self, connection: Connection, items: list[int]) -> Report:
        connection.execute("DELETE FROM record WHERE sequence <= ?", (items[-1],))
        journal_state.write_trimmed_through(connection, items[-1])
        return lambda: None

    def _do_reads(self, connection: Connection, items: list[_Read]) -> Report:
        pages = [_page(connection, item) for item in items]
        return partial(self._report_read, items, pages)

    def _report_read(self, items: list[_Read], pages: list[_Page]) -> None:
        for item, page in zip(items, pages, strict=True):
            # What has been trimmed since is delivered, not damaged.
            wanted = range(max(item.first, self._trimmed + 1), item.last + 1)
            for sequence in wanted:
                if sequence not in page.records:
                    self._tell_damaged(sequence, page.damaged.get(sequence, "unknown"))
            records = [page.records.get(sequence) or rows.void(sequence) for sequence in wanted]
            self._loop.call_soon(item.on_read, records)

    def _tell_damaged(self, sequence: int, charger: str) -> None:
        if sequence in self._damaged:
            return
        self._damaged.add(sequence)
        self._on_trouble(
            f"{self._storage.path}: record {sequence} of charger {charger} is damaged, and lost"
        )
        if not self._storage.is_closed:
            work = partial(quarantine.move, sequence=sequence)
            # If it fails the record stays where it is, and is read as VOID again.
            self._storage.submit(Job(work, lambda _: None))


def _page(connection: Connection, item: _Read) -> _Page:
    """Returns the records of a range by sequence, and the chargers of damaged ones."""
    try:
        found = connection.execute(_SELECT_RANGE, (item.first, item.last)).fetchall()
    except apsw.CorruptError:
        sequences = range(item.first, item.last + 1)
        found = rows.one_by_one(connection, _SELECT_ONE, ((number,) for number in sequences))
    page = _Page({}, {})
    for row in found:
        record = journal_rows.to_record(row)
        if record is not None:
            page.records[record.sequence] = record
        elif isinstance(row[0], int):
            page.damaged[row[0]] = rows.readable(row[2])
    return page
