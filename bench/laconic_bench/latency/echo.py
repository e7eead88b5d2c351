"""The round trip of the link itself: one UDP datagram and its echo, beside everything else.

On a busy machine the emulator is late too. What this measures is the floor under both ways.
"""

import asyncio
import socket
from random import Random
from time import perf_counter
from typing import Final, cast

LOST_SECONDS: Final = 5.0
"""An echo that takes longer is taken as lost, and is not counted."""


class EchoServer(asyncio.DatagramProtocol):
    """Sends back what comes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer."""
        self._transport.sendto(data, addr)


class EchoClient(asyncio.DatagramProtocol):
    """Sends a datagram now and then, and notes when it came back."""

    def __init__(self) -> None:
        self._waiting: asyncio.Future[None] | None = None
        self._expected = b""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Take an echo."""
        if self._waiting is not None and data == self._expected and not self._waiting.done():
            self._waiting.set_result(None)

    async def ask(
        self,
        transport: asyncio.DatagramTransport,
        calls: int,
        pause_seconds: tuple[float, float],
        chance: Random,
    ) -> list[float]:
        """Return how long each echo took."""
        seconds: list[float] = []
        for number in range(calls):
            await asyncio.sleep(chance.uniform(*pause_seconds))
            self._expected = number.to_bytes(50, "big")
            self._waiting = asyncio.get_running_loop().create_future()
            started = perf_counter()
            transport.sendto(self._expected)
            try:
                async with asyncio.timeout(LOST_SECONDS):
                    await self._waiting
            except TimeoutError:
                continue
            seconds.append(perf_counter() - started)
        return seconds


async def serve(opened: socket.socket) -> asyncio.DatagramTransport:
    """Serve on a bound socket until the transport is closed."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(EchoServer, sock=opened)
    return transport


async def client(opened: socket.socket) -> tuple[asyncio.DatagramTransport, EchoClient]:
    """Return a client on a connected socket."""
    loop = asyncio.get_running_loop()
    return await loop.create_datagram_endpoint(EchoClient, sock=opened)
