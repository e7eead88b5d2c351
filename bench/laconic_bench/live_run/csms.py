"""The CSMS of a live run: a WebSocket server that hands on what it hears."""

import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import unquote

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.extensions.base import ServerExtensionFactory
from websockets.typing import Subprotocol

from laconic_bench.live_run.websocket import Socket
from laconic_bench.live_run.world import Tally, World
from laconic_bench.model.tcp.settings import TcpSettings

SUBPROTOCOLS: Final = tuple(Subprotocol(f"ocpp{one}") for one in ("1.6", "2.0.1", "2.1"))


async def serving(
    handler: Callable[[ServerConnection], Awaitable[None]],
    listening: socket.socket,
    tls: ssl.SSLContext | None,
    extensions: Sequence[ServerExtensionFactory],
) -> Server:
    """Return a server on a bound socket, as the model has it: it never pings."""
    return await serve(
        handler,
        sock=listening,
        ssl=tls,
        subprotocols=SUBPROTOCOLS,
        extensions=list(extensions) or None,
        compression=None,
        ping_interval=None,
        server_header=None,
        open_timeout=TcpSettings().connect_timeout_seconds,
        close_timeout=0.1,
    )


class LiveCsms:
    """The server; a charger's new connection takes the place of its old one."""

    def __init__(self, world: World, tally: Tally) -> None:
        self._ends = world.ends
        self._tally = tally
        self._sockets: dict[str, Socket] = {}

    async def start(
        self,
        world: World,
        listening: socket.socket,
        tls: ssl.SSLContext | None = None,
        extensions: Sequence[ServerExtensionFactory] = (),
    ) -> None:
        """Serve on a bound socket until the world ends."""
        await world.stack.enter_async_context(
            await serving(self._serve, listening, tls, extensions)
        )

    def says(self, identity: str, text: str) -> None:
        """Send a message of the CSMS; it is lost if the connection has gone meanwhile."""
        if identity in self._sockets:
            self._sockets[identity].say(text)

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        identity = unquote(connection.request.path.rpartition("/")[2])
        if identity in self._sockets:
            # In the model, too, what it says to who has lost power costs nothing.
            self._sockets.pop(identity).forget()
            self._ends.csms_closed(identity)
        mine = self._sockets[identity] = Socket(connection, self._tally)
        self._ends.csms_opened(identity)
        await mine.hear(lambda text: self._ends.csms_hears(identity, text))
        if self._sockets.get(identity) is mine:
            del self._sockets[identity]
            self._ends.csms_closed(identity)
