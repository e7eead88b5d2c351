"""The storage: one thread, one commit for a group, and never a false report."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import pytest

from laconic_gateway.edge.storage.database import Connection, Cursor, StorageError, connect
from laconic_gateway.edge.storage.journal import SCHEMA
from laconic_gateway.edge.storage.storage import Job, Report, Storage
from tests.support.waiting import until


@asynccontextmanager
async def storage(folder: Path, max_bytes: int = 10**6) -> AsyncGenerator[Storage]:
    opened = await Storage.open(folder / "file.db", SCHEMA, max_bytes=max_bytes)
    try:
        yield opened
    finally:
        await opened.close()


def insert(name: str, report: Report, connection: Connection) -> Report:
    connection.execute("INSERT INTO number VALUES (?, 0, 0)", (name,))
    return report


def unexpected(error: StorageError) -> None:
    raise AssertionError(error)


def unreported() -> None:
    raise AssertionError


def fault_in_report() -> None:
    raise ValueError


def fault(_: Connection) -> int:
    return 1 // 0


def names(connection: Connection) -> list[object]:
    return [name for (name,) in connection.execute("SELECT name FROM number ORDER BY name")]


def test_a_thousand_jobs_need_few_commits_and_report_in_order(tmp_path: Path) -> None:
    async def story() -> None:
        async with storage(tmp_path) as it:
            reported: list[str] = []
            wanted = [f"{number:04}" for number in range(1000)]
            for name in wanted:
                work = partial(insert, name, partial(reported.append, name))
                it.submit(Job(work, unexpected))
            assert await it.run(names) == reported == wanted
            assert it.commits < 500

    asyncio.run(story())


def test_a_job_that_fails_does_not_take_along_its_group(tmp_path: Path) -> None:
    async def story() -> None:
        async with storage(tmp_path) as it:
            reported: list[str] = []
            failures: list[StorageError] = []
            for name in ("a", "b", "a", "c"):
                work = partial(insert, name, partial(reported.append, name))
                it.submit(Job(work, failures.append))
            assert await it.run(names) == reported == ["a", "b", "c"]
            assert len(failures) == 1
            assert "UNIQUE constraint failed" in str(failures[0])

    asyncio.run(story())


def test_the_thread_survives_a_job_with_a_fault_of_the_program(tmp_path: Path) -> None:
    async def story() -> None:
        async with storage(tmp_path) as it:
            with pytest.raises(StorageError, match="fault of the program"):
                await it.run(fault)
            assert await it.run(names) == []

    asyncio.run(story())


def test_nothing_of_a_full_file_is_reported_and_deleting_still_works(tmp_path: Path) -> None:
    fill = "INSERT INTO number VALUES (?, 0, 0)"

    async def story() -> None:
        async with storage(tmp_path, max_bytes=25_000) as it:
            await it.run(lambda connection: connection.execute(fill, ("a" * 15_000,)))
            with pytest.raises(StorageError, match="full; free space"):
                await it.run(lambda connection: connection.execute(fill, ("b" * 15_000,)))
            assert await it.run(names) == ["a" * 15_000]
            await it.run(lambda connection: connection.execute("DELETE FROM number"))
            await it.run(lambda connection: connection.execute(fill, ("b" * 15_000,)))
            assert await it.run(names) == ["b" * 15_000]

    asyncio.run(story())


def test_a_report_that_raises_does_not_silence_the_next(tmp_path: Path) -> None:
    async def story() -> None:
        faults: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
        async with storage(tmp_path) as it:
            reported: list[str] = []
            it.submit(Job(lambda _: fault_in_report, unexpected))
            it.submit(Job(lambda _: partial(reported.append, "next"), unexpected))
            await until(lambda: bool(reported))
            assert isinstance(faults[0]["exception"], ValueError)

    asyncio.run(story())


def test_close_finishes_what_was_submitted(tmp_path: Path) -> None:
    async def story() -> None:
        reported: list[str] = []
        async with storage(tmp_path) as it:
            for name in ("a", "b", "c"):
                work = partial(insert, name, partial(reported.append, name))
                it.submit(Job(work, unexpected))
        assert reported == ["a", "b", "c"]
        await it.close()
        with pytest.raises(RuntimeError, match="closed"):
            it.submit(Job(lambda _: print, unexpected))
        async with storage(tmp_path) as it:
            assert await it.run(names) == ["a", "b", "c"]

    asyncio.run(story())


def test_a_waiter_that_was_cancelled_disturbs_nobody(tmp_path: Path) -> None:
    async def story() -> None:
        async with storage(tmp_path) as it:
            waiters: list[asyncio.Task[object]] = [
                asyncio.ensure_future(it.run(names)),
                asyncio.ensure_future(it.run(fault)),
            ]
            await asyncio.sleep(0)
            for waiter in waiters:
                waiter.cancel()
            assert await it.run(names) == []

    asyncio.run(story())


def test_commits_reach_the_disk_before_they_are_reported(tmp_path: Path) -> None:
    async def story() -> None:
        async with storage(tmp_path) as it:
            settings = await it.run(
                lambda connection: [
                    connection.pragma(name)
                    for name in ("journal_mode", "synchronous", "page_size", "locking_mode")
                ]
            )
            assert settings == ["wal", 2, 1024, "exclusive"]

    asyncio.run(story())


class FailingCommit:
    """A connection whose next commits fail as on a broken disk."""

    def __init__(self, connection: Connection, failures: int) -> None:
        self._connection = connection
        self._failures = failures
        self.executemany = connection.executemany
        self.pragma = connection.pragma
        self.close = connection.close

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def execute(self, statements: str, bindings: Sequence[object] = (), /) -> Cursor:
        if statements == "COMMIT" and self._failures:
            self._failures -= 1
            raise apsw.IOError("disk I/O error")
        return self._connection.execute(statements, bindings)


def test_a_commit_that_fails_is_not_reported_and_the_next_is_tried(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "file.db"
        connection = FailingCommit(connect(path, SCHEMA, max_bytes=10**6), failures=2)
        it = Storage(path, SCHEMA, connection)
        for name in ("a", "b"):
            with pytest.raises(StorageError, match="disk I/O error; check the disk"):
                await it.run(partial(insert, name, unreported))
        await it.run(partial(insert, "c", unreported))
        assert await it.run(names) == ["c"]
        assert it.commits == 2
        await it.close()

    asyncio.run(story())
