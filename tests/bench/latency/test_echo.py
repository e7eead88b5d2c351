"""The echo notes what comes back, and leaves out what does not."""

import asyncio
import socket
from random import Random

import pytest

from laconic_bench.latency import echo


def test_what_is_lost_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        monkeypatch.setattr(echo, "LOST_SECONDS", 0.2)
        sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        there, here = sockets
        there.bind(("127.0.0.1", 0))
        here.connect(there.getsockname())
        for one in sockets:
            one.setblocking(False)
        server = await echo.serve(there)
        transport, client = await echo.client(here)
        assert len(await client.ask(transport, 3, (0.0, 0.01), Random(1))) == 3
        server.close()
        assert await client.ask(transport, 1, (0.0, 0.01), Random(1)) == []
        transport.close()
        await asyncio.sleep(0.05)  # both are closed by then

    asyncio.run(story())
