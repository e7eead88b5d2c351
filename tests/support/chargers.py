"""Chargers for the tests of the charger server: the library's client, and plain TCP."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from laconic_gateway.edge.chargers.server import ChargerServer
from tests.support.watched_sockets import TIMEOUT_SECONDS, basic, tcp, upgrade_request

PASSWORDS = {"CP1": "secret", "CP2": "other", "with space": "pass:word é"}


def charger(
    server: ChargerServer,
    path: str = "/ocpp/CP1",
    identity: str = "CP1",
    password: str = "secret",
    versions: tuple[str, ...] = ("ocpp1.6",),
    **options: Any,
) -> connect:
    """Returns a charger: a WebSocket client of the library, not yet connected."""
    return connect(
        f"ws://127.0.0.1:{server.port}{path}",
        subprotocols=[Subprotocol(version) for version in versions] or None,
        additional_headers={"Authorization": basic(identity, password)},
        proxy=None,
        ping_interval=None,
        **options,
    )


@asynccontextmanager
async def raw_charger(
    server: ChargerServer, *headers: str
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Is CP1 over plain TCP, after the handshake; it never answers a ping."""
    credentials = f"Authorization: {basic('CP1', 'secret')}"
    protocol = "Sec-WebSocket-Protocol: ocpp1.6"
    async with tcp(server.port) as (reader, writer):
        writer.write(upgrade_request("/ocpp/CP1", credentials, protocol, *headers))
        async with asyncio.timeout(TIMEOUT_SECONDS):
            answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 101 ")
        yield reader, writer


async def close_code(reader: asyncio.StreamReader) -> int:
    """Returns the code of the close frame that the server sends next."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        head = await reader.readexactly(4)
    assert head[0] == 0x88
    return int.from_bytes(head[2:])


async def ends_with(socket: ClientConnection) -> int | None:
    async with asyncio.timeout(TIMEOUT_SECONDS):
        await socket.wait_closed()
    return socket.close_code
