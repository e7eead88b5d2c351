"""A CSMS for the tests of the sockets towards it: the library's server."""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol
from websockets.utils import accept_key

from laconic_gateway.edge.csms.sockets import CsmsSockets
from tests.support.watched_sockets import Events, WatchedCsmsSockets


def ignore(*_: object) -> None:
    """Takes any callback."""


def sockets_with(
    url: str,
    *,
    on_opened: Callable[..., None] = ignore,
    on_failed: Callable[..., None] = ignore,
    on_unusable: Callable[..., None] = ignore,
    on_closed: Callable[..., None] = ignore,
) -> CsmsSockets:
    """Makes what is tested, with the callbacks that a test cares for."""
    return CsmsSockets(
        url,
        on_opened=on_opened,
        on_failed=on_failed,
        on_text=ignore,
        on_unusable=on_unusable,
        on_closed=on_closed,
    )


class Csms:
    """A CSMS: keeps the sockets of its chargers and tells what happens to them."""

    def __init__(self) -> None:
        self.events = Events()
        self.requests: list[Request] = []
        self.sockets: dict[str, ServerConnection] = {}
        self.most_sockets_of_a_path = 0
        self.url = ""
        self._open: list[str] = []

    async def serve(self, socket: ServerConnection) -> None:
        """Handles one charger."""
        assert socket.request is not None
        path = socket.request.path
        self.requests.append(socket.request)
        self.sockets[path] = socket
        self._open.append(path)
        self.most_sockets_of_a_path = max(self.most_sockets_of_a_path, self._open.count(path))
        self.events.put("opened", path)
        with suppress(ConnectionClosed):
            while True:
                self.events.put("text", path, await socket.recv())
        self._open.remove(path)
        self.events.put("closed", path, socket.close_code)


@asynccontextmanager
async def csms_and_sockets(
    url: str = "{path}",
    process_request: Callable[[ServerConnection, Request], Response | None] | None = None,
    subprotocols: tuple[str, ...] = ("ocpp1.6", "ocpp2.0.1", "ocpp2.1"),
    **options: Any,
) -> AsyncGenerator[tuple[Csms, CsmsSockets, Events]]:
    """Runs a CSMS and what is tested, with the callbacks of the latter."""
    csms, events = Csms(), Events()
    async with serve(
        csms.serve,
        "127.0.0.1",
        0,
        subprotocols=[Subprotocol(each) for each in subprotocols] or None,
        process_request=process_request,
        **options,
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        csms.url = f"ws://127.0.0.1:{port}{url}"
        sockets = WatchedCsmsSockets(csms.url, events)
        try:
            yield csms, sockets, events
        finally:
            await sockets.stop()


@asynccontextmanager
async def raw_csms(
    respond: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncGenerator[tuple[CsmsSockets, Events]]:
    """Runs what is tested towards a server that answers each connection as it likes."""
    async with await asyncio.start_server(respond, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        events = Events()
        sockets = WatchedCsmsSockets(f"ws://127.0.0.1:{port}{{path}}", events)
        try:
            yield sockets, events
        finally:
            await sockets.stop()


async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *headers: str) -> str:
    """Accepts an upgrade over plain TCP with more header lines, and returns the path."""
    request = (await reader.readuntil(b"\r\n\r\n")).decode()
    (key,) = re.findall(r"Sec-WebSocket-Key: (\S+)", request)
    lines = (
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept_key(key)}",
        *headers,
        "",
        "",
    )
    writer.write("\r\n".join(lines).encode())
    return request.split()[1]
