"""A site and an expander on loopback, linked by UDP."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from laconic_gateway.core.coap.endpoint import Timing
from laconic_gateway.edge.link import keys
from laconic_gateway.edge.link.datagrams import DatagramShell
from tests.support.link_end import End
from tests.support.nat import LOOPBACK


class WatchedShell(DatagramShell):
    """Tells when an ICMP error has come."""

    socket_error = asyncio.Event()

    def error_received(self, exc: Exception | None) -> None:
        super().error_received(exc)
        self.socket_error.set()


class Pair:
    """A site and an expander, each with its own socket."""

    def __init__(self, directory: Path, timing: Timing | None = None) -> None:
        site, expander = keys.create("kisumu-1", directory)
        self.site: End[DatagramShell] = End(site, timing)
        self.expander: End[DatagramShell] = End(expander, timing)
        self.socket_error = asyncio.Event()
        self.expander.endpoint.add_peer("kisumu-1", self.expander.context, None)

    async def open(self) -> None:
        await self.bind()
        await self.connect(LOOPBACK, self.expander.shell.local_port)

    async def bind(self, port: int = 0) -> None:
        """Start the expander alone."""
        self.expander.shell = await DatagramShell.bind(
            self.expander.endpoint, LOOPBACK, port, self.expander.take
        )

    async def connect(self, host: str, port: int) -> None:
        self.site.endpoint.add_peer("expander", self.site.context, (host, port))
        self.site.shell = shell = await WatchedShell.connect(
            self.site.endpoint, host, port, self.site.take
        )
        assert isinstance(shell, WatchedShell)
        shell.socket_error = self.socket_error

    def close(self) -> None:
        self.site.close()
        self.expander.close()


async def with_pair(directory: Path, story: Callable[[Pair], Awaitable[None]]) -> None:
    """Plays a story on a pair that is open."""
    pair = Pair(directory)
    await pair.open()
    try:
        await story(pair)
    finally:
        pair.close()
