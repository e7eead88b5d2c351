"""A service that starts on a full disk waits for space, and for nothing else."""

import asyncio
import errno
from pathlib import Path

import apsw
import pytest

from laconic_gateway.edge.storage.database import StorageError, explain
from laconic_gateway.edge.storage.outbox_tables import SCHEMA
from laconic_gateway.edge.storage.patience import Patience, StopWaiting

FULL = [apsw.FullError("database or disk is full"), OSError(errno.ENOSPC, "No space left")]


class Disk:
    """A file that can be had at the third attempt."""

    def __init__(self, error: Exception) -> None:
        self.error = explain(error, Path("outbox.db"), SCHEMA)
        self.attempts = 0

    async def get(self) -> str:
        self.attempts += 1
        if self.attempts < 3:
            raise self.error
        return "the file"


@pytest.mark.parametrize("error", FULL)
def test_it_waits_for_space_and_says_so_once(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        disk = Disk(error)
        assert await Patience(asyncio.Event(), retry_seconds=0.0).have(disk.get) == "the file"
        assert disk.attempts == 3

    asyncio.run(story())
    assert len(caplog.records) == 1
    assert "waiting for space" in caplog.text


def test_it_can_be_stopped_while_it_waits() -> None:
    async def story() -> None:
        stop = asyncio.Event()
        waiting = asyncio.create_task(Patience(stop, retry_seconds=3_600.0).have(Disk(FULL[0]).get))
        await asyncio.sleep(0)
        stop.set()
        with pytest.raises(StopWaiting):
            await waiting

    asyncio.run(story())


@pytest.mark.parametrize("error", [apsw.BusyError("busy"), apsw.NotADBError("no"), OSError("no")])
def test_what_time_does_not_mend_is_raised_at_once(error: Exception) -> None:
    async def story() -> None:
        disk = Disk(error)
        with pytest.raises(StorageError):
            await Patience(asyncio.Event(), retry_seconds=3_600.0).have(disk.get)
        assert disk.attempts == 1

    asyncio.run(story())
