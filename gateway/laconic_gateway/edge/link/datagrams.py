"""The UDP socket of an endpoint: feeds it datagrams, sends what it has to say.

The expander's socket is bound. The site's is connected, so that the kernel drops what
strangers send; it is opened anew, with the name resolved again, when the way to the expander
seems to be lost: the expander may have moved, and so may the site's own address.
"""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final, cast

from laconic_codec.signs import BARE_KEEPALIVE
from laconic_gateway.core.coap.endpoint import (
    KEEPALIVE,
    PROBE,
    Address,
    Endpoint,
    Event,
    ExchangeFailed,
    Mark,
    Outgoing,
)
from laconic_gateway.edge.link.probe_socket import ProbeSocket
from laconic_gateway.edge.link.shell import OnEvent, Shell

IPV4_HEADERS_BYTES: Final = 28
IPV6_HEADERS_BYTES: Final = 48
"""IP without options, and UDP."""
REOPEN_INTERVAL_SECONDS: Final = 10.0

# Linux (linux/in.h, linux/in6.h); the socket module of Python 3.11 does not have them.
_MTU_DISCOVER: Final = {
    int(socket.AF_INET): (socket.IPPROTO_IP, 10),
    int(socket.AF_INET6): (socket.IPPROTO_IPV6, 23),
}
_PMTUDISC_DO: Final = 2

_log = logging.getLogger("laconic")


def _ignore(is_outgoing: bool, mark: Mark) -> None:
    """Watch nothing."""


