"""Journal and outbox as one kind of thing: given records, they promise some and give them back."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Final

from laconic_bench.storage_figures.messages import records
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage.journal import Journal
from laconic_gateway.edge.storage.outbox import Outbox
from laconic_gateway.edge.storage.packed_text import pack

QUOTA_BYTES: Final = 50_000_000
SITE: Final = "kisumu-1"
EVERYTHING: Final = 2**40


class Store(ABC):
    """One file; the records 1, 2, 3, ... of `messages` go into it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.given = 0
        """Records that were handed over: 1 to here."""
        self.promised = 0
        """Records that were reported as durable: 1 to here."""
        self.forgotten = 0
        """Records that are not needed any more: 1 to here."""
        self.troubles: list[str] = []

    @abstractmethod
    async def open(self) -> None:
        """Open the file. Raises: StorageError."""

    @abstractmethod
    async def begin(self) -> None:
        """Write what the service writes when it starts, before it serves anybody.

        Raises:
            StorageError: the disk does not take it.
        """

    @abstractmethod
    async def close(self) -> None:
        """Write what waits, as far as that is possible, and close."""

    @abstractmethod
    def give(self, count: int) -> None:
        """Hand over the next records, as one piece; `promised` follows."""

    @abstractmethod
    def forget(self, through: int) -> None:
        """Have the file forget records that were promised."""

    @abstractmethod
    async def read(self) -> dict[int, Record]:
        """Return the messages that the file delivers, by number."""

    async def settle(self) -> None:
        """Wait until everything is promised."""
        while self.promised < self.given:  # noqa: ASYNC110 (a thread decides when that is)
            await asyncio.sleep(0.001)

    def _next(self, count: int) -> list[Record]:
        first = self.given + 1
        self.given += count
        return records(first, count)

    def _promise(self, through: int) -> None:
        self.promised = max(self.promised, through)


class JournalStore(Store):
    """A journal."""

    _journal: Journal

    async def open(self) -> None:
        self._journal = await Journal.open(
            self.path, max_bytes=QUOTA_BYTES, on_trouble=self.troubles.append
        )

    async def begin(self) -> None:
        await self._journal.set_number("epoch", self._journal.numbers.get("epoch", 0) + 1)

    async def close(self) -> None:
        await self._journal.close()

    def give(self, count: int) -> None:
        self._journal.append(self._next(count), self._promise)

    def forget(self, through: int) -> None:
        self.forgotten = through
        self._journal.trim(through)

    async def read(self) -> dict[int, Record]:
        page: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
        self._journal.read(0, EVERYTHING, page.set_result)
        return _messages(await page)


class OutboxStore(Store):
    """An outbox with one site."""

    _outbox: Outbox

    async def open(self) -> None:
        self._outbox = await Outbox.open(
            self.path, max_bytes=QUOTA_BYTES, on_trouble=self.troubles.append
        )

    async def close(self) -> None:
        await self._outbox.close()

    def give(self, count: int) -> None:
        self._outbox.commit(SITE, self._next(count), self._promise)

    def forget(self, through: int) -> None:
        done = range(self.forgotten + 1, through + 1)
        self.forgotten = through
        self._outbox.done(SITE, done)

    async def read(self) -> dict[int, Record]:
        found: dict[int, Record] = {}
        for charger in sorted({record.charger for record in records(1, max(1, self.given))}):
            page: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
            self._outbox.pending(SITE, charger, 0, EVERYTHING, page.set_result)
            found |= _messages(await page)
        return found

    async def begin(self) -> None:
        """Write nothing, as an expander."""


STORES: Final[dict[str, Callable[[Path], Store]]] = {
    "journal": JournalStore,
    "outbox": OutboxStore,
}


def _messages(page: list[Record]) -> dict[int, Record]:
    return {record.sequence: record for record in page if record.kind is RecordKind.MESSAGE}


def written_text(store: str, record: Record) -> bytes:
    """Return the text of a record as a store writes it: a journal packs it."""
    written = pack(record.text) if store == "journal" else record.text
    return written.encode() if isinstance(written, str) else written
