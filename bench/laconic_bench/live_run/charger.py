"""A charger of a live run: it connects, and connects again whenever the connection is gone."""

import asyncio
import socket
from random import Random
from typing import Final, Protocol

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from laconic_bench.live_run.websocket import Socket
from laconic_bench.live_run.world import Tally, World
from laconic_bench.model.tcp.settings import TcpSettings
from laconic_bench.trace import Version

_TCP_REPAIR: Final = 19
"""linux/tcp.h: the kernel forgets a connection that is closed in this mode, without a packet."""
_SETTINGS: Final = TcpSettings()


class Dial(Protocol):
    """How a charger connects."""

    async def __call__(self, identity: str, version: Version) -> ClientConnection:
        """Return an open connection.

        Raises:
            OSError: it cannot be made; a timeout is one, too.
            WebSocketException: the other end does not agree.
        """
        ...


class LiveCharger:
    """One charger. It waits between attempts as in the model."""

    def __init__(self, world: World, identity: str, dial: Dial, tally: Tally) -> None:
        self._world = world
        self._identity = identity
        self._dial = dial
        self._tally = tally
        self._chance = Random(identity)
        self._socket: Socket | None = None
        self._task: asyncio.Task[None] | None = None

    def open(self, version: Version) -> None:
        """Switch on."""
        self._task = self._world.watchman.start(self._live(version))

    def cut(self) -> None:
        """Lose power: nobody is told."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._socket is not None:
            forget(self._socket)
            self._socket = None

    def say(self, text: str) -> None:
        """Send a message; it is lost if the connection has gone meanwhile."""
        if self._socket is not None:
            self._socket.say(text)

    async def _live(self, version: Version) -> None:
        ends, failures = self._world.ends, 0
        while True:
            try:
                connection = await self._dial(self._identity, version)
            except (OSError, WebSocketException):
                pass
            else:
                failures = 0
                self._socket = Socket(connection, self._tally)
                ends.opened(self._identity)
                await self._socket.hear(lambda text: ends.charger_hears(self._identity, text))
                self._socket = None
                ends.closed(self._identity)
            await asyncio.sleep(self._pause_seconds(failures))
            failures += 1

    def _pause_seconds(self, failures: int) -> float:
        longest = _SETTINGS.reconnect_seconds * (1 << min(failures, 16))
        longest = min(longest, _SETTINGS.reconnect_seconds_max)
        return self._chance.uniform(longest / 2, longest)


def forget(one: Socket) -> None:
    """End a connection without a packet."""
    transport = one.connection.transport
    opened = transport.get_extra_info("socket")
    if opened is not None:
        opened.setsockopt(socket.IPPROTO_TCP, _TCP_REPAIR, 1)
    transport.abort()
