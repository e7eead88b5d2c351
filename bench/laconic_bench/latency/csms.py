"""A CSMS that accepts whatever it is asked, at once, over plain WebSocket and over TLS."""

import json
import socket
import ssl
from contextlib import suppress
from typing import Final

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

OCPP_16: Final = Subprotocol("ocpp1.6")
_BOOTED: Final = {
    "status": "Accepted",
    "currentTime": "2026-01-01T00:00:00Z",
    "interval": 86_400,
}
_ACCEPTED: Final = {"idTagInfo": {"status": "Accepted"}}


async def start(listening: socket.socket, tls: ssl.SSLContext | None = None) -> Server:
    """Serve chargers on a bound socket."""
    return await serve(
        _serve,
        sock=listening,
        ssl=tls,
        subprotocols=[OCPP_16],
        compression=None,
        ping_interval=None,
    )


async def _serve(connection: ServerConnection) -> None:
    with suppress(ConnectionClosed):
        async for text in connection:
            kind, message_id, *rest = json.loads(text)
            if kind == 2:
                payload = _BOOTED if rest[0] == "BootNotification" else _ACCEPTED
                answer = [3, message_id, payload]
                await connection.send(json.dumps(answer, separators=(",", ":")))
