"""One WebSocket of a charger or of the CSMS: says texts without waiting, hears them in order."""

import asyncio
import base64
import socket
from collections.abc import Callable
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.extensions import Extension
from websockets.frames import Frame, Opcode
from websockets.typing import ExtensionName, Subprotocol

from laconic_bench.live_run.world import Tally
from laconic_bench.model.owed import Owed
from laconic_bench.trace import Version

_TCP_REPAIR: Final = 19
"""linux/tcp.h: the kernel forgets a connection that is closed in this mode."""


class _Counter(Extension):
    """Counts the payload of texts as it goes out: compressed, if another extension does that."""

    name = ExtensionName("x-counter")

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def encode(self, frame: Frame) -> Frame:
        """Count a frame; it stays as it is."""
        if frame.opcode is Opcode.TEXT:
            self._tally.payload_bytes += len(frame.data)
        return frame

    def decode(self, frame: Frame, *, max_size: int | None = None) -> Frame:
        """Return the frame as it is."""
        return frame


async def dial(
    opened: socket.socket,
    address: tuple[str, int],
    url: str,
    credentials: tuple[str, str],
    version: Version,
    **options: Any,
) -> ClientConnection:
    """Connect a socket and upgrade it as a charger does; it is closed if that fails.

    `credentials` are identity and password (OCPP-J 1.6, security profile 1); `options` are those
    of `websockets.asyncio.client.connect`.

    Raises:
        OSError: it cannot be connected, or the other end refuses the charger.
    """
    secret = base64.b64encode(":".join(credentials).encode()).decode()
    try:
        await asyncio.get_running_loop().sock_connect(opened, address)
        return await connect(
            url,
            sock=opened,
            subprotocols=[Subprotocol(f"ocpp{version}")],
            additional_headers={"Authorization": f"Basic {secret}"},
            compression=None,
            close_timeout=0.1,
            proxy=None,
            **options,
        )
    except WebSocketException as error:
        opened.close()
        raise ConnectionError(str(error)) from error
    except BaseException:
        opened.close()
        raise


class Socket:
    """One open connection."""

    def __init__(self, connection: Connection, tally: Tally) -> None:
        self.connection = connection
        # The other end is not told of it: it changes nothing.
        connection.protocol.extensions = [*connection.protocol.extensions, _Counter(tally)]
        self._owed = Owed()

    def say(self, text: str) -> None:
        """Send a text, unless it answers what was asked on another connection."""
        if self._owed.may_say(text):
            broadcast([self.connection], text, raise_exceptions=True)

    async def hear(self, take: Callable[[str], None]) -> None:
        """Give every text to `take`, until the connection is gone."""
        try:
            async for text in self.connection:
                self._owed.hear(str(text))
                take(str(text))
        except ConnectionClosed:
            pass

    def forget(self) -> None:
        """End the connection without a packet: the other end is not told."""
        transport = self.connection.transport
        forget(transport.get_extra_info("socket"))
        transport.abort()


def forget(opened: socket.socket | None) -> None:
    """Have the kernel drop a TCP connection without a packet when the socket is closed."""
    if opened is not None:
        opened.setsockopt(socket.IPPROTO_TCP, _TCP_REPAIR, 1)
