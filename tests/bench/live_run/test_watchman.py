"""Whatever fails in a run ends it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from laconic_bench.live_run.watchman import Watchman
from laconic_bench.virtual.jumping_loop import run

LONG_SECONDS = 3_600.0


def fails() -> None:
    raise LookupError("an event")


async def task_fails() -> None:
    raise LookupError("a task")


async def task_waits() -> None:
    await asyncio.sleep(LONG_SECONDS)


def event(watchman: Watchman) -> None:
    asyncio.get_running_loop().call_soon(fails)


def task(watchman: Watchman) -> None:
    watchman.start(task_fails())


@pytest.mark.parametrize("begin", [event, task])
def test_the_first_failure_is_raised_where_the_run_waits(
    begin: Callable[[Watchman], object],
) -> None:
    async def story() -> None:
        watchman = Watchman(asyncio.get_running_loop())
        begin(watchman)
        with pytest.raises(LookupError):
            await watchman.sleep(LONG_SECONDS)
        await watchman.end()

    run(story())


def test_tasks_that_are_cancelled_or_end_are_no_failure_and_the_rest_ends_with_the_run() -> None:
    async def story() -> None:
        watchman = Watchman(asyncio.get_running_loop())

        def start(work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
            return watchman.start(work)

        cancelled, ended, waiting = start(task_waits()), start(asyncio.sleep(1.0)), None
        waiting = start(task_waits())
        cancelled.cancel()
        await watchman.sleep(10.0)
        assert cancelled.cancelled() and ended.done() and not waiting.done()
        await watchman.end()
        assert waiting.cancelled()

    run(story())
