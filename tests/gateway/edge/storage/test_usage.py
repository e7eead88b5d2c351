"""`usage.db`: counters add up, kept messages are there, and a reader may look at any time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.core.site.budget.contents import Cause
from laconic_gateway.core.site.budget.meter import Account, Way
from laconic_gateway.edge.storage import usage as usage_file
from laconic_gateway.edge.storage import usage_tables
from laconic_gateway.edge.storage.database import StorageError
from laconic_gateway.edge.storage.usage import UsageStore
from tests.support.damage import change
from tests.support.records import message
from tests.support.waiting import GUARD_SECONDS

UP = Account(Way.UP, Cause.MESSAGE, "CP1", "MeterValues")
DOWN = Account(Way.DOWN, Cause.ACKNOWLEDGEMENT, "CP1", "MeterValues")
MONTH = 20_000


@asynccontextmanager
async def opened(folder: Path, released_through: int = 0) -> AsyncGenerator[UsageStore]:
    troubles: list[str] = []
    store = await UsageStore.open(
        folder, released_through=released_through, on_trouble=troubles.append
    )
    try:
        yield store
    finally:
        await store.close()
        assert troubles == []


async def keep(store: UsageStore, *records: Record, is_held: bool = False) -> None:
    for record in records:
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        store.keep(record, is_held, partial(durable.set_result, None))
        await asyncio.wait_for(durable, GUARD_SECONDS)


def texts(folder: Path, after: int = 0, limit: int = 100) -> list[str]:
    return [one.text for one in usage_file.read_thinned(folder, after, limit)]


def test_counters_add_up_over_restarts(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as store:
            assert store.found.counted == {}
            store.add({(MONTH, UP): 100, (MONTH, DOWN): 50}, {MONTH: 150}, {"rung": 1})
            store.add({(MONTH, UP): 7}, {MONTH + 1: 7}, {"rung": 2})
        async with opened(tmp_path) as store:
            store.add({(MONTH, UP): 1, (MONTH + 30, UP): 3}, {MONTH + 30: 4}, {})
        async with opened(tmp_path) as store:
            assert store.found.counted == {
                (MONTH, UP): 108,
                (MONTH, DOWN): 50,
                (MONTH + 30, UP): 3,
            }
            assert store.found.day_bytes == {MONTH: 150, MONTH + 1: 7, MONTH + 30: 4}
            assert store.found.numbers == {"rung": 2}

    asyncio.run(story())


def test_groups_share_a_commit(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as store:
            before = store.commits
            for _ in range(50):
                store.add({(MONTH, UP): 1}, {MONTH: 1}, {})
            await keep(store, message(0))
            assert store.commits - before <= 2

    asyncio.run(story())


def test_a_reader_looks_while_it_is_written(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as store:
            store.add({(MONTH, UP): 100}, {MONTH: 100}, {})
            await keep(store, message(0, text="a"), message(0, text="b"))
            await keep(store, message(0, text="later"), is_held=True)
            found = usage_file.read(tmp_path)
            assert (found.counted, found.thinned, found.held) == ({(MONTH, UP): 100}, 2, 1)
            assert texts(tmp_path) == ["a", "b"]
            store.add({(MONTH, UP): 1}, {MONTH: 1}, {})
            await keep(store, message(0, text="c"))
            assert usage_file.read(tmp_path).counted == {(MONTH, UP): 101}
            assert texts(tmp_path, after=1, limit=1) == ["b"]

    asyncio.run(story())
    assert texts(tmp_path) == ["a", "b", "c"]


def test_the_oldest_thinned_are_shed_and_counted_and_held_ones_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_tables, "THINNED_MAX_RECORDS", 3)

    async def story() -> None:
        async with opened(tmp_path) as store:
            await keep(store, *(message(0, text=f"h{n}") for n in range(5)), is_held=True)
            await keep(store, *(message(0, text=str(n)) for n in range(5)))
            found = usage_file.read(tmp_path)
            assert texts(tmp_path) == ["2", "3", "4"]
            assert (found.held, found.numbers[usage_tables.SHED]) == (5, 2)

    asyncio.run(story())


def test_a_file_that_is_nearly_full_sheds_many_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_file, "MAX_BYTES", 200_000)
    monkeypatch.setattr(usage_tables, "SHED_AT_ONCE_RECORDS", 20)

    async def story() -> None:
        async with opened(tmp_path) as store:
            await keep(store, *(message(0, text="x" * 5000) for _ in range(100)))
            found = usage_file.read(tmp_path)
            assert 10 < found.thinned < 40
            assert found.numbers[usage_tables.SHED] == 100 - found.thinned

    asyncio.run(story())


def test_held_ones_are_read_in_order_and_dropped_when_the_journal_has_them(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as store:
            await keep(store, *(message(0, text=str(n)) for n in range(4)), is_held=True)
            page = await store.read_held(1, 2)
            assert [(one.sequence, one.text) for one in page] == [(2, "1"), (3, "2")]
            store.drop_held(2)
        async with opened(tmp_path, released_through=3) as store:
            assert [one.text for one in await store.read_held(0, 10)] == ["3"]
            assert store.found.held == 1
        async with opened(tmp_path, released_through=9) as store:
            await keep(store, message(0, text="new"), is_held=True)
            (new,) = await store.read_held(0, 10)
            assert new.sequence == 10  # a number that was released is not used again

    asyncio.run(story())


def test_what_is_over_a_year_old_is_forgotten(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as store:
            store.add({(MONTH, UP): 100}, {MONTH: 100}, {})
            store.add({(MONTH + 500, UP): 1}, {MONTH + 500: 1}, {})
        found = usage_file.read(tmp_path)
        assert (found.counted, found.day_bytes) == ({(MONTH + 500, UP): 1}, {MONTH + 500: 1})

    asyncio.run(story())


def test_a_damaged_message_is_void(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as store:
            await keep(store, message(0, text="good"), message(0, text="bad"))

    asyncio.run(story())
    change(tmp_path / usage_file.FILE_NAME, "UPDATE thinned SET text = 'else' WHERE sequence = 2")
    kinds = [one.kind for one in usage_file.read_thinned(tmp_path, 0, 10)]
    assert kinds == [RecordKind.MESSAGE, RecordKind.VOID]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE usage SET bytes = 'x'",
        "UPDATE usage SET way = 'sideways'",
        "UPDATE usage_by_day SET bytes = 1.5",
        "UPDATE number SET value = 'x'",
    ],
)
def test_a_damaged_counter_is_said_with_the_remedy(damage: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as store:
            store.add({(MONTH, UP): 100}, {MONTH: 100}, {"rung": 1})

    asyncio.run(story())
    change(tmp_path / usage_file.FILE_NAME, damage)
    with pytest.raises(StorageError, match=r"the usage is damaged: keep a copy of it"):
        usage_file.read(tmp_path)


def test_a_gateway_that_has_never_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="the gateway makes it when it starts"):
        usage_file.read(tmp_path)
