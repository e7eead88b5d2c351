"""The retry queue: every item once, in order, whatever fails on the way."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_gateway.edge.storage.database import Connection
from laconic_gateway.edge.storage.journal import SCHEMA
from laconic_gateway.edge.storage.retry_queue import RetryQueue
from laconic_gateway.edge.storage.storage import Report, Storage
from tests.support.waiting import until


class Disk:
    """A table of names behind a retry queue, which refuses as many writes as it is told."""

    def __init__(self, storage: Storage) -> None:
        self.refusals = 0
        self.groups: list[int] = []
        self.written: list[str] = []
        self.troubles: list[str] = []
        self.storage = storage
        self.queue = RetryQueue[str](storage, self.write, self.troubles.append)

    def write(self, connection: Connection, items: list[str]) -> Report:
        self.groups.append(len(items))
        if self.refusals:
            self.refusals -= 1
            raise apsw.FullError("database or disk is full")
        for item in items:
            connection.execute("INSERT INTO number VALUES (?, 0, 0)", (item,))
        return lambda: self.written.extend(items)

    async def kept(self) -> list[str]:
        found = await self.storage.run(
            lambda connection: connection.execute("SELECT name FROM number").fetchall()
        )
        return sorted(str(name) for (name,) in found)


@asynccontextmanager
async def disk() -> AsyncGenerator[Disk]:
    with TemporaryDirectory() as folder:
        storage = await Storage.open(Path(folder) / "file.db", SCHEMA, max_bytes=10**6)
        yield Disk(storage)
        await storage.close()


NAMES = [f"{number:03}" for number in range(100)]


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(0, 1), min_size=1, max_size=4))
def test_every_item_is_written_once_and_in_order(refusals: list[int]) -> None:
    async def story() -> None:
        async with disk() as it:
            for number, name in enumerate(NAMES):
                it.queue.put(name)
                if number % (100 // len(refusals)) == 0:
                    await asyncio.sleep(0)
                    it.refusals += refusals[number * len(refusals) // 100]
            await until(lambda: len(it.written) == len(NAMES))
            assert it.written == NAMES
            assert await it.kept() == NAMES

    asyncio.run(story())


def test_items_of_one_turn_share_a_transaction() -> None:
    async def story() -> None:
        async with disk() as it:
            for name in NAMES:
                it.queue.put(name)
            await until(lambda: len(it.written) == len(NAMES))
            assert it.groups == [100]

    asyncio.run(story())


def test_trouble_is_told_once_and_the_next_attempts_are_small() -> None:
    async def story() -> None:
        async with disk() as it:
            it.refusals = 2
            for name in NAMES:
                it.queue.put(name)
            await until(lambda: it.written == NAMES)
            assert it.groups == [100, 1, 1, 2, 4, 8, 16, 32, 37]
            assert len(it.troubles) == 1
            assert "file.db: database or disk is full; free space" in it.troubles[0]

    asyncio.run(story())


def test_a_second_episode_is_told_again() -> None:
    async def story() -> None:
        async with disk() as it:
            for name in NAMES[:2]:
                it.refusals = 1
                it.queue.put(name)
                await until(lambda name=name: it.written[-1:] == [name])  # type: ignore[misc]
            assert len(it.troubles) == 2

    asyncio.run(story())


def test_close_writes_what_waits() -> None:
    async def story() -> None:
        async with disk() as it:
            for name in NAMES:
                it.queue.put(name)
            await it.queue.close()
            assert it.written == NAMES

    asyncio.run(story())


def test_close_gives_up_when_the_disk_still_refuses_and_reports_nothing() -> None:
    async def story() -> None:
        async with disk() as it:
            it.refusals = 10**6
            it.queue.put("a")
            await until(lambda: bool(it.troubles))
            await it.queue.close()
            it.queue.put("b")
            assert await it.kept() == it.written == []

    asyncio.run(story())


def test_closing_an_idle_queue_is_no_work() -> None:
    async def story() -> None:
        async with disk() as it:
            await it.queue.close()
            assert it.groups == []

    asyncio.run(story())
