"""The TCP socket of an expander: the connections that its sites have opened.

Who connects is a stranger until a message of his was verified and fresh. There are at most
`STRANGERS_MAX` connections of strangers; a new one takes the place of the oldest. A site has one
connection: when it comes by another way, the one before is closed.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Final

from laconic_gateway.core.coap.endpoint import Event, PeerMoved, StreamId, StreamOutgoing
from laconic_gateway.edge.link.connection import Connection
from laconic_gateway.edge.link.datagrams import resolve
from laconic_gateway.edge.link.shell import Shell

STRANGERS_MAX: Final = 64
STRANGERS_PER_ADDRESS_MAX: Final = 16
"""Many sites may be behind one address of their carrier, and all may come at once."""
BACKLOG: Final = 128


class StreamServer:
    """Accepts connections for a shell; made by `listen`."""

    def __init__(self, shell: Shell) -> None:
        self.refused = 0
        """Connections of strangers that had to make room."""
        self._shell = shell
        self._server: asyncio.Server | None = None
        self._connections: dict[StreamId, Connection] = {}
        self._strangers: dict[StreamId, Connection] = {}
        self._numbers = 0

    @classmethod
    async def listen(cls, shell: Shell, host: str, port: int) -> "StreamServer":
        """Serve peers on `host` and `port` (0: any free one). Raises: OSError."""
        server = cls(shell)
        family, address = (await resolve(host, port, socket.SOCK_STREAM))[0]
        opened = socket.socket(family, socket.SOCK_STREAM)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind(address)
            server._server = await shell.loop.create_server(
                server._accepted, sock=opened, backlog=BACKLOG
            )
        except OSError:
            opened.close()
            raise
        shell.streams = server
        return server

    @property
    def local_port(self) -> int:
        """The port of the socket."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def connections(self) -> int:
        """How many connections there are."""
        return len(self._connections)

    def transmit(self, messages: list[StreamOutgoing]) -> None:
        by_stream: dict[StreamId, list[StreamOutgoing]] = {}
        for one in messages:
            by_stream.setdefault(one.stream, []).append(one)
        for stream_id, group in by_stream.items():
            if (connection := self._connections.get(stream_id)) is not None:
                connection.write(group)

    def keep_alive(self) -> None:
        """Do nothing: keeping a connection alive is the site's affair, and its money."""

    def handled(self, event: Event) -> None:
        if isinstance(event, PeerMoved):
            reached = self._shell.endpoint.address_of(event.peer)
            for connection in list(self._connections.values()):
                is_left = self._shell.endpoint.peer_at(connection.id) is None
                if connection.stream.is_verified and is_left and connection.id != reached:
                    connection.close("the site uses another way now")

    def settle(self) -> None:
        for connection in list(self._connections.values()):
            connection.settle()

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections.values()):
            connection.close("the expander stops")

    async def wait_closed(self) -> None:
        """Do not wait: nobody pays for the bytes of an expander."""

    def _accepted(self) -> Connection:
        self._numbers += 1
        return _Accepted(self._shell, StreamId(self._numbers), self._changed, self._admit)

    def _admit(self, connection: Connection) -> None:
        """Keep a new connection, and let an older one of a stranger go if there are too many."""
        if self._shell.is_closed:  # it was accepted just before
            connection.abort()
            return
        strangers = {k: one for k, one in self._strangers.items() if not one.stream.is_verified}
        same = [one for one in strangers.values() if one.peer_address == connection.peer_address]
        if len(same) >= STRANGERS_PER_ADDRESS_MAX:
            self._turn_out(same[0])
        elif len(strangers) >= STRANGERS_MAX:
            self._turn_out(next(iter(strangers.values())))
        self._strangers = {k: one for k, one in strangers.items() if not one.is_gone}
        self._connections[connection.id] = self._strangers[connection.id] = connection

    def _turn_out(self, connection: Connection) -> None:
        self.refused += 1
        self._strangers.pop(connection.id, None)
        connection.abort()

    def _changed(self, connection: Connection) -> None:
        if connection.is_gone:
            self._connections.pop(connection.id, None)
            self._strangers.pop(connection.id, None)


class _Accepted(Connection):
    """Is let in once its address is known."""

    def __init__(
        self,
        shell: Shell,
        stream_id: StreamId,
        on_state: Callable[[Connection], None],
        admit: Callable[[Connection], None],
    ) -> None:
        super().__init__(shell, stream_id, on_state, is_accepted=True)
        self._admit = admit

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._admit(self)
