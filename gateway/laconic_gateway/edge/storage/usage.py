"""`usage.db` of a site: byte counters and messages kept back, beside the journal.

It is a file of its own so that `laconic usage` can read it while the gateway runs; the journal is
locked. Counters are added in groups. What was counted after the last group is lost in a crash, and
nothing else: a message that is kept back is on disk before it is answered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Self, TypeVar, cast

import apsw

from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage import usage_tables
from laconic_gateway.edge.storage.database import Connection, StorageError, explain
from laconic_gateway.edge.storage.retry_queue import RetryQueue
from laconic_gateway.edge.storage.storage import Report, Storage
from laconic_gateway.edge.storage.usage_tables import SCHEMA, Counted, Usage

FILE_NAME: Final = "usage.db"
MAX_BYTES: Final = 128 * 2**20
BUSY_MILLISECONDS: Final = 2_000
"""How long a reader waits for the gateway, which writes for milliseconds."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Keep:
    record: Record
    is_held: bool
    on_durable: Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Add:
    counted: Counted
    days: Mapping[int, int]
    numbers: Mapping[str, int]


class UsageStore:
    """The open file; all methods belong to the event loop in which `open` was awaited."""

    def __init__(self, storage: Storage, found: Usage, on_trouble: Callable[[str], None]) -> None:
        self.found = found
        """What was in the file when it was opened."""
        self._storage = storage
        self._last = found.last_kept
        self._adds = RetryQueue[_Add](storage, self._write_adds, on_trouble)
        self._keeps = RetryQueue[_Keep](storage, self._write_keeps, on_trouble)
        self._drops = RetryQueue[int](storage, self._write_drops, on_trouble)

    @classmethod
    async def open(
        cls, directory: Path, *, released_through: int, on_trouble: Callable[[str], None]
    ) -> Self:
        """Opens or creates the file in a directory.

        Held messages up to `released_through` are in the journal already and are forgotten.

        Raises:
            StorageError: the file is damaged, cannot be written, or is of a newer release.
        """
        storage = await Storage.open(directory / FILE_NAME, SCHEMA, max_bytes=MAX_BYTES)
        try:
            found = await storage.run(partial(_load, released_through))
        except BaseException:
            await storage.close()
            raise
        return cls(storage, found, on_trouble)

    async def close(self) -> None:
        """Writes what waits, if the disk takes it, and closes the file."""
        for queue in (self._adds, self._keeps, self._drops):
            await queue.close()
        await self._storage.close()

    @property
    def commits(self) -> int:
        """How many transactions have been committed since the file was opened."""
        return self._storage.commits

    def add(self, counted: Counted, days: Mapping[int, int], numbers: Mapping[str, int]) -> None:
        """Adds bytes to the counters and keeps numbers, in one transaction; nobody waits for it."""
        self._adds.put(_Add(counted, days, numbers))

    def keep(self, record: Record, is_held: bool, on_durable: Callable[[], None]) -> None:
        """Keeps a message back under the next number; `on_durable` is called when it is on disk."""
        self._last += 1
        self._keeps.put(_Keep(replace(record, sequence=self._last), is_held, on_durable))

    def drop_held(self, through: int) -> None:
        """Forgets held messages that the journal has; nobody waits for it."""
        self._drops.put(through)

    async def read_held(self, after: int, limit: int) -> list[Record]:
        """Reads held messages in order, of those that are on disk.

        Raises:
            StorageError: they cannot be read.
        """
        written = partial(usage_tables.select, table="held", after=after, limit=limit)
        return await self._storage.run(written)

    def _write_adds(self, connection: Connection, items: list[_Add]) -> Report:
        for item in items:
            usage_tables.add(connection, item.counted, item.days)
            usage_tables.write_numbers(connection, item.numbers)
        return _nothing

    def _write_keeps(self, connection: Connection, items: list[_Keep]) -> Report:
        usage_tables.insert_thinned(connection, [i.record for i in items if not i.is_held])
        usage_tables.insert_held(connection, [i.record for i in items if i.is_held])
        return partial(_report_durable, items)

    def _write_drops(self, connection: Connection, items: list[int]) -> Report:
        usage_tables.delete_held(connection, max(items))
        return _nothing


def read(directory: Path) -> Usage:
    """Reads the file of a gateway that runs or has run; nothing is written.

    Raises:
        StorageError: there is no such file, or it cannot be read.
    """
    return _reading(directory, usage_tables.load)


def read_thinned(directory: Path, after: int, limit: int) -> list[Record]:
    """Reads thinned messages in order; nothing is written.

    Raises:
        StorageError: there is no such file, or it cannot be read.
    """
    return _reading(
        directory, partial(usage_tables.select, table="thinned", after=after, limit=limit)
    )


def _reading(directory: Path, work: Callable[[Connection], _T]) -> _T:
    path = directory / FILE_NAME
    if not path.exists():
        raise StorageError(f"{path}: there is no such file; the gateway makes it when it starts")
    try:
        opened = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            opened.set_busy_timeout(BUSY_MILLISECONDS)
            connection = cast(Connection, opened)
            connection.execute("BEGIN")  # one state of the file for all queries
            return work(connection)
        finally:
            opened.close()
    except (apsw.Error, ValueError) as error:
        raise explain(error, path, SCHEMA) from error


def _load(released_through: int, connection: Connection) -> Usage:
    usage_tables.delete_held(connection, released_through)
    found = usage_tables.load(connection)
    # Numbers of messages that were released must not be used again.
    return replace(found, last_kept=max(found.last_kept, released_through))


def _report_durable(items: list[_Keep]) -> None:
    for item in items:
        item.on_durable()


def _nothing() -> None:
    """Report to nobody."""
