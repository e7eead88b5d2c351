"""The event loop of a service: uvloop where it is installed, and an orderly stop on a signal."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def run(main: Callable[[asyncio.Event], Coroutine[Any, Any, Result]]) -> Result:
    """Runs `main(stop)` to its end and returns its result.

    `stop` is set by the first SIGTERM or SIGINT; `main` waits for it and then ends by itself.
    Call it from the main thread.
    """
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(_until_signal(main))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    # uvloop needs a sixth of the memory for each TLS connection, but has no Windows build.
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _until_signal(main: Callable[[asyncio.Event], Coroutine[Any, Any, Result]]) -> Result:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return await main(stop)
