"""One TCP connection of an endpoint: bytes to messages, and what TCP takes to the accounts."""

import asyncio
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final, cast

from laconic_gateway.core.coap.endpoint import Mark, StreamId, StreamOutgoing
from laconic_gateway.core.coap.events import TRANSPORT, Kind
from laconic_gateway.core.coap.framing import Message
from laconic_gateway.core.coap.stream import Stream
from laconic_gateway.edge.link.shell import Shell
from laconic_gateway.edge.link.tcp_bytes import TcpBytes, Total

UNACKNOWLEDGED_MILLISECONDS: Final = 20_000
"""A connection whose bytes are not acknowledged for so long is lost (RFC 5482)."""
WRITE_BUFFER_LIMIT_BYTES: Final = 64 * 1024
"""A peer that takes no bytes is cut off when so many wait for it."""
_TCP_USER_TIMEOUT: Final = 18


class Connection(asyncio.Protocol):
    """A connection in use; the owner is told when it is open, changes, and is lost."""

    def __init__(
        self,
        shell: Shell,
        stream_id: StreamId,
        on_state: "Callable[[Connection], None]",
        *,
        is_accepted: bool,
    ) -> None:
        """`on_state` is called when the peer has greeted, and when the connection is gone."""
        self.id = stream_id
        self.stream = Stream(shell.loop.time(), is_accepted=is_accepted)
        self.peer_address = ""
        self.gone = asyncio.Event()
        self._is_accepted = is_accepted
        self._shell = shell
        self._on_state = on_state
        self._transport: asyncio.Transport | None = None
        self._socket: socket.socket | None = None
        self._bytes: TcpBytes | None = None
        self._told = Total()
        self._timer: asyncio.TimerHandle | None = None
        self.was_open = False
        """The peer has greeted on it."""

    @property
    def is_gone(self) -> bool:
        """Tell whether it is closed."""
        return self.gone.is_set()

    @property
    def local_port(self) -> int:
        """The port of this end; 0 when the connection is gone."""
        return 0 if self._socket is None else int(self._socket.getsockname()[1])

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class
        self.peer_address = str((transport.get_extra_info("peername") or ("",))[0])
        descriptor = transport.get_extra_info("socket").fileno()
        # A descriptor of its own: the counts are read once more after the transport is closed.
        self._socket = socket.socket(fileno=socket.dup(descriptor))
        tune(self._socket)
        self._bytes = TcpBytes(self._socket, is_accepted=self._is_accepted)
        self._flush()

    def data_received(self, data: bytes) -> None:
        now = self._shell.loop.time()
        header = 0 if self._bytes is None else self._bytes.segment_header_bytes
        messages = self.stream.receive(data, now)
        signals = len(data) - sum(map(_size, messages))
        if not messages or signals:
            self._count(False, signals + (0 if messages else header), TRANSPORT)
        for place, message in enumerate(messages):
            mark = self._shell.endpoint.receive_message(message, self.id, now)
            self._count(False, _size(message) + (0 if place else header), mark)
            self._judge(mark)
        self._flush()
        if self.stream.is_open and not self.was_open:
            self.was_open = True
            self._on_state(self)
        self._shell.pump()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stream.close("the connection is lost" if exc is None else str(exc))
        if self._timer is not None:
            self._timer.cancel()
        self._end_socket(is_orderly=exc is None)
        self.gone.set()
        self._shell.endpoint.lost(self.id)
        self._on_state(self)
        self._shell.pump()

    def write(self, outgoing: list[StreamOutgoing]) -> None:
        """Write messages, in one segment if they fit."""
        sent = [one for one in outgoing if self.stream.send(one.message)]
        self._flush([(len(one.message), one.mark) for one in sent])

    def keep_alive(self) -> None:
        """See `Stream.keep_alive`."""
        if self.stream.keep_alive():
            self._flush([(2, Mark(Kind.REQUEST, payload=b""))])

    def close(self, reason: str) -> None:
        """End it in good order."""
        self.stream.close(reason)
        self._flush()

    def abort(self) -> None:
        """End it at once."""
        self.stream.close("it had to make room")
        if self._transport is not None:
            self._transport.abort()

    def settle(self) -> None:
        """Count what TCP added to the messages since the last time."""
        total = None if self._bytes is None else self._bytes.total()
        if total is None:
            return
        self._settle_way(True, total.sent - self._told.sent)
        self._settle_way(False, total.received - self._told.received)

    def _judge(self, mark: Mark) -> None:
        """Let a message that was verified and fresh make the connection one of a peer's."""
        if mark.kind in (Kind.REQUEST, Kind.RESPONSE) and mark.number is not None:
            self.stream.verified()
        elif mark.kind is Kind.STRAY:
            self.stream.useless()

    def _flush(self, parts: list[tuple[int, Mark]] | None = None) -> None:
        """Write what the stream has to say; count it, the header of the segment with its first."""
        data = self.stream.outgoing()
        transport, counter = self._transport, self._bytes
        if transport is None or counter is None:
            return
        if data and not transport.is_closing():
            transport.write(data)
            told = list(parts or [])
            if rest := len(data) - sum(size for size, _ in told):
                told.append((rest, TRANSPORT))
            for place, (size, mark) in enumerate(told):
                self._count(True, size + (0 if place else counter.segment_header_bytes), mark)
        if transport.get_write_buffer_size() > WRITE_BUFFER_LIMIT_BYTES:
            transport.abort()
        elif self.stream.is_ended:
            transport.close()
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self.stream.timer()
        if due is not None:
            self._timer = self._shell.loop.call_at(due, self._fire)

    def _fire(self) -> None:
        self._timer = None
        self.stream.handle_timer(self._shell.loop.time())
        self._flush()

    def _end_socket(self, *, is_orderly: bool) -> None:
        opened, counter = self._socket, self._bytes
        if opened is None or counter is None:
            return
        with suppress(OSError):
            opened.shutdown(socket.SHUT_RDWR)
        self.settle()
        if is_orderly:
            end = counter.still_to_come()
            self._settle_way(True, end.sent)
            self._settle_way(False, end.received)
        opened.close()
        self._socket = self._bytes = None

    def _settle_way(self, is_outgoing: bool, wire_bytes: int) -> None:
        if wire_bytes > 0:
            self._count(is_outgoing, wire_bytes, TRANSPORT)

    def _count(self, is_outgoing: bool, wire_bytes: int, mark: Mark) -> None:
        if is_outgoing:
            self._told = Total(self._told.sent + wire_bytes, self._told.received)
        else:
            self._told = Total(self._told.sent, self._told.received + wire_bytes)
        self._shell.count(is_outgoing, wire_bytes, mark, messages=mark is not TRANSPORT)


def tune(opened: socket.socket) -> None:
    """Send small segments at once, and give up a way that acknowledges nothing."""
    with suppress(OSError):
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if sys.platform == "linux":
            opened.setsockopt(socket.IPPROTO_TCP, _TCP_USER_TIMEOUT, UNACKNOWLEDGED_MILLISECONDS)


def _size(message: Message) -> int:
    return len(message.encode())
