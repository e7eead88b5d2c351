"""A journal in a test: its calls as coroutines, and its troubles in a list."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage.journal import Journal
from tests.support.waiting import GUARD_SECONDS

MAX_BYTES = 10**7


async def append(journal: Journal, added: Sequence[Record]) -> int:
    """Appends and waits until it is durable."""
    durable: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    journal.append(added, durable.set_result)
    return await asyncio.wait_for(durable, GUARD_SECONDS)


async def read(journal: Journal, after: int = 0, limit: int = 10**6) -> list[Record]:
    """Reads a page and waits for it."""
    page: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
    journal.read(after, limit, page.set_result)
    return await asyncio.wait_for(page, GUARD_SECONDS)


@asynccontextmanager
async def opened(
    path: Path, max_bytes: int = MAX_BYTES
) -> AsyncGenerator[tuple[Journal, list[str]]]:
    """Opens a journal and collects its troubles."""
    troubles: list[str] = []
    journal = await Journal.open(path, max_bytes=max_bytes, on_trouble=troubles.append)
    try:
        yield journal, troubles
    finally:
        await journal.close()
