"""The outbox: each record once, in order, until it is done; and two cursors that never lie."""

import asyncio
from pathlib import Path

import pytest

from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage.database import StorageError
from laconic_gateway.edge.storage.outbox import Outbox
from laconic_gateway.edge.storage.outbox_tables import Backlog
from tests.support.outbox_writer import SITES
from tests.support.outboxes import MAX_BYTES, commit, done, opened, pending
from tests.support.records import message, messages
from tests.support.waiting import until

FULL_BYTES = 240_000


def test_a_full_file_stores_nothing_more_and_recovers_when_messages_are_done(
    tmp_path: Path,
) -> None:
    path = tmp_path / "outbox.db"

    async def story() -> None:
        stored: list[int] = []
        async with opened(path, max_bytes=FULL_BYTES) as (outbox, troubles):
            sent: list[Record] = []
            while not troubles:
                sent.append(message(len(sent) + 1, text="x" * 900))
                outbox.commit("s", sent[-1:], stored.append)
                await until(lambda: len(stored) == len(sent) or bool(troubles))
            taken = len(sent) - 1
            assert "outbox.db: database or disk is full" in troubles[0]
            assert outbox.stored("s") == len(await pending(outbox, "s", "CP1")) == taken > 50
            assert outbox.delivered("s") == 0
            await done(outbox, "s", range(1, taken))
            await until(lambda: len(stored) == len(sent))
            assert stored == [record.sequence for record in sent]
            assert (outbox.stored("s"), outbox.delivered("s")) == (taken + 1, taken - 1)
        assert path.stat().st_size <= FULL_BYTES

    asyncio.run(story())


def test_what_would_make_a_hole_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "outbox.db") as (outbox, _):
            await commit(outbox, "s", messages(1, 3))
            with pytest.raises(ValueError, match="s: a hole between 3 and 5"):
                outbox.commit("s", messages(5, 6), print)
            with pytest.raises(ValueError, match="s: records are not contiguous"):
                outbox.commit("s", [message(4), message(6)], print)
            with pytest.raises(ValueError, match="cannot reset from 3 back to 2"):
                outbox.reset("s", 2)
            outbox.reset("s", 4)
            assert await commit(outbox, "s", messages(4, 6)) == 6
            kept = await pending(outbox, "s", "CP1")
            assert kept == messages(1, 3) + messages(5, 6)

    asyncio.run(story())


def test_a_repeated_frame_is_stored_once_even_while_the_first_is_under_way(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with opened(tmp_path / "outbox.db") as (outbox, _):
            stored: list[int] = []
            outbox.commit("s", messages(1, 5), stored.append)
            outbox.commit("s", messages(1, 5), stored.append)
            outbox.commit("s", messages(3, 7), stored.append)
            await until(lambda: len(stored) == 3)
            assert stored == [5, 5, 7]
            assert await pending(outbox, "s", "CP1") == messages(1, 7)

    asyncio.run(story())


def test_sites_do_not_see_each_other(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "outbox.db") as (outbox, _):
            await commit(outbox, "a", messages(1, 2))
            await commit(outbox, "b", messages(1, 3))
            await done(outbox, "a", [1, 2, 3])
            assert await pending(outbox, "a", "CP1") == []
            assert await pending(outbox, "b", "CP1") == messages(1, 3)
            assert [outbox.delivered(site) for site in ("a", "b", "c")] == [2, 0, 0]
        async with opened(tmp_path / "outbox.db") as (outbox, _):
            assert outbox.backlog() == [Backlog("b", "CP1", "/ocpp/CP1", "1.6", 3)]

    asyncio.run(story())


def test_many_records_share_few_commits(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "outbox.db") as (outbox, _):
            stored: list[int] = []
            before = outbox.commits
            for number in range(1, 501):
                for site in SITES:
                    outbox.commit(site, [message(number)], stored.append)
            await until(lambda: len(stored) == 1000)
            assert outbox.commits - before <= 2

    asyncio.run(story())


def test_the_second_owner_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "outbox.db"):
            with pytest.raises(StorageError, match=r"outbox\.db.*another process"):
                await Outbox.open(tmp_path / "outbox.db", max_bytes=MAX_BYTES)

    asyncio.run(story())
