"""An event loop in which waiting takes almost no time, for real sockets and threads.

When no socket has anything to read, the clock of the loop jumps to its next timer. What is on its
way through the loopback device gets a thousandth of the jump as a real wait, so that no time-out
fires before data that was sent long before it.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.skipped_seconds = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(min(timeout, 0.001 + timeout / 1000))
        if not ready:
            self.skipped_seconds += timeout
        return ready


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return super().time() + self._jumping.skipped_seconds


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end, as `asyncio.run` does. `asyncio.sleep` in it costs nothing."""
    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        return runner.run(work)
