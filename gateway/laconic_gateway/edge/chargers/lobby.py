"""Connections whose upgrade request is not complete yet: few, short, and soon forgotten."""

import asyncio
from collections.abc import Callable
from typing import Final

from websockets.asyncio.server import ServerConnection

from laconic_gateway.edge.chargers.refusals import Refusal
from laconic_gateway.edge.websocket import GuardedConnection

MAX_HEAD_BYTES: Final = 16_384
"""How long an upgrade request may be, all headers together."""


class Lobby:
    """Holds at most `capacity` connections, each for at most `seconds`.

    When it is full, the oldest one has to go: a charger sends its request at once, who only
    keeps a connection open does not. `refused` is told about each that leaves without a
    request. As many again may stay a little after their request was refused, to close.
    """

    def __init__(
        self, capacity: int, seconds: float, refused: Callable[[Refusal, ServerConnection], None]
    ) -> None:
        self._capacity = capacity
        self._seconds = seconds
        self._refused = refused
        self._deadlines: dict[ServerConnection, asyncio.TimerHandle] = {}
        self._dismissed: dict[ServerConnection, None] = {}

    def enter(self, socket: ServerConnection) -> None:
        """Lets a new TCP connection in."""
        if len(self._deadlines) >= self._capacity:
            self.expel(next(iter(self._deadlines)), Refusal.CROWDED)
        self._deadlines[socket] = socket.loop.call_later(
            self._seconds, self.expel, socket, Refusal.TIMEOUT
        )

    def leave(self, socket: ServerConnection) -> bool:
        """Forgets a connection, and returns whether it was here."""
        deadline = self._deadlines.pop(socket, None)
        if deadline is None:
            return False
        deadline.cancel()
        return True

    def expel(self, socket: ServerConnection, reason: Refusal) -> None:
        """Cuts a connection that is here, and tells why."""
        if self.leave(socket):
            self._refused(reason, socket)
            socket.transport.abort()

    def dismiss(self, socket: ServerConnection) -> None:
        """Gives a connection whose request was refused the time to close, if there is room."""
        if len(self._dismissed) >= self._capacity:
            oldest = next(iter(self._dismissed))
            del self._dismissed[oldest]
            oldest.transport.abort()
        self._dismissed[socket] = None

    def lost(self, socket: ServerConnection) -> None:
        """Takes note that a connection is gone."""
        self._dismissed.pop(socket, None)
        self.expel(socket, Refusal.MALFORMED)

    def clear(self) -> None:
        """Cuts all connections, without a word."""
        for socket in [*self._deadlines, *self._dismissed]:
            self.leave(socket)
            socket.transport.abort()


class LobbyConnection(GuardedConnection, ServerConnection):
    """A charger's connection, which starts in a lobby."""

    lobby: Lobby
    """Set by the server, on a subclass of its own."""
    _head_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.lobby.enter(self)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.request is not None:
            self.lobby.leave(self)
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self.lobby.expel(self, Refusal.MALFORMED)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lobby.lost(self)
        super().connection_lost(exc)
