"""A charger made of the Python package `ocpp`, which validates every message.

    python -m tests.peers.charger URL SUBPROTOCOL IDENTITY PASSWORD

Commands on standard input, one JSON object a line, each with a "number":
`{"do": "connect"}`, `{"do": "disconnect"}`, `{"do": "call", "action": ..., "payload": ...}`.
"""

import asyncio
import base64
import sys
from typing import Any
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.peers.peer import Peer, call, make_peer, obey, report, serve


class Charger:
    """One charger and its present connection."""

    def __init__(self, url: str, subprotocol: str, identity: str, password: str) -> None:
        self._url = f"{url}/{quote(identity, safe='')}"
        self._subprotocol = subprotocol
        self._identity = identity
        credentials = base64.b64encode(f"{identity}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credentials}"}
        self._socket: ClientConnection
        self._peer: Peer
        self._serving: asyncio.Task[None]

    async def connect(self, _line: dict[str, Any]) -> None:
        """Open the WebSocket and serve the CSMS's CALLs on it."""
        self._socket = await connect(
            self._url,
            subprotocols=[Subprotocol(self._subprotocol)],
            additional_headers=self._headers,
        )
        self._peer = make_peer("charger", self._subprotocol, self._identity, self._socket)
        self._serving = asyncio.create_task(serve(self._peer, self._identity))
        subprotocol = self._socket.subprotocol
        report({"event": "connected", "identity": self._identity, "subprotocol": subprotocol})

    async def disconnect(self, _line: dict[str, Any]) -> None:
        """Close the WebSocket."""
        await self._socket.close()
        await self._serving

    async def call(self, line: dict[str, Any]) -> object:
        """Send a CALL and return the answer's payload."""
        return await call(self._peer, self._subprotocol, line["action"], line["payload"])


async def main() -> None:
    """Obey until standard input ends."""
    charger = Charger(*sys.argv[1:5])
    await obey({"connect": charger.connect, "disconnect": charger.disconnect, "call": charger.call})


if __name__ == "__main__":
    asyncio.run(main())
