"""Real time as the replay of a trace needs it."""

import asyncio
import selectors
from collections.abc import Callable


def new_loop() -> asyncio.AbstractEventLoop:
    """Return an event loop whose timers are exact: epoll knows milliseconds only."""
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


class Clock:
    """The time of a run (`model.timeline`), which begins when `begin` is called."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._began = loop.time()

    def begin(self) -> None:
        """Let now be the start."""
        self._began = self._loop.time()

    @property
    def now(self) -> float:
        """See `Timeline`."""
        return self._loop.time() - self._began

    def after(self, seconds: float, event: Callable[[], None]) -> None:
        """See `Timeline`."""
        self._loop.call_later(seconds, event)

    def at(self, moment: float, event: Callable[[], None]) -> None:
        """See `Timeline`."""
        self._loop.call_at(self._began + moment, event)
