"""A CSMS made of the Python package `ocpp`, which validates every message.

    python -m tests.peers.csms PORT SUBPROTOCOL PASSWORDS

PASSWORDS is a JSON object: `{"identity": "password"}`. Commands on standard input, one JSON object
a line, each with a "number": `{"do": "call", "identity": ..., "action": ..., "payload": ...}`.
"""

import asyncio
import base64
import json
import sys
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as websocket_server
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from tests.peers.peer import Peer, call, make_peer, obey, report, serve


class Csms:
    """All connected chargers of one OCPP version."""

    def __init__(self, subprotocol: str, passwords: dict[str, str]) -> None:
        self._subprotocol = subprotocol
        self._passwords = passwords
        self._peers: dict[str, Peer] = {}

    def admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse a charger whose Basic credentials are not its own."""
        identity = _identity(request)
        expected = f"{identity}:{self._passwords.get(identity)}".encode()
        wanted = f"Basic {base64.b64encode(expected).decode()}"
        if request.headers.get("Authorization") == wanted:
            return None
        report({"event": "refused", "identity": identity, "status": 401})
        return connection.respond(HTTPStatus.UNAUTHORIZED, "Unauthorized\n")

    async def charger(self, connection: ServerConnection) -> None:
        """Serve one connection of a charger."""
        request = connection.request
        assert request is not None
        identity = _identity(request)
        report(
            {
                "event": "connected",
                "identity": identity,
                "path": request.path,
                "subprotocol": connection.subprotocol,
            }
        )
        self._peers[identity] = make_peer("csms", self._subprotocol, identity, connection)
        await serve(self._peers[identity], identity)

    async def call(self, line: dict[str, Any]) -> object:
        """Send a CALL to a charger and return the answer's payload."""
        peer = self._peers[line["identity"]]
        return await call(peer, self._subprotocol, line["action"], line["payload"])


def _identity(request: Request) -> str:
    return unquote(request.path.rpartition("/")[2])


async def main() -> None:
    """Listen on loopback and obey until standard input ends."""
    port, subprotocol, passwords = sys.argv[1:4]
    csms = Csms(subprotocol, json.loads(passwords))
    server = await websocket_server(
        csms.charger,
        "127.0.0.1",
        int(port),
        subprotocols=[Subprotocol(subprotocol)],
        process_request=csms.admit,
    )
    async with server:
        address = next(iter(server.sockets)).getsockname()
        report({"event": "listening", "port": address[1]})
        await obey({"call": csms.call})


if __name__ == "__main__":
    asyncio.run(main())
