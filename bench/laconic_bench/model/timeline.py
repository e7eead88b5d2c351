"""The time in which a trace is played: virtual, or real."""

from collections.abc import Callable
from typing import Protocol


class Timeline(Protocol):
    """Lets things happen in their time. `virtual.schedule` is one, `live_run.clock` the other."""

    @property
    def now(self) -> float:
        """Return the seconds since the start."""
        ...

    def after(self, seconds: float, event: Callable[[], None]) -> None:
        """Have an event happen after a while."""
        ...

    def at(self, moment: float, event: Callable[[], None]) -> None:
        """Have an event happen at a moment; the past means now."""
        ...
