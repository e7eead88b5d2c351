"""One WebSocket of a charger or of the CSMS: says texts without waiting, hears them in order."""

import socket
from collections.abc import Callable
from typing import Final

from websockets.asyncio.connection import Connection
from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed
from websockets.extensions import Extension
from websockets.frames import Frame, Opcode
from websockets.typing import ExtensionName

from laconic_bench.live_run.world import Tally
from laconic_bench.model.owed import Owed

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
