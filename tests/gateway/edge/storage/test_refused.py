"""The quarantine of the outbox (D9)."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from laconic_gateway.core.expander.poison import Poison
from laconic_gateway.core.expander.traffic import traffic_of
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage import refused
from laconic_gateway.edge.storage.database import StorageError
from laconic_gateway.edge.storage.outbox import Outbox
from laconic_gateway.edge.storage.outbox_tables import OUTBOX_FILE
from tests.support.waiting import GUARD_SECONDS

SITE = "kisumu-1"
STOP = Record(
    1,
    RecordKind.MESSAGE,
    "RDAM|1",
    "/ocpp/RDAM%7C1",
    "1.6",
    '[2,"id-1","StopTransaction",{"transactionId":7 }]',
    answered=True,
    received_unix_seconds=5.0,
)


async def fill(directory: Path) -> None:
    """Make an outbox with one message in its quarantine."""
    outbox = await Outbox.open(directory / OUTBOX_FILE, max_bytes=10**7)
    event = asyncio.Event()
    outbox.commit(SITE, [STOP], lambda _: None)
    keeps = Poison().put_aside(STOP, traffic_of(STOP), 9.0)
    outbox.done(SITE, [1], event.set, keeps=[(STOP.charger, kept) for kept in keeps])
    await asyncio.wait_for(event.wait(), GUARD_SECONDS)
    await outbox.close()


async def pending(directory: Path) -> list[Record]:
    outbox = await Outbox.open(directory / OUTBOX_FILE, max_bytes=10**7)
    page: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
    outbox.pending(SITE, STOP.charger, 0, 10, page.set_result)
    found = await asyncio.wait_for(page, GUARD_SECONDS)
    await outbox.close()
    return found


def test_a_message_can_be_sent_again_as_it_was(tmp_path: Path) -> None:
    asyncio.run(fill(tmp_path))
    (one,) = refused.alone(tmp_path, refused.stock)
    assert (one.site, one.charger, one.sequence) == (SITE, "RDAM|1", 1)
    assert refused.alone(tmp_path, partial(refused.take_back, site=SITE, sequence=1)) == STOP
    assert refused.alone(tmp_path, refused.stock) == []
    assert asyncio.run(pending(tmp_path)) == [STOP]


def test_a_message_can_be_dropped(tmp_path: Path) -> None:
    asyncio.run(fill(tmp_path))
    drop = partial(refused.drop, site=SITE, sequence=1)
    refused.alone(tmp_path, drop)
    assert refused.alone(tmp_path, refused.stock) == [] == asyncio.run(pending(tmp_path))
    with pytest.raises(StorageError, match="no message 1 of kisumu-1"):
        refused.alone(tmp_path, drop)


def test_without_an_outbox_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="there is no such file"):
        refused.alone(tmp_path, refused.stock)
    assert not list(tmp_path.iterdir())


def test_an_open_outbox_does_the_same(tmp_path: Path) -> None:
    async def story() -> None:
        await fill(tmp_path)
        outbox = await Outbox.open(tmp_path / OUTBOX_FILE, max_bytes=10**7)
        assert [one.sequence for one in await outbox.refused()] == [1]
        assert await outbox.take_back(SITE, 1) == STOP
        assert await outbox.refused() == []
        with pytest.raises(StorageError, match="no message 1 of kisumu-1"):
            await outbox.drop(SITE, 1)
        await outbox.close()
        assert await pending(tmp_path) == [STOP]

    asyncio.run(story())
