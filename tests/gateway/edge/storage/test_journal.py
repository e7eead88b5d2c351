"""The journal: what was reported durable is there, in order, unaltered."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from laconic_gateway.edge.storage import rows
from laconic_gateway.edge.storage.database import StorageError
from laconic_gateway.edge.storage.journal import Journal
from tests.support.damage import change
from tests.support.journals import MAX_BYTES, append, opened, read
from tests.support.records import message, messages, noise
from tests.support.waiting import GUARD_SECONDS, until

FULL_BYTES = 60_000


async def fill(journal: Journal, troubles: list[str], confirmed: list[int]) -> int:
    """Appends large records one by one until the file takes no more; returns how many it took."""
    while not troubles:
        number = journal.last_sequence + 1
        journal.append([message(number, text=noise(500))], confirmed.append)
        await until(lambda number=number: number in confirmed or bool(troubles))  # type: ignore[misc]
    return journal.last_sequence - 1


def test_a_full_file_confirms_nothing_and_recovers_after_a_trim(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"

    async def story() -> None:
        confirmed: list[int] = []
        async with opened(path, max_bytes=FULL_BYTES) as (journal, troubles):
            taken = await fill(journal, troubles, confirmed)
            assert "journal.db: database or disk is full" in troubles[0]
            for record in messages(taken + 2, taken + 20):
                journal.append([record], confirmed.append)
            assert len(await read(journal)) == len(confirmed) == taken > 50
            journal.trim(taken // 2)
            await until(lambda: len(confirmed) == taken + 20)
            assert confirmed == list(range(1, taken + 21))
            assert len(troubles) == 1
        assert path.stat().st_size <= FULL_BYTES
        async with opened(path) as (journal, _):
            assert journal.last_sequence == taken + 20

    asyncio.run(story())


def test_closing_a_full_journal_confirms_nothing_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    confirmed: list[int] = []

    async def story() -> None:
        async with opened(path, max_bytes=FULL_BYTES) as (journal, _):
            for number in range(1, 301):
                journal.append([message(number, text=noise(500))], confirmed.append)
        async with opened(path) as (journal, _):
            assert 50 < journal.last_sequence == confirmed[-1] < 300

    asyncio.run(story())


def test_numbers_never_go_back_when_everything_is_trimmed(tmp_path: Path) -> None:
    async def story() -> None:
        for life in range(3):
            async with opened(tmp_path / "journal.db") as (journal, _):
                assert journal.last_sequence == journal.trimmed_through == 5 * life
                await append(journal, messages(5 * life + 1, 5 * life + 5))
                journal.trim(5 * life + 5)
                assert await read(journal) == []

    asyncio.run(story())


def test_a_new_journal_begins_where_it_is_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "journal.db") as (journal, _):
            await journal.begin_after(5000)
            assert journal.last_sequence == journal.trimmed_through == 5000
        async with opened(tmp_path / "journal.db") as (journal, _):
            with pytest.raises(ValueError, match="not new"):
                await journal.begin_after(6000)
            assert await append(journal, messages(5001, 5003)) == 5003
            assert await read(journal) == messages(5001, 5003)

    asyncio.run(story())


def test_the_records_behind_a_number_move_with_all_that_they_are(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"

    async def story() -> None:
        async with opened(path) as (journal, _):
            await append(journal, messages(1, 9))
            journal.trim(3)
        change(path, "UPDATE record SET text = 'damaged' WHERE sequence = 7")
        async with opened(path) as (journal, _):
            await journal.move(6, 20, {"found": 0})
            moved = [rows.void(21), *(replace(message(n), sequence=n + 14) for n in (8, 9))]
            assert await read(journal) == moved
            assert await append(journal, [message(24)]) == 24
        async with opened(path) as (journal, troubles):
            assert (journal.last_sequence, journal.trimmed_through) == (24, 20)
            assert await read(journal) == [*moved, message(24)]
            assert journal.numbers == {"found": 0}
            await journal.move(24, 90, {})
        async with opened(path) as (journal, _):
            assert (journal.last_sequence, journal.trimmed_through) == (90, 90)
            assert (await read(journal), troubles) == ([], [])

    asyncio.run(story())


def test_what_breaks_the_order_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "journal.db") as (journal, _):
            await append(journal, messages(1, 3))
            for wrong in (messages(3, 4), messages(5, 6), [message(4), message(6)]):
                with pytest.raises(ValueError, match="do not continue 3"):
                    journal.append(wrong, print)
            with pytest.raises(ValueError, match="not on disk yet"):
                journal.trim(4)
            with pytest.raises(ValueError, match="belongs to the journal"):
                await journal.set_number("trimmed_through", 1)
            assert await read(journal) == messages(1, 3)

    asyncio.run(story())


def test_numbers_are_kept_with_the_records_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"

    async def story() -> None:
        async with opened(path) as (journal, _):
            durable: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            journal.append(messages(1, 1), lambda _: None, {"held_through": 6})
            journal.append(messages(2, 2), durable.set_result, {"held_through": 7})
            assert "held_through" not in journal.numbers
            await asyncio.wait_for(durable, GUARD_SECONDS)
            assert journal.numbers["held_through"] == 7
            with pytest.raises(ValueError, match="belongs to the journal"):
                journal.append(messages(3, 3), lambda _: None, {"trimmed_through": 1})
            assert journal.last_sequence == 2
        async with opened(path) as (journal, _):
            assert journal.numbers["held_through"] == 7
            assert journal.last_sequence == 2

    asyncio.run(story())


def test_many_records_share_few_commits(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "journal.db") as (journal, _):
            confirmed: list[int] = []
            before = journal.commits
            for number in range(1, 1001):
                journal.append([message(number)], confirmed.append)
            await until(lambda: len(confirmed) == 1000)
            assert journal.commits - before <= 2

    asyncio.run(story())


def test_the_second_owner_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "journal.db"):
            with pytest.raises(StorageError, match=r"journal\.db.*another process"):
                await Journal.open(tmp_path / "journal.db", max_bytes=MAX_BYTES)

    asyncio.run(story())
