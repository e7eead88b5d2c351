"""The TCP connection of a site: opened when it is wanted, and again with back-off when it is lost.

The name of the expander is resolved anew at each try, and the next of its addresses is taken.
"""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from laconic_gateway.address import Address as Name
from laconic_gateway.core.backoff import Backoff
from laconic_gateway.core.coap.endpoint import Address, Event, StreamId, StreamOutgoing
from laconic_gateway.core.coap.events import TRANSPORT
from laconic_gateway.edge.link.connection import Connection
from laconic_gateway.edge.link.datagrams import resolve
from laconic_gateway.edge.link.shell import Shell
from laconic_gateway.edge.link.tcp_bytes import TcpBytes

CONNECT_SECONDS: Final = 10.0
CLOSE_SECONDS: Final = 1.0
"""For the last bytes of a connection, so that they are counted."""
FIRST_PAUSE_SECONDS: Final = 1.0
SYN_REPETITIONS: Final = 2
"""A SYN is sent again after 1 and after 3 seconds, and no more: bytes are counted."""
_TCP_SYNCNT: Final = 7

_log = logging.getLogger("laconic")


class StreamClient:
    """Keeps one connection while it is wanted; says when it is ready and when it is lost."""

    def __init__(
        self,
        shell: Shell,
        name: Name,
        *,
        random: Callable[[], float],
        pause_limit_seconds: float,
        on_ready: Callable[[StreamId], None],
        on_lost: Callable[[str], None],
        says_failures: bool,
    ) -> None:
        """`says_failures`: the log names what goes wrong, once until a connection is open."""
        self.tries = 0
        self._shell = shell
        self._name = name
        self._backoff = Backoff(FIRST_PAUSE_SECONDS, pause_limit_seconds, random)
        self._on_ready = on_ready
        self._on_lost = on_lost
        self._says_failures = says_failures
        self._has_said = False
        self._task: asyncio.Task[None] | None = None
        self._held: set[asyncio.Task[None]] = set()
        """Of the connections whose sockets are not closed yet."""
        self._connection: Connection | None = None
        self._gone = asyncio.Event()
        self._numbers = 0
        shell.streams = self

    @property
    def local_port(self) -> int:
        """The port of the connection; 0 while there is none."""
        return 0 if self._connection is None else self._connection.local_port

    def open(self) -> None:
        """Connect, and again when the connection is lost, until `close`."""
        if self._task is None:
            self._task = self._shell.loop.create_task(self._keep_connected())

    def close(self) -> None:
        """Close the connection, or stop trying. `on_lost` is not called for it."""
        task, self._task = self._task, None
        connection, self._connection = self._connection, None
        if task is not None:
            task.cancel()
        if connection is not None:
            connection.close("it is not needed any more")

    async def wait_closed(self) -> None:
        if self._held:
            await asyncio.wait(self._held, timeout=CLOSE_SECONDS)

    def transmit(self, messages: list[StreamOutgoing]) -> None:
        connection = self._connection
        if connection is not None:
            connection.write([one for one in messages if one.stream == connection.id])

    def keep_alive(self) -> None:
        if self._connection is not None:
            self._connection.keep_alive()

    def handled(self, event: Event) -> None:
        """Nothing depends on what the endpoint reports."""

    def settle(self) -> None:
        if self._connection is not None:
            self._connection.settle()

    async def _keep_connected(self) -> None:
        while True:
            self._gone.clear()
            if await self._connect():
                await self._gone.wait()
            hold_off = 0 if self._connection is None else self._connection.stream.hold_off_seconds
            self._connection = None
            await asyncio.sleep(max(self._backoff.fail(), hold_off))

    async def _connect(self) -> bool:
        """Try once; tell whether there is a connection, open or just about to be."""
        self.tries += 1
        host, port = self._name
        try:
            addresses = await resolve(host, port, socket.SOCK_STREAM)
            family, address = addresses[self.tries % len(addresses)]
            opened = await self._connected(family, address)
        except (OSError, UnicodeError, TimeoutError) as error:
            self._shell.socket_errors += 1
            self._say(_reason(error))
            return False
        self._numbers += 1
        made = Connection(self._shell, StreamId(self._numbers), self._changed, is_accepted=False)
        self._connection = made
        task = self._shell.loop.create_task(self._hold(made, opened))
        self._held.add(task)
        task.add_done_callback(self._held.discard)
        return True

    async def _hold(self, made: Connection, opened: socket.socket) -> None:
        """Make a connection of a connected socket, and keep the socket until it is closed.

        `close` does not cancel this: of a transport whose making is cancelled, uvloop does not tell
        the protocol that it is gone.
        """
        try:
            await self._shell.loop.create_connection(lambda: made, sock=opened)
        except OSError as error:
            opened.close()
            made.connection_lost(error)
        await made.gone.wait()
        # Of a transport that is closed while it is made, uvloop closes the descriptor and leaves
        # its number in `opened`, which would later close whatever file has that number by then.
        opened.detach()

    async def _connected(self, family: int, address: Address) -> socket.socket:
        """Return a connected socket, and count what the try took if it fails. Raises: OSError."""
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.setblocking(False)
        if sys.platform == "linux":
            with suppress(OSError):
                opened.setsockopt(socket.IPPROTO_TCP, _TCP_SYNCNT, SYN_REPETITIONS)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._shell.loop.sock_connect(opened, address)
        except BaseException as error:
            was_refused = isinstance(error, ConnectionRefusedError)
            total = TcpBytes(opened, is_accepted=False).of_failed_try(was_refused=was_refused)
            self._shell.count(True, total.sent, TRANSPORT, messages=0)
            if total.received:
                self._shell.count(False, total.received, TRANSPORT, messages=0)
            opened.close()
            raise
        return opened

    def _changed(self, connection: Connection) -> None:
        if not connection.is_gone:
            self._has_said = False
            self._on_ready(connection.id)
        elif connection is self._connection:
            was_open = connection.was_open
            if connection.stream.is_verified:
                self._backoff.succeed()  # not before: an expander with other keys greets too
            if not was_open:
                self._say(connection.stream.reason or "the connection was closed")
            self._gone.set()
            if was_open:
                self._on_lost(connection.stream.reason)

    def _say(self, reason: str) -> None:
        if self._says_failures and not self._has_said and not self._shell.is_closed:
            _log.warning(
                "cannot connect to the expander at %s by TCP (%s); check site.expander, that the"
                " expander runs with expander.tcp = true, and that this port is open; trying again",
                self._name,
                reason,
            )
            self._has_said = True


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
