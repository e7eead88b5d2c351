"""What both WebSocket edges share, tried on a bare server of the library."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from laconic_gateway.edge.websocket import (
    MAX_CLOSE_REASON_BYTES,
    MAX_TEXT_BYTES,
    MAX_UNSENT_BYTES,
    GuardedConnection,
    answers_ping,
    close_reason,
    fits,
    library_log,
    push,
)
from tests.support.watched_sockets import TIMEOUT_SECONDS, run, tcp, upgrade_request


class Guarded(GuardedConnection, ServerConnection):
    """A server's connection whose peer may stall only shortly."""

    stall_seconds = 0.3


@asynccontextmanager
async def guarded_server(handle: Callable[[Guarded], Awaitable[None]]) -> AsyncGenerator[int]:
    """Runs a server whose connections are `Guarded`, and gives its port."""

    async def handler(socket: ServerConnection) -> None:
        assert isinstance(socket, Guarded)
        await handle(socket)

    async with serve(
        handler,
        "127.0.0.1",
        0,
        compression=None,
        create_connection=Guarded,
        close_timeout=0.1,
        ping_interval=None,
    ) as server:
        yield next(iter(server.sockets)).getsockname()[1]


@asynccontextmanager
async def raw_peer(port: int) -> AsyncGenerator[asyncio.StreamWriter]:
    """Connects a peer that reads its handshake and nothing more."""
    async with tcp(port) as (reader, writer):
        writer.write(upgrade_request("/"))
        await reader.readuntil(b"\r\n\r\n")
        yield writer


def fill(socket: Guarded) -> int:
    """Sends until half of what may wait is waiting; returns the number of messages."""
    for sent in range(10_000):
        if socket.transport.get_write_buffer_size() > MAX_UNSENT_BYTES // 2:
            return sent
        assert push(socket, "x" * 60_000)
    raise AssertionError("the peer reads")


async def within(awaitable: Awaitable[Any]) -> Any:
    async with asyncio.timeout(TIMEOUT_SECONDS):
        return await awaitable


def test_a_peer_that_does_not_read_is_cut_after_a_while() -> None:
    async def story() -> None:
        end = asyncio.get_running_loop().create_future()

        async def handle(socket: Guarded) -> None:
            fill(socket)
            await socket.wait_closed()
            end.set_result((socket.stalled, push(socket, "too late")))

        async with guarded_server(handle) as port, raw_peer(port):
            assert await within(end) == (True, False)

    run(story)


def test_a_peer_that_reads_late_but_in_time_stays() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        sent = loop.create_future()

        async def handle(socket: Guarded) -> None:
            sent.set_result(fill(socket))
            deadline = loop.time() + 2 * Guarded.stall_seconds
            while loop.time() < deadline:
                assert await answers_ping(socket, TIMEOUT_SECONDS)
            assert push(socket, "the end")

        async with guarded_server(handle) as port:
            async with connect(f"ws://127.0.0.1:{port}", proxy=None) as peer:
                for _ in range(await within(sent)):
                    await within(peer.recv())
                assert await within(peer.recv()) == "the end"

    run(story)


def test_a_peer_that_breaks_the_protocol_and_stays_is_cut() -> None:
    async def story() -> None:
        lost = asyncio.get_running_loop().create_future()

        async def handle(socket: Guarded) -> None:
            await socket.wait_closed()
            lost.set_result(socket.stalled)

        async with guarded_server(handle) as port, raw_peer(port) as writer:
            writer.write(b"\xff" * 20)
            assert await within(lost) is False

    run(story)


def test_a_peer_without_a_pong_is_not_alive() -> None:
    async def story() -> None:
        alive = asyncio.get_running_loop().create_future()

        async def handle(socket: Guarded) -> None:
            alive.set_result(await answers_ping(socket, 0.05))

        async with guarded_server(handle) as port, raw_peer(port):
            assert await within(alive) is False

    run(story)


@given(st.text(max_size=200))
def test_a_close_reason_fits_and_is_the_beginning(text: str) -> None:
    reason = close_reason(text)
    assert text.startswith(reason)
    assert len(reason.encode()) <= MAX_CLOSE_REASON_BYTES
    assert reason == text or len(reason.encode()) > MAX_CLOSE_REASON_BYTES - 4


@given(st.sampled_from(["x", "é", "€", "\N{GRINNING FACE}"]), st.integers(-2, 2))
def test_the_limit_counts_bytes(character: str, difference: int) -> None:
    text = character * (MAX_TEXT_BYTES // len(character.encode()) + difference)
    assert fits(text) == (len(text.encode()) <= MAX_TEXT_BYTES)


def test_the_library_tells_bugs_and_keeps_passwords(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    log = library_log()
    log.debug("< Authorization: Basic c2VjcmV0")
    for error in (ConnectionResetError(), EOFError(), TimeoutError()):
        log.error("opening handshake failed", exc_info=error)
    log.error("connection handler failed", exc_info=ZeroDivisionError())
    assert [record.getMessage() for record in caplog.records] == ["connection handler failed"]
