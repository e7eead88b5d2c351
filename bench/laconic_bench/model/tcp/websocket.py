"""WebSocket: the upgrade by the real classes of `websockets`, and the sizes of frames."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from websockets.client import ClientProtocol
from websockets.extensions import Extension
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from laconic_bench.model.tcp.certificates import HOST
from laconic_bench.trace import Version

PING_PAYLOAD_BYTES: Final = 4
"""What `websockets` sends."""
_MASK_BYTES: Final = 4
PASSWORD: Final = "0123456789abcdef0123"
"""20 characters: the shortest that security profile 1 and 2 of OCPP 2.1 recommend (A00.FR.204)."""


def header_bytes(payload_bytes: int, *, masked: bool) -> int:
    """Return the length of the header of a frame (RFC 6455, 5.2)."""
    length = 2 if payload_bytes < 126 else 4 if payload_bytes < 65_536 else 10
    return length + (_MASK_BYTES if masked else 0)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A handshake that has succeeded."""

    request_bytes: int
    response_bytes: int
    client_extensions: Sequence[Extension]
    server_extensions: Sequence[Extension]


def upgrade(identity: str, version: Version, *, deflate: bool, takeover: bool) -> Upgrade:
    """Let a client and a server agree, as OCPP-J asks, with Basic authentication.

    `deflate` asks for permessage-deflate with windows of 15 bits, without `takeover` a new one for
    each message.
    """
    subprotocols = [Subprotocol(f"ocpp{version}")]
    client = ClientProtocol(
        parse_uri(f"wss://{HOST}/ocpp/{identity}"),
        subprotocols=subprotocols,
        extensions=[
            ClientPerMessageDeflateFactory(
                server_no_context_takeover=not takeover, client_no_context_takeover=not takeover
            )
        ]
        if deflate
        else None,
    )
    server = ServerProtocol(
        subprotocols=subprotocols,
        extensions=[ServerPerMessageDeflateFactory()] if deflate else None,
    )
    request = client.connect()
    secret = base64.b64encode(f"{identity}:{PASSWORD}".encode()).decode()
    request.headers["Authorization"] = f"Basic {secret}"
    client.send_request(request)
    sent = b"".join(client.data_to_send())
    server.receive_data(sent)
    (received,) = server.events_received()
    assert isinstance(received, Request)
    server.send_response(server.accept(received))
    answered = b"".join(server.data_to_send())
    client.receive_data(answered)
    (response,) = client.events_received()
    assert isinstance(response, Response) and client.handshake_exc is None
    return Upgrade(len(sent), len(answered), client.extensions, server.extensions)
