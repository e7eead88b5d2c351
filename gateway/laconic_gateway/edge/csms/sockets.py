"""The WebSockets towards the CSMS: one for each charger, opened and closed on request."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from websockets.exceptions import ConnectionClosed

from laconic_gateway.core.identity import upstream_url
from laconic_gateway.edge.csms.handshake import (
    CsmsConnection,
    CsmsFailure,
    CsmsHandshake,
    Pace,
    printable,
)
from laconic_gateway.edge.websocket import Unusable, fits, push, unusable

log = logging.getLogger(__name__)

Key = tuple[str, str]
"""A charger: the name of its site and its identity."""


@dataclass(slots=True, eq=False)
class _Link:
    """One wish for a socket: `open` makes it, `close` or a failure ends it."""

    key: Key
    url: str
    version: str
    password: str | None
    predecessor: asyncio.Task[None] | None
    task: asyncio.Task[None] | None = None
    socket: CsmsConnection | None = None
    is_waiting: bool = True
    """The predecessor's closing handshake is not done yet."""


class CsmsSockets:
    """Holds one WebSocket to the CSMS for each charger that is present.

    `url` is a template, see `upstream_url`; `ca_file` holds the certificates (PEM) to trust
    instead of the system's; `ping_seconds` is 0 for no pings. Nothing is tried twice: the
    caller decides when to open again. All callbacks run in the event loop and must not block;
    none comes for a key after `close(key)`:

    - `on_opened(key)`: after it, `send` works.
    - `on_failed(key, status, reason)`: the socket did not open; `status` is the HTTP status
      of the refusal, None if there was none.
    - `on_text(key, text)`: one message, at most 65,536 bytes.
    - `on_unusable(key, reason)`: a message was dropped; a word of `Unusable`.
    - `on_closed(key, reason)`: an opened socket has ended.

    Raises:
        ValueError: `ca_file` cannot be used.
    """

    def __init__(
        self,
        url: str,
        *,
        on_opened: Callable[[Key], None],
        on_failed: Callable[[Key, int | None, str], None],
        on_text: Callable[[Key, str], None],
        on_unusable: Callable[[Key, str], None],
        on_closed: Callable[[Key, str], None],
        ca_file: Path | None = None,
        ping_seconds: float = 300.0,
        handshakes_per_second: float = 100.0,
    ) -> None:
        self._template = url
        self._on_opened = on_opened
        self._on_failed = on_failed
        self._on_text = on_text
        self._on_unusable = on_unusable
        self._on_closed = on_closed
        self._handshake = CsmsHandshake(url.startswith("wss:"), ca_file, ping_seconds)
        self._pace = Pace(1 / handshakes_per_second)
        self._links: dict[Key, _Link] = {}
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self.dropped_messages = 0
        """How many messages `send` had no open socket for."""

    def open(self, key: Key, path: str, version: str, password: str | None) -> None:
        """Starts to open the socket of a charger, instead of the one that it may have.

        `path` is the path of the charger's own URL, `version` its OCPP version ("1.6"),
        `password` the one it has at the CSMS; without it there is no Basic authentication.
        """
        self.close(key)
        url = upstream_url(self._template, path, key[1])
        link = _Link(key, url, version, password, self._tasks.get(key))
        self._links[key] = link
        link.task = asyncio.create_task(self._run(link))
        self._tasks[key] = link.task
        link.task.add_done_callback(lambda task: self._finished(key, task))

    def close(self, key: Key) -> None:
        """Closes the socket of a charger, in whatever state it is; no callback follows."""
        link = self._links.pop(key, None)
        # A link that waits sees by itself that it is not wanted; a cancelled one would not
        # make its successor wait for the socket before it.
        if link is not None and link.task is not None and not link.is_waiting:
            link.task.cancel()

    def send(self, key: Key, text: str) -> bool:
        """Sends `text` without waiting, and returns whether an open socket took it."""
        link = self._links.get(key)
        if link is not None and link.socket is not None and push(link.socket, text):
            return True
        self.dropped_messages += 1
        return False

    async def stop(self) -> None:
        """Closes all sockets and waits for their end."""
        for key in list(self._links):
            self.close(key)
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def _run(self, link: _Link) -> None:
        """Lives through one link: wait for its turn, connect, read, close."""
        if link.predecessor is not None:
            await asyncio.wait([link.predecessor])
            link.predecessor = None
        link.is_waiting = False
        if not self._is_wanted(link):
            return
        await self._pace.turn()
        socket = await self._connect(link)
        if socket is None:
            return
        try:
            link.socket = socket
            self._on_opened(link.key)
            reason = await self._read(link, socket)
            if self._forget(link):
                self._on_closed(link.key, reason)
        finally:
            self._forget(link)
            await socket.close()

    async def _connect(self, link: _Link) -> CsmsConnection | None:
        """Opens the socket; None if that failed and is reported."""
        try:
            return await self._handshake.open(link.url, link.key[1], link.version, link.password)
        except CsmsFailure as failure:
            if self._forget(link):
                log.debug("charger %r of site %s: %s", link.key[1], link.key[0], failure.reason)
                self._on_failed(link.key, failure.status, failure.reason)
            return None

    async def _read(self, link: _Link, socket: CsmsConnection) -> str:
        """Reports messages until the socket is closed, and returns why it was."""
        try:
            while True:
                self._receive(link, await socket.recv())
        except ConnectionClosed as closed:
            reason = unusable(socket)
            if reason is not None and self._is_wanted(link):
                self._on_unusable(link.key, reason)
            return printable(str(closed))

    def _receive(self, link: _Link, message: str | bytes) -> None:
        if not self._is_wanted(link):
            return
        if isinstance(message, bytes):
            self._on_unusable(link.key, Unusable.BINARY)
        elif not fits(message):
            self._on_unusable(link.key, Unusable.TOO_LONG)
        else:
            self._on_text(link.key, message)

    def _is_wanted(self, link: _Link) -> bool:
        return self._links.get(link.key) is link

    def _forget(self, link: _Link) -> bool:
        """Takes a link out, and returns whether it still was wanted."""
        if not self._is_wanted(link):
            return False
        del self._links[link.key]
        return True

    def _finished(self, key: Key, task: asyncio.Task[None]) -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the CSMS socket of charger %r failed", key[1], exc_info=error)
