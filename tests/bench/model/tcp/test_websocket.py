"""Sizes of WebSocket by formula, and by the real library."""

import asyncio
import base64

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode

from laconic_bench.model.tcp.websocket import PING_PAYLOAD_BYTES, header_bytes, upgrade


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
@pytest.mark.parametrize("masked", [True, False])
def test_frames_are_as_long_as_those_of_the_library(size: int, masked: bool) -> None:
    frame = Frame(Opcode.TEXT, b"x" * size).serialize(mask=masked)
    assert len(frame) == header_bytes(size, masked=masked) + size


@pytest.mark.parametrize(("deflate", "takeover"), [(False, True), (True, True), (True, False)])
def test_the_upgrade_is_what_ocpp_asks_for(deflate: bool, takeover: bool) -> None:
    agreed = upgrade("BODA-01", "2.1", deflate=deflate, takeover=takeover)
    assert 250 < agreed.request_bytes < 450 and 130 < agreed.response_bytes < 310
    found = [*agreed.client_extensions, *agreed.server_extensions]
    assert len(found) == (2 if deflate else 0)
    for one in found:
        assert isinstance(one, PerMessageDeflate)
        assert one.remote_no_context_takeover == one.local_no_context_takeover == (not takeover)
        assert one.remote_max_window_bits == one.local_max_window_bits == 15


def test_every_upgrade_of_a_charger_has_the_same_size() -> None:
    found = {upgrade("BODA-01", "1.6", deflate=True, takeover=True).request_bytes for _ in range(5)}
    assert len(found) == 1


def test_the_library_sends_the_same_over_a_socket() -> None:
    """All that asyncio's client adds is its User-Agent, and its server the Server header."""

    async def story() -> tuple[int, int]:
        seen: list[int] = []

        async def handle(connection: ServerConnection) -> None:
            assert connection.request is not None and connection.response is not None
            request, response = connection.request, connection.response
            agent, server = request.headers["User-Agent"], response.headers["Server"]
            seen.append(len(request.serialize()) - len(f"User-Agent: {agent}\r\n"))
            seen.append(len(response.serialize()) - len(f"Server: {server}\r\n"))

        async with serve(handle, "127.0.0.1", 0, subprotocols=["ocpp1.6"], compression=None) as one:  # type: ignore[list-item]
            port = one.sockets[0].getsockname()[1]
            secret = base64.b64encode(b"CP-1:0123456789abcdef0123").decode()
            async with connect(
                f"ws://127.0.0.1:{port}/ocpp/CP-1",
                subprotocols=["ocpp1.6"],  # type: ignore[list-item]
                additional_headers={"Authorization": f"Basic {secret}"},
                compression=None,
                proxy=None,
            ):
                pass
            host = len(f"127.0.0.1:{port}") - len("csms.example.com")
        return seen[0] - host, seen[1]

    agreed = upgrade("CP-1", "1.6", deflate=False, takeover=False)
    assert asyncio.run(story()) == (agreed.request_bytes, agreed.response_bytes)


def test_a_ping_has_four_bytes() -> None:
    assert PING_PAYLOAD_BYTES == 4