class DatagramShell(Shell, asyncio.DatagramProtocol):
    """One endpoint on one UDP socket; made by `bind` or `connect`, ended by `close`."""

    def __init__(
        self,
        endpoint: Endpoint,
        on_event: OnEvent,
        remote: tuple[str, int] | None,
        on_reopened: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(endpoint, on_event)
        self.watch: Callable[[bool, Mark], None] = _ignore
        """Told of every datagram but probes: whether it left, and what it was."""
        self._on_reopened = on_reopened
        self._remote = remote
        self._transport: asyncio.DatagramTransport | None = None
        self._probes = ProbeSocket(_connected, self._probe_received)
        self._headers_bytes = IPV4_HEADERS_BYTES
        self._reopening: asyncio.Task[None] | None = None
        self._reopened_at = self.loop.time()
        self._attempts = 0
        self._unresolved = False
        self._sending_failed = False

    @classmethod
    async def bind(
        cls, endpoint: Endpoint, host: str, port: int, on_event: OnEvent
    ) -> "DatagramShell":
        """Serve peers on `host` and `port` (0: any free one). Raises: OSError."""
        shell = cls(endpoint, on_event, None)
        family, address = (await resolve(host, port))[0]
        opened = _socket(family)
        try:
            opened.bind(address)
        except OSError:
            opened.close()
            raise
        await shell._use(opened)
        return shell

    @classmethod
    async def connect(
        cls,
        endpoint: Endpoint,
        host: str,
        port: int,
        on_event: OnEvent,
        on_reopened: Callable[[], None] = lambda: None,
    ) -> "DatagramShell":
        """Talk to the one peer at `host` and `port`.

        The endpoint knows that peer under the address `(host, port)`, whatever the name
        resolves to. A name that does not resolve yet is said once and tried again later.
        `on_reopened` is called when the socket was opened anew: its mapping in a NAT is new too.
        """
        shell = cls(endpoint, on_event, (host, port), on_reopened)
        await shell._reopen()
        return shell

    @property
    def local_port(self) -> int:
        """The port of the socket; 0 while there is none."""
        if self._transport is None:
            return 0
        return cast(int, self._transport.get_extra_info("sockname")[1])

    def send_bare(self) -> None:
        """Send one byte without protection to the one peer: it refreshes a NAT, no more."""
        if self.uses_stream:
            super().send_bare()
            return
        host, port = cast(tuple[str, int], self._remote)
        self._transmit(Outgoing(BARE_KEEPALIVE, (host, port), KEEPALIVE))

    def end_probing(self) -> None:
        """Close the second socket."""
        self._probes.close()

    @property
    def is_ipv4(self) -> bool:
        """Tell whether the socket is one of IPv4: NATs differ by family."""
        return self._headers_bytes == IPV4_HEADERS_BYTES

    def close(self) -> None:
        super().close()
        if self._reopening is not None:
            self._reopening.cancel()
        self._probes.close()
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: Address) -> None:
        mark = self.endpoint.receive(data, self._remote or addr, self.loop.time())
        self.count(False, len(data) + self._headers_bytes, mark)
        self.watch(False, mark)
        self.pump()

    def _probe_received(self, data: bytes) -> None:
        mark = self.endpoint.receive_probe(data)
        self.count(False, len(data) + self._headers_bytes, mark)
        self.pump()

    def error_received(self, exc: Exception | None) -> None:
        self.socket_errors += 1
        self._sending_failed = True
        self._reopen_soon()

    def _handle(self, event: Event) -> None:
        if isinstance(event, ExchangeFailed):
            self._reopen_soon()
        super()._handle(event)

    def _transmit(self, outgoing: Outgoing) -> None:
        if self._transport is None:
            self.error_received(None)
            return
        self._sending_failed = False
        self._transport.sendto(outgoing.datagram, None if self._remote else outgoing.address)
        if self._sending_failed:
            return  # refused by the kernel, for instance because of an ICMP error: nothing left
        self.count(True, len(outgoing.datagram) + self._headers_bytes, outgoing.mark)
        self.watch(True, outgoing.mark)

    def _transmit_probe(self, datagram: bytes) -> None:
        """Send a probe to where the main socket is connected; it may get lost like any other."""
        if self._transport is None:
            self.socket_errors += 1
            return
        family = socket.AF_INET if self.is_ipv4 else socket.AF_INET6
        try:
            self._probes.send(datagram, family, self._transport.get_extra_info("peername"))
        except OSError:
            self.socket_errors += 1
            return
        self.count(True, len(datagram) + self._headers_bytes, PROBE)

    def _reopen_soon(self) -> None:
        """Open the connected socket anew, but not all the time."""
        busy = self._reopening is not None and not self._reopening.done()
        if self._remote is None or self.is_closed or busy:
            return
        if self.loop.time() - self._reopened_at < REOPEN_INTERVAL_SECONDS:
            return
        self._reopened_at = self.loop.time()
        self._reopening = self.loop.create_task(self._reopen())

    async def _reopen(self) -> None:
        """Connect to the next address of the peer's name."""
        host, port = cast(tuple[str, int], self._remote)
        try:
            addresses = await resolve(host, port)
            family, address = addresses[self._attempts % len(addresses)]
            await self._use(_connected(family, address))
            self._unresolved = False
        except (socket.gaierror, UnicodeError) as error:  # UnicodeError: not a host name at all
            self.socket_errors += 1
            self._note_unresolved(host, error)
        except OSError:
            self.socket_errors += 1
        self._attempts += 1

    def _note_unresolved(self, host: str, error: Exception) -> None:
        if not self._unresolved:
            _log.warning(
                "the name %s cannot be resolved (%s); check site.expander and the DNS of this"
                " machine; trying again, at most every %.0f s",
                host,
                error.strerror if isinstance(error, OSError) else error,
                REOPEN_INTERVAL_SECONDS,
            )
        self._unresolved = True

    async def _use(self, opened: socket.socket) -> None:
        """Send and receive with this socket from now on."""
        transport, _ = await self.loop.create_datagram_endpoint(lambda: self, sock=opened)
        ipv4 = opened.family == socket.AF_INET
        self._headers_bytes = IPV4_HEADERS_BYTES if ipv4 else IPV6_HEADERS_BYTES
        previous, self._transport = self._transport, transport
        if previous is not None:
            previous.close()
            self._on_reopened()


async def resolve(
    host: str, port: int, kind: socket.SocketKind = socket.SOCK_DGRAM
) -> list[tuple[int, Address]]:
    """Return families and addresses of a name, IPv4 first: its header is 20 bytes shorter."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=kind)
    addresses = [(int(family), cast(Address, address)) for family, _, _, _, address in found]
    return sorted(addresses, key=lambda entry: entry[0] != socket.AF_INET)


def _connected(family: int, address: Address) -> socket.socket:
    opened = _socket(family)
    try:
        opened.connect(address)
    except OSError:
        opened.close()
        raise
    return opened


def _socket(family: int) -> socket.socket:
    """Open a socket that lets a datagram be refused rather than fragmented.

    A datagram is lost with any of its fragments, and carriers treat fragments badly.
    """
    opened = socket.socket(family, socket.SOCK_DGRAM)
    opened.setblocking(False)
    if sys.platform == "linux":
        level, option = _MTU_DISCOVER[family]
        with suppress(OSError):
            opened.setsockopt(level, option, _PMTUDISC_DO)
    return opened
