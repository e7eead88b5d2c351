"""Fencing: whoever was followed by another process writes nothing more."""

import asyncio
import sqlite3
from pathlib import Path

from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage.outbox import Outbox
from tests.support.waiting import GUARD_SECONDS

RECORD = Record(1, RecordKind.MESSAGE, "CP1", "/CP1", "1.6", '[2,"1","Heartbeat",{}]')


def test_each_process_has_an_epoch_of_its_own(tmp_path: Path) -> None:
    async def story() -> None:
        epochs: list[int] = []
        for _ in range(3):
            outbox = await Outbox.open(tmp_path / "outbox.db", max_bytes=10**7)
            epochs.append(outbox.lease.epoch)
            await outbox.close()
        assert epochs == [1, 2, 3]

    asyncio.run(story())


def test_a_process_that_was_followed_acknowledges_nothing(tmp_path: Path) -> None:
    """Where the lock of the file does not hold; here the other process is this connection."""

    async def story() -> None:
        path = tmp_path / "outbox.db"
        trouble = asyncio.Queue[str]()
        outbox = await Outbox.open(path, max_bytes=10**7, on_trouble=trouble.put_nowait)
        storage = outbox._storage  # pyright: ignore[reportPrivateUsage]
        await storage.run(
            lambda connection: connection.execute("UPDATE lease SET epoch = epoch + 1, owner = 'b'")
        )
        stored: list[int] = []
        outbox.commit("a", [RECORD], stored.append)
        said = await asyncio.wait_for(trouble.get(), GUARD_SECONDS)
        assert "taken over by b" in said
        await outbox.close()
        assert stored == []
        connection = sqlite3.connect(path)
        assert connection.execute("SELECT count(*) FROM message").fetchall() == [(0,)]
        connection.close()

    asyncio.run(story())
