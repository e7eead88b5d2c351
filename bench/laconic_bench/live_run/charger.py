"""A charger of a live run: it connects, and connects again whenever the connection is gone."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Final, Protocol

from laconic_bench.live_run.world import World
from laconic_bench.model.tcp.settings import TcpSettings
from laconic_bench.trace import Version

_SETTINGS: Final = TcpSettings()


class Line(Protocol):
    """An open connection of a charger."""

    def say(self, text: str) -> None:
        """Send a text without waiting."""
        ...

    async def hear(self, take: Callable[[str], None]) -> None:
        """Give every text to `take`, until the connection is gone."""
        ...

    def forget(self) -> None:
        """End the connection without a packet."""
        ...


class Dial(Protocol):
    """How a charger connects."""

    async def __call__(self, identity: str, version: Version) -> Line:
        """Return an open connection.

        Raises:
            OSError: it cannot be made, or the other end does not agree.
        """
        ...


class LiveCharger:
    """One charger. It waits between attempts as in the model."""

    def __init__(self, world: World, identity: str, dial: Dial) -> None:
        self._world = world
        self._identity = identity
        self._dial = dial
        self._chance = Random(identity)
        self._line: Line | None = None
        self._task: asyncio.Task[None] | None = None

    def open(self, version: Version) -> None:
        """Switch on."""
        self._task = self._world.watchman.start(self._live(version))

    def cut(self) -> None:
        """Lose power: nobody is told."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._line is not None:
            self._line.forget()
            self._line = None

    def say(self, text: str) -> None:
        """Send a message; it is lost if the connection has gone meanwhile."""
        if self._line is not None:
            self._line.say(text)

    async def _live(self, version: Version) -> None:
        ends, failures = self._world.ends, 0
        while True:
            try:
                line = self._line = await self._dial(self._identity, version)
            except OSError:
                pass
            else:
                failures = 0
                ends.opened(self._identity)
                await line.hear(lambda text: ends.charger_hears(self._identity, text))
                self._line = None
                ends.closed(self._identity)
            await asyncio.sleep(self._pause_seconds(failures))
            failures += 1

    def _pause_seconds(self, failures: int) -> float:
        longest = _SETTINGS.reconnect_seconds * (1 << min(failures, 16))
        longest = min(longest, _SETTINGS.reconnect_seconds_max)
        return self._chance.uniform(longest / 2, longest)
