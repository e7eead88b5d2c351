"""What an expander lets strangers do over TCP, on real loopback connections."""

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from laconic_gateway.core.coap import framing, stream
from laconic_gateway.core.coap.endpoint import ResponseReceived
from laconic_gateway.core.coap.framing import Message
from laconic_gateway.edge.link import stream_server
from tests.support.loops import Run
from tests.support.nat import LOOPBACK
from tests.support.tcp import Linked
from tests.support.waiting import until

CSM = b"\x00\xe1"
FORGED = Message(framing.POST, body=b"\x93\x09\x01\x00\xff" + bytes(30)).encode()


class Stranger:
    """Connects and says what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, linked: Linked) -> "Stranger":
        return cls(*await asyncio.open_connection(LOOPBACK, linked.server.local_port))

    async def said(self) -> bytes:
        """Return everything that comes until the connection is closed."""
        try:
            return await self.reader.read()
        except ConnectionResetError:
            return b""

    def close(self) -> None:
        self.writer.transport.abort()


async def with_linked(directory: Path, story: Callable[[Linked], Awaitable[None]]) -> None:
    linked = Linked(directory)
    await linked.open("tcp")
    try:
        await linked.on("tcp")
        await story(linked)
        assert await linked.ask(b"still here", 99) == ResponseReceived(
            "expander", 99, b"re:still here"
        )
    finally:
        await linked.close()


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", CSM + b"\x00\xe5"),
        (b"\x16\x03\x01\x02\x00\x01\x00", CSM + b"\x00\xe5"),
        (FORGED, CSM + b"\x00\xe5"),
        (CSM + b"\xf0\xff\xff\xff\xff", CSM + b"\x00\xe5"),
        (CSM + FORGED + FORGED, CSM),
        (CSM + b"\x00\xe4", CSM),
        (CSM + b"\x40\xe2\x10\x00\x00\x00", CSM + b"\x00\xe5"),
    ],
    ids=["http", "tls", "no CSM", "too long", "forged", "release", "critical option"],
)
def test_a_connection_that_sends_garbage_is_closed(
    sent: bytes, got: bytes, run: Run, tmp_path: Path
) -> None:
    async def story(linked: Linked) -> None:
        stranger = await Stranger.connect(linked)
        stranger.writer.write(sent)
        assert await stranger.said() == got
        stranger.close()

    run(with_linked(tmp_path, story))


def test_random_bytes_do_no_harm(run: Run, tmp_path: Path) -> None:
    async def story(linked: Linked) -> None:
        for _ in range(20):
            stranger = await Stranger.connect(linked)
            stranger.writer.write(random.choice([b"", CSM]) + random.randbytes(600))
            stranger.writer.write_eof()
            assert len(await stranger.said()) <= len(CSM) + 600
            stranger.close()

    run(with_linked(tmp_path, story))


def test_a_ping_is_answered(run: Run, tmp_path: Path) -> None:
    async def story(linked: Linked) -> None:
        stranger = await Stranger.connect(linked)
        stranger.writer.write(CSM + Message(framing.PING, b"\x01").encode())
        pong = Message(framing.PONG, b"\x01").encode()
        assert await stranger.reader.readexactly(5) == CSM + pong
        stranger.close()

    run(with_linked(tmp_path, story))


def test_strangers_who_say_nothing_are_sent_away(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(linked: Linked) -> None:
        monkeypatch.setattr(stream, "GREETING_SECONDS", 0.05)
        monkeypatch.setattr(stream, "UNVERIFIED_SECONDS", 0.1)
        silent, greeting = await Stranger.connect(linked), await Stranger.connect(linked)
        greeting.writer.write(CSM)
        assert await silent.said() == CSM
        assert await greeting.said() == CSM
        silent.close()
        greeting.close()

    run(with_linked(tmp_path, story))


def test_of_too_many_strangers_the_oldest_makes_room_and_sites_stay(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_server, "STRANGERS_MAX", 3)

    async def story(linked: Linked) -> None:
        await linked.ask(b"known", 1)
        strangers = [await Stranger.connect(linked) for _ in range(6)]
        await until(lambda: linked.server.refused == 3)
        await asyncio.gather(*(stranger.said() for stranger in strangers[:3]))
        assert linked.server.connections <= 4
        for stranger in strangers:
            stranger.close()
        await until(lambda: linked.server.connections == 1)

    run(with_linked(tmp_path, story))


def test_a_site_has_one_connection_the_newest(run: Run, tmp_path: Path) -> None:
    async def story(linked: Linked) -> None:
        await linked.ask(b"one", 1)
        linked.way.forget()
        await linked.on(None)
        await linked.on("tcp")
        assert linked.server.connections == 2
        linked.way.forgets = False
        await linked.ask(b"two", 2)
        await until(lambda: linked.server.connections == 1)

    run(with_linked(tmp_path, story))


def test_small_messages_leave_at_once(run: Run, tmp_path: Path) -> None:
    async def story(linked: Linked) -> None:
        connection = next(iter(linked.server._connections.values()))  # pyright: ignore[reportPrivateUsage]
        opened = connection._socket  # pyright: ignore[reportPrivateUsage]
        assert opened is not None
        assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    run(with_linked(tmp_path, story))


def test_a_port_in_use_is_an_error(run: Run, tmp_path: Path) -> None:
    async def story(linked: Linked) -> None:
        with pytest.raises(OSError, match=r"[Aa]ddress already in use"):
            await stream_server.StreamServer.listen(
                linked.expander.shell, LOOPBACK, linked.server.local_port
            )

    run(with_linked(tmp_path, story))
