"""OCPP-J over WebSocket and TLS 1.3, live: `websockets`, OpenSSL and the kernel at both ends."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection
from websockets.extensions.base import ClientExtensionFactory, ServerExtensionFactory
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)

from laconic_bench.live.namespaces import Namespace
from laconic_bench.live.network import EXPANDER_ADDRESS
from laconic_bench.live_run.carrier import SocketCarrier
from laconic_bench.live_run.charger import Line
from laconic_bench.live_run.csms import LiveCsms
from laconic_bench.live_run.websocket import Socket, dial
from laconic_bench.live_run.world import LiveCarrier, Tally, World
from laconic_bench.model.tcp import certificates
from laconic_bench.model.tcp.kernel.played import tcp_socket
from laconic_bench.model.tcp.settings import TcpSettings
from laconic_bench.model.tcp.websocket import PASSWORD
from laconic_bench.trace import Version


@dataclass(frozen=True, slots=True)
class OcppJ:
    """One contender (`LiveContender`)."""

    has_deflate: bool = False
    has_takeover: bool = True

    async def __call__(self, world: World) -> LiveCarrier:
        """See `LiveContender`."""
        server_tls, client_tls = certificates.contexts()
        listening = tcp_socket(world.network.expander)
        listening.bind((EXPANDER_ADDRESS, 0))
        tally = Tally()
        csms = LiveCsms(world, tally)
        await csms.start(world, listening, server_tls, self.server_extensions)
        dial = DialTls(
            world.network.site,
            listening.getsockname(),
            client_tls,
            TcpSettings(world.nat_seconds),
            self.client_extensions,
            tally,
        )
        return SocketCarrier(world, dial, csms, tally, {})

    @property
    def server_extensions(self) -> Sequence[ServerExtensionFactory]:
        """What the CSMS agrees to."""
        return [ServerPerMessageDeflateFactory()] if self.has_deflate else []

    @property
    def client_extensions(self) -> Sequence[ClientExtensionFactory]:
        """What a charger asks for."""
        without = not self.has_takeover
        factory = ClientPerMessageDeflateFactory(
            server_no_context_takeover=without, client_no_context_takeover=without
        )
        return [factory] if self.has_deflate else []


@dataclass(frozen=True, slots=True)
class DialTls:
    """Connects a charger across the link (`charger.Dial`)."""

    site: Namespace
    address: tuple[str, int]
    tls: ssl.SSLContext
    settings: TcpSettings
    extensions: Sequence[ClientExtensionFactory]
    tally: Tally

    async def __call__(self, identity: str, version: Version) -> Line:
        """See `Dial`."""
        return Socket(await self.connect(identity, version), self.tally)

    async def connect(self, identity: str, version: Version) -> ClientConnection:
        """Return a connection with the upgrade of `model.tcp.websocket`. Raises: OSError."""
        opened = tcp_socket(self.site)
        url = f"wss://{certificates.HOST}/ocpp/{identity}"
        async with asyncio.timeout(self.settings.connect_timeout_seconds):
            return await dial(
                *(opened, self.address, url, (identity, PASSWORD), version),
                ssl=self.tls,
                server_hostname=certificates.HOST,
                extensions=list(self.extensions) or None,
                ping_interval=self.settings.ping_seconds,
                ping_timeout=self.settings.ping_timeout_seconds,
                user_agent_header=None,
                open_timeout=self.settings.connect_timeout_seconds,
            )
