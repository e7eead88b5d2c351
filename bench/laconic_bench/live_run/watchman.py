"""Looks after the tasks and events of a run: the first that fails ends it."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Watchman:
    """Starts tasks, and keeps the first error of any of them or of an event of the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: asyncio.Future[None] = loop.create_future()
        loop.set_exception_handler(self._take)

    def start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Start a task. It may be cancelled; any other end by an exception ends the run."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def sleep(self, seconds: float) -> None:
        """Wait, or raise what has failed meanwhile."""
        done, _ = await asyncio.wait([self._failure], timeout=seconds)
        if done:
            self._failure.result()

    async def end(self) -> None:
        """Cancel what still runs."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._failure.cancel()

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fail(error)

    def _take(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self._fail(error if error is not None else RuntimeError(context["message"]))

    def _fail(self, error: BaseException) -> None:
        if not self._failure.done():
            self._failure.set_exception(error)
