"""Waiting in tests of the edges, where a thread or a socket decides when something happens."""

import asyncio
from collections.abc import Callable

GUARD_SECONDS = 30.0
"""A test that has not seen what it waits for after this long is hanging."""


async def until(condition: Callable[[], bool]) -> None:
    """Lets the event loop run until the condition holds."""
    async with asyncio.timeout(GUARD_SECONDS):
        while not condition():  # noqa: ASYNC110 (the condition is any expression)
            await asyncio.sleep(0.001)
