"""A site's link and an expander on loopback, and a way between them that can be blocked."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from laconic_bench.ports import free_port
from laconic_gateway.address import Address
from laconic_gateway.config import CarrierSetting
from laconic_gateway.core.coap.carrier import Carrier
from laconic_gateway.core.coap.endpoint import ExchangeFailed, ResponseReceived, Timing
from laconic_gateway.edge.link import keys
from laconic_gateway.edge.link.carriers import SiteLink
from laconic_gateway.edge.link.datagrams import DatagramShell
from laconic_gateway.edge.link.shell import Shell
from laconic_gateway.edge.link.stream_server import StreamServer
from tests.support.link_end import End
from tests.support.nat import LOOPBACK

SITE = "kisumu-1"
EXPANDER = "expander"


class Way(asyncio.DatagramProtocol):
    """Forwards UDP and TCP of one port to another one, as long as it is allowed to."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.passes_udp = True
        self.passes_tcp = True
        self.port = 0
        self.dropped = 0
        """Datagrams of the site that were not let through."""
        self.refused = 0
        """Connections of the site that were not."""
        self.forgets = False
        """A connection of the site that ends is not ended towards the expander."""
        self._target = target
        self._server: asyncio.Server | None = None
        self._is_closed = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._inside_writers: set[asyncio.StreamWriter] = set()
        self._inside_address: tuple[str, int] | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._accept, LOOPBACK, 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._inside, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(LOOPBACK, self.port)
        )
        self._outside, _ = await loop.create_datagram_endpoint(
            lambda: _Back(self), remote_addr=self._target
        )

    def cut(self) -> None:
        """Break every connection at once."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def forget(self) -> None:
        """Break the connections of the site; the expander does not hear of it."""
        self.forgets = True
        for writer in self._inside_writers:
            writer.transport.abort()
        self._inside_writers.clear()

    def close(self) -> None:
        self._is_closed = True
        self.cut()
        if self._server is not None:
            self._server.close()
        for transport in (self._inside, self._outside):
            transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._inside_address = addr
        if self.passes_udp:
            self._outside.sendto(data)
        else:
            self.dropped += 1

    def inwards(self, data: bytes) -> None:
        if self.passes_udp:
            self._inside.sendto(data, self._inside_address)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.passes_tcp or self._is_closed:
            self.refused += 1
            writer.transport.abort()
            return
        self._writers.add(writer)  # before the wait: the test may end in it
        try:
            onwards = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers.add(onwards[1])
        self._inside_writers.add(writer)
        with suppress(asyncio.CancelledError):  # the end of a test
            await asyncio.gather(self._pipe(reader, onwards[1]), self._pipe(onwards[0], writer))

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        if not self.forgets:
            writer.close()


class _Back(asyncio.DatagramProtocol):
    def __init__(self, way: Way) -> None:
        self._way = way

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._way.inwards(data)


class Linked:
    """A site and an expander with a way between them."""

    def __init__(self, directory: Path, timing: Timing | None = None) -> None:
        site, expander = keys.create(SITE, directory)
        self.site: End[Shell] = End(site, timing)
        self.expander: End[Shell] = End(expander, timing, delays=True)
        self.expander.endpoint.add_peer(SITE, self.expander.context, None)
        self.carriers: list[Carrier | None] = []
        self.changed = asyncio.Event()
        self.link: SiteLink
        self.server: StreamServer
        self.way: Way

    async def open(
        self, setting: CarrierSetting, prepare: Callable[[Way], None] = lambda way: None
    ) -> None:
        """Start both; `prepare` may block the way before the site starts."""
        await self.listen()
        self.way = Way((LOOPBACK, self.server.local_port))
        await self.way.open()
        prepare(self.way)
        expander = Address(LOOPBACK, self.way.port)
        self.site.endpoint.add_peer(EXPANDER, self.site.context, (LOOPBACK, self.way.port))
        self.link = await SiteLink.build(
            setting,
            self.site.endpoint,
            EXPANDER,
            expander,
            random=lambda: 0.0,
            on_event=self.site.take,
            on_reopened=lambda: None,
            on_carrier=self._carrier,
        )
        self.site.shell = self.link.shell
        self.link.start()

    async def listen(self) -> None:
        port = free_port(
            socket.SOCK_DGRAM, socket.SOCK_STREAM
        )  # the number that UDP gets may be taken on TCP
        shell = await DatagramShell.bind(self.expander.endpoint, LOOPBACK, port, self.expander.take)
        self.expander.shell = shell
        self.server = await StreamServer.listen(shell, LOOPBACK, shell.local_port)

    async def on(self, carrier: Carrier | None) -> None:
        """Wait until the site uses that carrier."""
        while self.link.carrier != carrier:
            self.changed.clear()
            await self.changed.wait()

    async def ask(self, payload: bytes, exchange: int) -> ResponseReceived | ExchangeFailed:
        self.site.shell.request(EXPANDER, payload, exchange)
        return await self.site.outcome()

    async def close(self) -> None:
        self.link.close()
        await self.link.shell.wait_closed()
        self.expander.shell.close()
        self.way.close()
        self.site.context.close()
        self.expander.context.close()

    def _carrier(self, carrier: Carrier | None) -> None:
        self.carriers.append(carrier)
        self.changed.set()
