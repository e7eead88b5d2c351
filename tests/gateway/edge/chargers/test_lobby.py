"""Connections that send no upgrade request, or not soon, or not all of it."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from laconic_gateway.edge.chargers.server import ChargerLimits
from tests.support.chargers import PASSWORDS, charger
from tests.support.watched_sockets import (
    TIMEOUT_SECONDS,
    basic,
    charger_server,
    exchange,
    run,
    tcp,
    upgrade_request,
)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\0\0\0\0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # a TLS hello
        b"GET /CP1 HTTP/2.0\r\n\r\n",
        b"POST /CP1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
        b"GET /CP1 HTTP/1.1\r\nNo colon\r\n\r\n",
        b"GET /CP1 HTTP/1.1\r\nX: a\0b\r\n\r\n",
        b"GET /CP1 HTTP/1.1\r\nX: " + b"x" * 9_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /CP1 HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"GET /CP1 HTTP/1.1\r\n" + (b"X: " + b"x" * 8_000 + b"\r\n") * 5,
    ],
)
def test_what_is_no_upgrade_request_is_counted_and_hurts_nobody(request_bytes: bytes) -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events), charger(server) as socket:
            await events.next()
            answer = await exchange(server.port, request_bytes)
            assert not answer.startswith(b"HTTP/1.1 101")
            assert await events.next() == ("refused", "malformed", None)
            await socket.send("alive")
            assert await events.next() == ("text", 1, "alive")

    run(story)


@pytest.mark.parametrize(
    "missing", ["Sec-WebSocket-Key", "Sec-WebSocket-Version", "Upgrade", "Connection"]
)
def test_an_incomplete_upgrade_with_the_password_frees_the_identity(missing: str) -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            request = upgrade_request("/CP1", f"Authorization: {basic('CP1', 'secret')}")
            answer = await exchange(server.port, request.replace(missing.encode() + b":", b"X:"))
            assert answer.startswith(b"HTTP/1.1 4")
            assert await events.next() == ("refused", "malformed", "CP1")
            async with charger(server):
                assert (await events.next())[0] == "connected"

    run(story)


def test_a_crowd_of_refused_connections_that_do_not_close_is_cut() -> None:
    async def story() -> None:
        limits = ChargerLimits(max_handshakes=10, close_seconds=1_000)
        async with (
            charger_server(PASSWORDS, limits=limits) as (server, events),
            AsyncExitStack() as crowd,
        ):
            writers = list[asyncio.StreamWriter]()
            for _ in range(15):
                reader, writer = await crowd.enter_async_context(tcp(server.port))
                writer.write(upgrade_request("/nobody"))
                assert b" 404 " in await reader.readline()
                assert await events.next() == ("refused", "unknown", "nobody")
                writers.append(writer)
            for writer in writers[:5]:
                with pytest.raises(ConnectionError):
                    async with asyncio.timeout(TIMEOUT_SECONDS):
                        await write_for_ever(writer)
            assert events.rest() == []

    run(story)


async def write_for_ever(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0)


def test_a_rejected_upgrade_does_not_keep_the_identity_while_its_peer_stays() -> None:
    async def story() -> None:
        patient = ChargerLimits(probe_seconds=1_000, close_seconds=1_000)
        async with (
            charger_server(PASSWORDS, limits=patient) as (server, events),
            tcp(server.port) as (_, writer),
        ):
            request = upgrade_request("/CP1", f"Authorization: {basic('CP1', 'secret')}")
            writer.write(request.replace(b"Sec-WebSocket-Key", b"X"))
            assert await events.next() == ("refused", "malformed", "CP1")
            async with charger(server):
                assert (await events.next())[:3] == ("connected", 2, "CP1")

    run(story)


def test_a_slow_request_is_cut_and_a_crowd_of_idle_connections_keeps_nobody_out() -> None:
    async def story() -> None:
        limits = ChargerLimits(handshake_seconds=1.0, max_handshakes=10)
        async with (
            charger_server(PASSWORDS, limits=limits) as (server, events),
            AsyncExitStack() as crowd,
        ):
            for _ in range(40):
                _, writer = await crowd.enter_async_context(tcp(server.port))
                writer.write(b"GET /CP1 HT")
            async with charger(server):
                seen = [await events.next() for _ in range(41)]
            assert seen.count(("refused", "crowded", None)) == 31
            assert seen.count(("connected", 1, "CP1", "/ocpp/CP1", "1.6")) == 1
            # The last ten of the crowd, but for the one that had to go for the charger.
            assert seen.count(("refused", "timeout", None)) == 9

    run(story)
