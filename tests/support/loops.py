"""The event loops on which the services may run."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Final

import uvloop

TIMEOUT_SECONDS: Final = 20.0
LAST_TURNS: Final = 4
"""For a connection that was accepted in the last moment to be made, and closed."""
LOOPS: Final = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}

Run = Callable[[Coroutine[None, None, None]], None]


def run_on(loop: str, main: Coroutine[None, None, None]) -> None:
    """Runs a test on the event loop of this name."""
    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        runner.run(_whole(main))


async def _whole(main: Coroutine[None, None, None]) -> None:
    try:
        await asyncio.wait_for(main, TIMEOUT_SECONDS)
    finally:
        for _ in range(LAST_TURNS):
            await asyncio.sleep(0)
