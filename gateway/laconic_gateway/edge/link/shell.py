"""The shell around an endpoint: time, events, the way out; datagrams and connections hang on it.

One endpoint may have both. Which way a message takes follows from the route of its peer.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from laconic_gateway.core.coap.endpoint import (
    Endpoint,
    Event,
    Mark,
    Outgoing,
    StreamOutgoing,
)


@dataclass(frozen=True, slots=True)
class Datagram:
    """One datagram that was on the wire; or, on TCP, one message, or what TCP itself took."""

    is_outgoing: bool
    wire_bytes: int
    """With the IP and UDP headers; with those of TCP of the first message in a segment."""
    mark: Mark


OnDatagram = Callable[[Datagram], None]
OnEvent = Callable[[Event], None]


class Streams(Protocol):
    """The connections of one end."""

    def transmit(self, messages: list[StreamOutgoing]) -> None:
        """Write messages to the connections that they are for; lost ones are forgotten."""
        ...

    def keep_alive(self) -> None:
        """Let the NAT on the way, if there is one, see the connection that is used."""
        ...

    def handled(self, event: Event) -> None:
        """Take note of an event of the endpoint, after its owner."""
        ...

    def settle(self) -> None:
        """Count what TCP has put on the wire since the last time."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...

    async def wait_closed(self) -> None:
        """Wait for the last bytes of what was closed, for a moment."""
        ...


def _ignore(_: Datagram) -> None:
    """Take a datagram of which nobody keeps account."""


class Shell:
    """One endpoint in the world. Owners call what is public here, carriers the rest."""

    def __init__(self, endpoint: Endpoint, on_event: OnEvent) -> None:
        self.on_datagram: OnDatagram = _ignore
        """Told of every datagram, before the events that it causes. It must not use the shell."""
        self.streams: Streams | None = None
        self.uses_stream = False
        """The one peer is reached over a connection at the moment."""
        self.loop = asyncio.get_running_loop()
        self.endpoint = endpoint
        self._on_event = on_event
        self._timer: asyncio.TimerHandle | None = None
        self._pumping = False
        self._closed = False
        self.datagrams_in = 0
        self.datagrams_out = 0
        self.bytes_in = 0
        self.bytes_out = 0
        """Bytes with the headers of IP and UDP or TCP; `datagrams_*` counts messages on TCP too."""
        self.socket_errors = 0
        """ICMP errors and failed sends. They end nothing: anybody can forge an ICMP error."""

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing is sent and no event comes any more."""
        return self._closed

    @property
    def local_port(self) -> int:
        """The port of the UDP socket; 0 while there is none."""
        return 0

    @property
    def is_ipv4(self) -> bool:
        """Tell whether the UDP socket is one of IPv4: NATs differ by family."""
        return True

    # --- what the owner wants

    def request(self, peer: str, payload: bytes, exchange: int) -> None:
        """See `Endpoint.request`."""
        self.endpoint.request(peer, payload, self.loop.time(), exchange=exchange)
        self.pump()

    def send(self, peer: str, payload: bytes) -> None:
        """See `Endpoint.send`."""
        self.endpoint.send(peer, payload, self.loop.time())
        self.pump()

    def send_bare(self) -> None:
        """Refresh the NAT on the way to the one peer, and no more."""
        if self.streams is not None:
            self.streams.keep_alive()

    def probe(self, peer: str, payload: bytes, exchange: int, wait_seconds: float) -> None:
        """See `Endpoint.probe`."""
        now = self.loop.time()
        self.endpoint.probe(peer, payload, now, exchange=exchange, wait_seconds=wait_seconds)
        self.pump()

    def end_probing(self) -> None:
        """Close the second socket."""

    def hasten(self, peer: str, exchange: int) -> None:
        """See `Endpoint.hasten`."""
        self.endpoint.hasten(peer, exchange, self.loop.time())
        self.pump()

    def abandon(self, peer: str, exchange: int) -> None:
        """See `Endpoint.abandon`."""
        self.endpoint.abandon(peer, exchange)
        self.pump()

    def respond(self, request: int, payload: bytes | None) -> None:
        """See `Endpoint.respond`."""
        self.endpoint.respond(request, payload, self.loop.time())
        self.pump()

    def settle(self) -> None:
        """Count what nobody told yet: TCP acknowledges and repeats on its own."""
        if self.streams is not None:
            self.streams.settle()

    def close(self) -> None:
        """Close everything; nothing is sent and no event comes after this."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self.streams is not None:
            self.streams.close()

    async def wait_closed(self) -> None:
        """Wait for the last bytes on the wire, for a moment; call it after `close`."""
        if self.streams is not None:
            await self.streams.wait_closed()

    # --- what carriers use

    def count(self, is_outgoing: bool, wire_bytes: int, mark: Mark, *, messages: int = 1) -> None:
        """Count bytes that were on the wire, of a message or of none."""
        if is_outgoing:
            self.datagrams_out += messages
            self.bytes_out += wire_bytes
        else:
            self.datagrams_in += messages
            self.bytes_in += wire_bytes
        self.on_datagram(Datagram(is_outgoing, wire_bytes, mark))

    def pump(self) -> None:
        """Hand over the events, which may start more, then send and set the timer."""
        if self._pumping or self._closed:
            return
        self._pumping = True
        try:
            while events := self.endpoint.events():
                for event in events:
                    self._handle(event)
        finally:
            self._pumping = False
            self._flush()

    def _handle(self, event: Event) -> None:
        self._on_event(event)
        if self.streams is not None:
            self.streams.handled(event)

    def _flush(self) -> None:
        if self._closed:
            return
        for outgoing in self.endpoint.outgoing():
            self._transmit(outgoing)
        if (messages := self.endpoint.outgoing_messages()) and self.streams is not None:
            self.streams.transmit(messages)
        for datagram in self.endpoint.outgoing_probes():
            self._transmit_probe(datagram)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self.endpoint.timer()
        if due is not None:
            self._timer = self.loop.call_at(due, self._timer_fired)

    def _timer_fired(self) -> None:
        self._timer = None
        self.endpoint.handle_timer(self.loop.time())
        self.pump()

    def _transmit(self, outgoing: Outgoing) -> None:
        """Send a datagram, if there is a socket for it."""
        self.socket_errors += 1

    def _transmit_probe(self, datagram: bytes) -> None:
        """Send a probe by the second way, if there is one."""
        self.socket_errors += 1
