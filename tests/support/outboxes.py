"""An outbox in a test: its calls as coroutines, and its troubles in a list."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage.outbox import Outbox
from tests.support.waiting import GUARD_SECONDS

MAX_BYTES = 10**7


async def commit(outbox: Outbox, site: str, added: Sequence[Record]) -> int:
    """Commits and waits until it is on disk."""
    stored: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    outbox.commit(site, added, stored.set_result)
    return await asyncio.wait_for(stored, GUARD_SECONDS)


async def done(outbox: Outbox, site: str, sequences: Sequence[int]) -> None:
    """Has messages done and waits until that is on disk."""
    event = asyncio.Event()
    outbox.done(site, sequences, event.set)
    await asyncio.wait_for(event.wait(), GUARD_SECONDS)


async def pending(
    outbox: Outbox, site: str, charger: str, after: int = 0, limit: int = 10**6
) -> list[Record]:
    """Reads a page and waits for it."""
    page: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
    outbox.pending(site, charger, after, limit, page.set_result)
    return await asyncio.wait_for(page, GUARD_SECONDS)


@asynccontextmanager
async def opened(
    path: Path, max_bytes: int = MAX_BYTES
) -> AsyncGenerator[tuple[Outbox, list[str]]]:
    """Opens an outbox and collects its troubles."""
    troubles: list[str] = []
    outbox = await Outbox.open(path, max_bytes=max_bytes, on_trouble=troubles.append)
    try:
        yield outbox, troubles
    finally:
        await outbox.close()
