"""Helpers for tests of the WebSocket edges: callbacks as a queue, and raw upgrade requests."""

import asyncio
import base64
import logging
import logging.handlers
import queue
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import uvloop

from laconic_gateway.edge.chargers.server import ChargerLimits, ChargerServer
from laconic_gateway.edge.csms.sockets import CsmsSockets

TIMEOUT_SECONDS = 10.0

Event = tuple[object, ...]


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs a story on each event loop that a service may have, and looks at the log after it.

    Whatever a peer does, no log record is an error, has a traceback or tells a password.
    """
    for new_loop in (asyncio.new_event_loop, uvloop.new_event_loop):
        with clean_log(), asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(asyncio.wait_for(story(), 4 * TIMEOUT_SECONDS))


@contextmanager
def clean_log() -> Generator[None]:
    """Collects the log at its most talkative level and checks each record in the end."""
    root = logging.getLogger()
    level = root.level
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    handler = logging.handlers.QueueHandler(records)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    # The peers of the tests log as these two, Laconic's side does not.
    peers = [logging.getLogger(f"websockets.{side}") for side in ("client", "server")]
    for peer in peers:
        peer.disabled = True
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        for peer in peers:
            peer.disabled = False
    while not records.empty():
        record = records.get()
        # QueueHandler has put a traceback, if there was one, into the message.
        assert record.levelno < logging.ERROR, record.message
        assert record.name != "asyncio" or record.levelno < logging.WARNING, record.message
        assert "Traceback" not in record.message
        assert "Authorization" not in record.message


class Events:
    """What the callbacks reported, in order; a test takes one after the other."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Event] = asyncio.Queue()

    def put(self, *event: object) -> None:
        """Records one callback."""
        self._queue.put_nowait(event)

    def recorder(self, name: str) -> Callable[..., None]:
        """Returns a callback whose calls are events of this name."""

        def record(*arguments: object) -> None:
            self.put(name, *arguments)

        return record

    async def next(self) -> Event:
        """Returns the next event; fails if none comes."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await self._queue.get()

    def rest(self) -> list[Event]:
        """Returns what is there and was not taken."""
        return [self._queue.get_nowait() for _ in range(self._queue.qsize())]


@asynccontextmanager
async def charger_server(
    passwords: Mapping[str, str],
    ping_seconds: float = 0,
    limits: ChargerLimits | None = None,
) -> AsyncGenerator[tuple[ChargerServer, Events]]:
    """Runs a ChargerServer on a free port of the loopback."""
    events = Events()
    server = ChargerServer(
        "127.0.0.1",
        0,
        passwords,
        ping_seconds=ping_seconds,
        on_connected=events.recorder("connected"),
        on_text=events.recorder("text"),
        on_unusable=events.recorder("unusable"),
        on_closed=events.recorder("closed"),
        on_refused=events.recorder("refused"),
        limits=limits,
    )
    await server.start()
    try:
        yield server, events
    finally:
        await server.stop()


class WatchedCsmsSockets(CsmsSockets):
    """CsmsSockets whose callbacks are events."""

    def __init__(
        self,
        url: str,
        events: Events,
        ca_file: Path | None = None,
        handshakes_per_second: float = 1000.0,
    ) -> None:
        super().__init__(
            url,
            on_opened=events.recorder("opened"),
            on_failed=events.recorder("failed"),
            on_text=events.recorder("text"),
            on_unusable=events.recorder("unusable"),
            on_closed=lambda key, _: events.put("closed", key),
            ca_file=ca_file,
            handshakes_per_second=handshakes_per_second,
        )


def basic(identity: str, password: str | bytes) -> str:
    """Returns the value of an Authorization header."""
    secret = password.encode() if isinstance(password, str) else password
    return "Basic " + base64.b64encode(identity.encode() + b":" + secret).decode()


def upgrade_request(path: str, *headers: str) -> bytes:
    """Returns a valid upgrade request with additional header lines."""
    lines = (
        f"GET {path} HTTP/1.1",
        "Host: localhost",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        *headers,
        "",
        "",
    )
    return "\r\n".join(lines).encode()


def masked_frame(first_byte: int, payload: bytes) -> bytes:
    """Returns a client's WebSocket frame with a mask of zeros (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 65_536:
        length = b"\xfe" + size.to_bytes(2)
    else:
        length = b"\xff" + size.to_bytes(8)
    return bytes([first_byte]) + length + bytes(4) + payload


@asynccontextmanager
async def tcp(port: int) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Opens a TCP connection to the loopback and closes it in the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def exchange(port: int, request: bytes) -> bytes:
    """Sends raw bytes on a new TCP connection and returns all that comes back."""
    async with tcp(port) as (reader, writer), asyncio.timeout(TIMEOUT_SECONDS):
        writer.write(request)
        try:
            return await reader.read()
        except ConnectionError:
            return b""
