"""The UDP socket of an endpoint: feeds it datagrams and time, sends what it has to say.

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
from dataclasses import dataclass
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

OnEvent = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Datagram:
    """One datagram that was on the wire."""

    is_outgoing: bool
    wire_bytes: int
    """With the IP and UDP headers."""
    mark: Mark


OnDatagram = Callable[[Datagram], None]


def _ignore(_: Datagram) -> None:
    """Take a datagram of which nobody keeps account."""


class DatagramShell(asyncio.DatagramProtocol):
    """One endpoint on one UDP socket; made by `bind` or `connect`, ended by `close`."""

    def __init__(
        self,
        endpoint: Endpoint,
        on_event: OnEvent,
        remote: tuple[str, int] | None,
        on_reopened: Callable[[], None] = lambda: None,
    ) -> None:
        self.on_datagram: OnDatagram = _ignore
        """Told of every datagram, before the events that it causes. It must not use the shell."""
        self._endpoint = endpoint
        self._on_event = on_event
        self._on_reopened = on_reopened
        self._remote = remote
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.DatagramTransport | None = None
        self._probes = ProbeSocket(_connected, self._probe_received)
        self._headers_bytes = IPV4_HEADERS_BYTES
        self._timer: asyncio.TimerHandle | None = None
        self._pumping = False
        self._closed = False
        self._reopening: asyncio.Task[None] | None = None
        self._reopened_at = self._loop.time()
        self._attempts = 0
        self._unresolved = False
        self.datagrams_in = 0
        self.datagrams_out = 0
        self.bytes_in = 0
        self.bytes_out = 0
        """Bytes with IP and UDP headers; `datagrams_*` counts the same datagrams."""
        self._sending_failed = False
        self.socket_errors = 0
        """ICMP errors and failed sends. They end nothing: anybody can forge an ICMP error."""

    @classmethod
    async def bind(
        cls, endpoint: Endpoint, host: str, port: int, on_event: OnEvent
    ) -> "DatagramShell":
        """Serve peers on `host` and `port` (0: any free one). Raises: OSError."""
        shell = cls(endpoint, on_event, None)
        family, address = (await _resolve(host, port))[0]
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

    def request(self, peer: str, payload: bytes, exchange: int) -> None:
        """See `Endpoint.request`."""
        self._endpoint.request(peer, payload, self._loop.time(), exchange=exchange)
        self._pump()

    def send(self, peer: str, payload: bytes) -> None:
        """See `Endpoint.send`."""
        self._endpoint.send(peer, payload, self._loop.time())
        self._pump()

    def send_bare(self) -> None:
        """Send one byte without protection to the one peer: it refreshes a NAT, no more."""
        host, port = cast(tuple[str, int], self._remote)
        self._transmit(Outgoing(BARE_KEEPALIVE, (host, port), KEEPALIVE))

    def probe(self, peer: str, payload: bytes, exchange: int, wait_seconds: float) -> None:
        """See `Endpoint.probe`; the second socket is opened if need be."""
        now = self._loop.time()
        self._endpoint.probe(peer, payload, now, exchange=exchange, wait_seconds=wait_seconds)
        self._pump()

    def end_probing(self) -> None:
        """Close the second socket."""
        self._probes.close()

    @property
    def is_ipv4(self) -> bool:
        """Tell whether the socket is one of IPv4: NATs differ by family."""
        return self._headers_bytes == IPV4_HEADERS_BYTES

    def hasten(self, peer: str, exchange: int) -> None:
        """See `Endpoint.hasten`."""
        self._endpoint.hasten(peer, exchange, self._loop.time())
        self._pump()

    def abandon(self, peer: str, exchange: int) -> None:
        """See `Endpoint.abandon`."""
        self._endpoint.abandon(peer, exchange)
        self._pump()

    def respond(self, request: int, payload: bytes | None) -> None:
        """See `Endpoint.respond`."""
        self._endpoint.respond(request, payload, self._loop.time())
        self._pump()

    def close(self) -> None:
        """Close the socket; nothing is sent and no event comes after this."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._reopening is not None:
            self._reopening.cancel()
        self._probes.close()
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: Address) -> None:
        mark = self._endpoint.receive(data, self._remote or addr, self._loop.time())
        self._count_received(data, mark)
        self._pump()

    def _probe_received(self, data: bytes) -> None:
        self._count_received(data, self._endpoint.receive_probe(data))
        self._pump()

    def _count_received(self, data: bytes, mark: Mark) -> None:
        wire_bytes = len(data) + self._headers_bytes
        self.datagrams_in += 1
        self.bytes_in += wire_bytes
        self.on_datagram(Datagram(False, wire_bytes, mark))

    def _count_sent(self, data: bytes, mark: Mark) -> None:
        wire_bytes = len(data) + self._headers_bytes
        self.datagrams_out += 1
        self.bytes_out += wire_bytes
        self.on_datagram(Datagram(True, wire_bytes, mark))

    def error_received(self, exc: Exception | None) -> None:
        self.socket_errors += 1
        self._sending_failed = True
        self._reopen_soon()

    def _pump(self) -> None:
        """Hand over the events, which may start more, then send and set the timer."""
        if self._pumping or self._closed:
            return
        self._pumping = True
        try:
            while events := self._endpoint.events():
                for event in events:
                    self._handle(event)
        finally:
            self._pumping = False
            self._flush()

    def _handle(self, event: Event) -> None:
        if isinstance(event, ExchangeFailed):
            self._reopen_soon()
        self._on_event(event)

    def _flush(self) -> None:
        if self._closed:
            return
        for outgoing in self._endpoint.outgoing():
            self._transmit(outgoing)
        for datagram in self._endpoint.outgoing_probes():
            self._transmit_probe(datagram)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._endpoint.timer()
        if due is not None:
            self._timer = self._loop.call_at(due, self._timer_fired)

    def _timer_fired(self) -> None:
        self._timer = None
        self._endpoint.handle_timer(self._loop.time())
        self._pump()

    def _transmit(self, outgoing: Outgoing) -> None:
        if self._transport is None:
            self.error_received(None)
            return
        self._sending_failed = False
        self._transport.sendto(outgoing.datagram, None if self._remote else outgoing.address)
        if self._sending_failed:
            return  # refused by the kernel, for instance because of an ICMP error: nothing left
        self._count_sent(outgoing.datagram, outgoing.mark)

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
        self._count_sent(datagram, PROBE)

    def _reopen_soon(self) -> None:
        """Open the connected socket anew, but not all the time."""
        busy = self._reopening is not None and not self._reopening.done()
        if self._remote is None or self._closed or busy:
            return
        if self._loop.time() - self._reopened_at < REOPEN_INTERVAL_SECONDS:
            return
        self._reopened_at = self._loop.time()
        self._reopening = self._loop.create_task(self._reopen())

    async def _reopen(self) -> None:
        """Connect to the next address of the peer's name."""
        host, port = cast(tuple[str, int], self._remote)
        try:
            addresses = await _resolve(host, port)
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
        transport, _ = await self._loop.create_datagram_endpoint(lambda: self, sock=opened)
        ipv4 = opened.family == socket.AF_INET
        self._headers_bytes = IPV4_HEADERS_BYTES if ipv4 else IPV6_HEADERS_BYTES
        previous, self._transport = self._transport, transport
        if previous is not None:
            previous.close()
            self._on_reopened()


async def _resolve(host: str, port: int) -> list[tuple[int, Address]]:
    """Return families and addresses of a name, IPv4 first: its header is 20 bytes shorter."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
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
