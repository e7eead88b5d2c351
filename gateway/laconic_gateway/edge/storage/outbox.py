"""The outbox of the expander: what sites have sent and the CSMS has not had yet.

Two cursors per site: `stored` (on disk here: the site need not send it again) and `delivered`
(the CSMS has had it and everything before it: the site may forget it). The cursor `stored` moves
in the transaction that keeps the records, so a repeated frame is never kept twice. There is no
object per charger. Its verbs are those of an `Engine`.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from laconic_gateway.core.expander.kept import Kept
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage import kept_tables, outbox_repair, refused, rows
from laconic_gateway.edge.storage import lease as leases
from laconic_gateway.edge.storage import outbox_tables as tables
from laconic_gateway.edge.storage.database import Connection
from laconic_gateway.edge.storage.kept_tables import KeptRow
from laconic_gateway.edge.storage.lease import Lease
from laconic_gateway.edge.storage.outbox_repair import Damage
from laconic_gateway.edge.storage.outbox_tables import (
    SCHEMA,
    Backlog,
    MessageRow,
    Page,
    Site,
    Stock,
)
from laconic_gateway.edge.storage.refused import Quarantined
from laconic_gateway.edge.storage.retry_queue import RetryQueue
from laconic_gateway.edge.storage.storage import Job, Report, Storage

_MENDED = "one of its two copies was damaged, and is made anew from the other"
_LOST = "both copies are damaged: it is lost, and what is left of it is in quarantine"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Commit:
    site: Site
    stored: int
    """The cursor once this is on disk."""
    moves: bool
    rows: list[MessageRow]
    on_stored: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _Done:
    site: Site
    sequences: Sequence[int]
    on_done: Callable[[], None]
    keeps: Sequence[KeptRow]


@dataclass(frozen=True, slots=True)
class _Read:
    site: Site
    charger: str
    after: int
    limit: int
    on_read: Callable[[list[Record]], None]


class Outbox:
    """The undelivered messages of all sites in one SQLite file.

    All methods belong to the event loop in which `open` was awaited; all callbacks run there, and
    those of one verb run in the order of its calls. What fails (a full disk, an I/O error) is
    tried again until it succeeds; until then its callback is not called.
    """

    def __init__(
        self,
        storage: Storage,
        stock: Stock,
        on_trouble: Callable[[str], None],
        kept: Sequence[KeptRow],
        lease: Lease,
    ) -> None:
        self._storage = storage
        self.lease = lease
        self._on_trouble = on_trouble
        self._loop = asyncio.get_running_loop()
        self._sites = stock.sites
        self._backlog = stock.backlog
        self._damaged: set[tuple[str, int]] = set()
        for site, damage in stock.damaged:
            self._tell_damaged(site, damage)
        self._kept = kept
        self._commits = RetryQueue[_Commit](storage, self._write_commits, on_trouble)
        self._dones = RetryQueue[_Done](storage, self._write_dones, on_trouble)
        self._reads = RetryQueue[_Read](storage, self._do_reads, on_trouble, reads_only=True)

    @classmethod
    async def open(
        cls, path: Path, *, max_bytes: int, on_trouble: Callable[[str], None] = _log.error
    ) -> Self:
        """Opens the outbox at `path`, or creates it; the file never exceeds `max_bytes`.

        `on_trouble` is told, once per episode, when the disk does not take or give records, and
        once about every damaged record.

        Raises:
            StorageError: the file is in use, damaged, or written by a newer release.
        """
        storage = await Storage.open(path, SCHEMA, max_bytes=max_bytes)
        try:
            stock = await storage.run(tables.load)
            kept, damaged = await storage.run(kept_tables.load)
            owner = f"process {os.getpid()} on {socket.gethostname()}"
            lease = await storage.run(lambda connection: leases.take(connection, owner))
        except BaseException:
            await storage.close()
            raise
        if damaged:
            on_trouble(f"{path}: what is kept of chargers is damaged in {damaged} places")
        return cls(storage, stock, on_trouble, kept, lease)

    async def close(self) -> None:
        """Writes what waits, if the disk takes it, and closes the file."""
        for queue in (self._commits, self._dones, self._reads):
            await queue.close()
        await self._storage.close()

    @property
    def damaged_records(self) -> int:
        """Of how many different messages a copy was found damaged."""
        return len(self._damaged)

    @property
    def commits(self) -> int:
        """How many transactions have been committed since the outbox was opened."""
        return self._storage.commits

    def stored(self, site: str) -> int:
        """Returns the sequence through which the site's records are on disk; 0 for a new site."""
        return self._sites[site].stored if site in self._sites else 0

    def delivered(self, site: str) -> int:
        """Returns the sequence through which everything of the site is done; 0 for a new site."""
        return self._sites[site].delivered if site in self._sites else 0

    def backlog(self) -> list[Backlog]:
        """Returns what was waiting, by charger, when the outbox was opened."""
        return self._backlog

    def kept(self, site: str) -> dict[str, tuple[Kept, ...]]:
        """Returns what was kept of a site's chargers when the outbox was opened, by charger."""
        number = self._sites[site].number if site in self._sites else None
        found: dict[str, list[Kept]] = {}
        for owner, charger, one in self._kept:
            if owner == number:
                found.setdefault(charger, []).append(one)
        return {charger: tuple(ones) for charger, ones in found.items()}

    def commit(
        self, site: str, records: Sequence[Record], on_stored: Callable[[int], None]
    ) -> None:
        """Keeps contiguous records of one site; `on_stored(stored)` follows when they are on disk.

        Records that the outbox has already are ignored. Only MESSAGE records are kept; all move
        the cursor.

        Raises:
            ValueError: there is a hole before or between the records.
        """
        known = self._site(site)
        fresh = self._fresh(known, records)
        added: list[MessageRow] = [
            (known.number, *rows.to_row(record, known.salt))
            for record in fresh
            if record.kind is RecordKind.MESSAGE
        ]
        known.accepted += len(fresh)
        self._commits.put(_Commit(known, known.accepted, bool(fresh), added, on_stored))

    def reset(self, site: str, stored: int) -> None:
        """Moves the cursor forward over records that this outbox will never see.

        For a site whose expander has lost its state: the site has trimmed through `stored`.

        Raises:
            ValueError: this would move the cursor back.
        """
        known = self._site(site)
        if stored < known.accepted:
            raise ValueError(f"{site}: cannot reset from {known.accepted} back to {stored}")
        known.accepted = stored
        self._commits.put(_Commit(known, stored, True, [], lambda _: None))

    def pending(
        self,
        site: str,
        charger: str,
        after: int,
        limit: int,
        on_read: Callable[[list[Record]], None],
    ) -> None:
        """Reads at most `limit` undelivered messages of a charger that follow `after`, in order.

        A VOID record stands in the place of a damaged one that has no sound copy; `done` gives it
        up.
        """
        self._reads.put(_Read(self._site(site), charger, after, limit, on_read))

    def done(
        self,
        site: str,
        sequences: Sequence[int],
        on_done: Callable[[], None] | None = None,
        *,
        keeps: Sequence[tuple[str, Kept]] = (),
    ) -> None:
        """Forgets messages that the CSMS has had; `on_done` is called when that is on disk.

        `keeps` is written in the same transaction: what is kept or forgotten, by charger.
        """
        known = self._site(site)
        rows_kept = [(known.number, charger, kept) for charger, kept in keeps]
        self._dones.put(_Done(known, sequences, on_done or (lambda: None), rows_kept))

    async def refused(self) -> list[Quarantined]:
        """Returns the messages that the CSMS did not take."""
        return await self._storage.run(refused.stock)

    async def take_back(self, site: str, sequence: int) -> Record:
        """Puts a message of the quarantine back among those that wait; returns it.

        Raises:
            StorageError: it is not there, or the disk does not take it.
        """

        def work(connection: Connection) -> Record:
            leases.check(connection, self.lease)
            return refused.take_back(connection, site, sequence)

        return await self._storage.run(work)

    async def drop(self, site: str, sequence: int) -> None:
        """Deletes a message of the quarantine for good.

        Raises:
            StorageError: it is not there, or the disk does not take it.
        """

        def work(connection: Connection) -> None:
            leases.check(connection, self.lease)
            refused.drop(connection, site, sequence)

        await self._storage.run(work)

    def _site(self, name: str) -> Site:
        if name not in self._sites:
            number = max((site.number for site in self._sites.values()), default=0) + 1
            self._sites[name] = Site(number, name, accepted=0, stored=0, delivered=0)
        return self._sites[name]

    def _fresh(self, site: Site, records: Sequence[Record]) -> Sequence[Record]:
        """Returns the records that follow those accepted before."""
        if not records:
            return records
        first = records[0].sequence
        if [record.sequence for record in records] != [*range(first, first + len(records))]:
            raise ValueError(f"{site.name}: records are not contiguous")
        if first > site.accepted + 1:
            raise ValueError(f"{site.name}: a hole between {site.accepted} and {first}")
        return records[site.accepted + 1 - first :]

    def _write_commits(self, connection: Connection, items: list[_Commit]) -> Report:
        leases.check(connection, self.lease)
        tables.write_messages(connection, [row for item in items for row in item.rows])
        cursors = {item.site.number: item for item in items if item.moves}
        tables.write_stored(
            connection,
            [(item.site, item.stored) for item in cursors.values()],
        )
        delivered = tables.read_delivered(connection, cursors)
        return partial(self._report_commits, items, delivered)

    def _report_commits(self, items: list[_Commit], delivered: dict[int, int]) -> None:
        for item in items:
            item.site.stored = item.stored
            item.site.delivered = delivered.get(item.site.number, item.site.delivered)
            self._loop.call_soon(item.on_stored, item.stored)

    def _write_dones(self, connection: Connection, items: list[_Done]) -> Report:
        leases.check(connection, self.lease)
        tables.delete_messages(
            connection,
            [(item.site.number, sequence) for item in items for sequence in item.sequences],
        )
        kept_tables.write(connection, [row for item in items for row in item.keeps])
        delivered = tables.read_delivered(connection, {item.site.number for item in items})
        return partial(self._report_dones, items, delivered)

    def _report_dones(self, items: list[_Done], delivered: dict[int, int]) -> None:
        for item in items:
            item.site.delivered = delivered[item.site.number]
            self._loop.call_soon(item.on_done)

    def _do_reads(self, connection: Connection, items: list[_Read]) -> Report:
        pages = [
            tables.read_pending(connection, item.site, item.charger, item.after, item.limit)
            for item in items
        ]
        return partial(self._report_reads, items, pages)

    def _report_reads(self, items: list[_Read], pages: list[Page]) -> None:
        for item, page in zip(items, pages, strict=True):
            for sequence in page.damaged:
                self._mend(item.site, sequence)
            self._loop.call_soon(item.on_read, page.records)

    def _mend(self, site: Site, sequence: int) -> None:
        """Has a damaged message mended, which is told."""
        if self._storage.is_closed:
            return

        def work(connection: Connection) -> Report:
            leases.check(connection, self.lease)
            damage = outbox_repair.mend(connection, site.number, site.salt, sequence)
            return partial(self._tell_damaged, site.name, damage)

        # In a page that is damaged as a whole this fails, and nothing is lost by that.
        self._storage.submit(Job(work, lambda _: None))

    def _tell_damaged(self, site: str, damage: Damage | None) -> None:
        if damage is None or (site, damage.sequence) in self._damaged:
            return
        self._damaged.add((site, damage.sequence))
        self._on_trouble(
            f"{self._storage.path}: record {damage.sequence} of {site}, charger {damage.charger}:"
            f" {_LOST if damage.is_lost else _MENDED}"
        )
