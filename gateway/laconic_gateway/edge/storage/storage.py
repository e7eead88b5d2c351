"""Storage: one SQLite file, one connection, one writer thread, one commit for a group of jobs.

What is reported as done is on disk: WAL with `synchronous=FULL`, and reports leave the writer
thread only after COMMIT. A group that fails is rolled back and its jobs are tried one by one, so
that a job that cannot succeed (an insert into a full file) does not take along one that can (a
delete). The file is locked for as long as it is open.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Self, TypeAlias, TypeVar

import apsw

from laconic_gateway.edge.storage.database import Connection, Schema, StorageError, connect, explain

LARGEST_GROUP_JOBS = 1000

Report: TypeAlias = Callable[[], None]
"""Called in the event loop."""
Work: TypeAlias = Callable[[Connection], Report]
"""Runs in the writer thread, inside the transaction of its group; it returns what to call in the
event loop once the transaction is on disk. It may run twice, and must not touch anything else."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work for the writer thread."""

    work: Work
    failed: Callable[[StorageError], None]
    """Called in the event loop instead of the report: nothing of this job was kept."""
    reads_only: bool = False
    """It runs after the transaction of its group, because SQLite refuses to commit a transaction
    that has met a damaged page, be it only to read it."""


class Storage:
    """One open SQLite file; every use of it is a job for its writer thread.

    All methods belong to the event loop in which `open` was awaited.
    """

    def __init__(self, path: Path, schema: Schema, connection: Connection) -> None:
        self.path = path
        self.commits = 0
        """How many transactions have been committed."""
        self._schema = schema
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._closed = False
        self._thread = Thread(target=self._run, name=f"storage {path.name}", daemon=True)
        self._thread.start()

    @classmethod
    async def open(cls, path: Path, schema: Schema, *, max_bytes: int) -> Self:
        """Opens or creates the file at `path`, which never grows beyond `max_bytes`.

        Beside it lives a write-ahead log (`-wal`) of a few megabytes.

        Raises:
            StorageError: the file is in use, damaged, or written by a newer release.
        """
        connection = await asyncio.to_thread(connect, path, schema, max_bytes=max_bytes)
        return cls(path, schema, connection)

    async def close(self) -> None:
        """Finishes all submitted jobs, delivers their reports and closes the file."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        with suppress(apsw.Error):
            # Only the last checkpoint can fail: what it could not move stays in the -wal file.
            await asyncio.to_thread(self._connection.close)

    @property
    def is_closed(self) -> bool:
        """True from the call of `close`: nothing may be submitted any more."""
        return self._closed

    def submit(self, job: Job) -> None:
        """Hands a job to the writer thread; reports come back in the order of submission.

        Those that read only are reported after the others of their group.
        """
        if self._closed:
            raise RuntimeError(f"{self.path}: the storage is closed")
        self._jobs.put(job)

    async def run(self, work: Callable[[Connection], _T]) -> _T:
        """Does `work` in the writer thread and returns its result once that is on disk.

        Raises:
            StorageError: it failed, and nothing of it was kept.
        """
        result: asyncio.Future[_T] = self._loop.create_future()

        def report(value: _T) -> None:
            if not result.done():
                result.set_result(value)

        def failed(error: StorageError) -> None:
            if not result.done():
                result.set_exception(error)

        self.submit(Job(lambda connection: partial(report, work(connection)), failed))
        return await result

    def _run(self) -> None:
        """The life of the writer thread."""
        closing = False
        while not closing:
            group = self._next_group()
            closing = group[-1] is None
            reports = self._do([job for job in group if job is not None])
            self._loop.call_soon_threadsafe(self._deliver, reports)

    def _next_group(self) -> list[Job | None]:
        """Waits for a job and takes those that have gathered behind it."""
        first = self._jobs.get()
        gathered = min(self._jobs.qsize(), LARGEST_GROUP_JOBS - 1)
        return [first, *(self._jobs.get() for _ in range(gathered))]

    def _do(self, jobs: list[Job]) -> list[Report]:
        writes = [job for job in jobs if not job.reads_only]
        reads = [job for job in jobs if job.reads_only]
        reports = self._try(writes, self._write) if writes else []
        return reports + [report for job in reads for report in self._try([job], self._read)]

    def _try(self, jobs: list[Job], do: Callable[[list[Job]], list[Report]]) -> list[Report]:
        try:
            return do(jobs)
        except Exception as error:  # whatever a job does, the thread lives on
            if len(jobs) == 1:
                return [partial(jobs[0].failed, explain(error, self.path, self._schema))]
        return [report for job in jobs for report in self._try([job], do)]

    def _read(self, jobs: list[Job]) -> list[Report]:
        return [job.work(self._connection) for job in jobs]

    def _write(self, jobs: list[Job]) -> list[Report]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            reports = [job.work(self._connection) for job in jobs]
            self._connection.execute("COMMIT")
        except BaseException:
            # A full disk has SQLite roll back by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self.commits += 1
        return reports

    def _deliver(self, reports: list[Report]) -> None:
        """Calls every report in order; one that raises does not silence the others."""
        for report in reports:
            self._loop.call_soon(report)
