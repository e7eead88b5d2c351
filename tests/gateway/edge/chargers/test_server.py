"""The charger server with real sockets: messages, good ones and unusable ones."""

import zlib
from contextlib import AbstractAsyncContextManager, suppress

import pytest
from websockets.asyncio.client import ClientConnection

from laconic_gateway.edge.chargers.server import ChargerLimits, ChargerServer
from tests.support.chargers import PASSWORDS, charger, close_code, ends_with, raw_charger
from tests.support.watched_sockets import (
    Events,
    charger_server,
    masked_frame,
    run,
    tcp,
)

TEXT, BINARY = 0x81, 0x82
COMPRESSED_TEXT = 0xC1


def test_a_charger_and_the_gateway_talk() -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            async with charger(server) as socket:
                assert await events.next() == ("connected", 1, "CP1", "/ocpp/CP1", "1.6")
                text = '[2, "1", "Heartbeat", {}]'
                await socket.send(text)
                assert await events.next() == ("text", 1, text)
                assert server.send(1, '[3,"1",{}]')
                assert await socket.recv() == '[3,"1",{}]'
            assert await events.next() == ("closed", 1)
            assert not server.send(1, "too late")
            server.close(1)
            assert events.rest() == []

    run(story)


def test_numbers_of_connections_never_repeat() -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            numbers = list[object]()
            for _ in range(5):
                async with charger(server):
                    numbers.append((await events.next())[1])
                await events.next()
            assert len(set(numbers)) == 5

    run(story)


@pytest.mark.parametrize(
    ("offered", "version"),
    [
        (("ocpp2.1", "ocpp1.6"), "2.1"),
        (("ocpp1.6", "ocpp2.1"), "1.6"),
        (("ocpp3.0", "soap", "ocpp2.0.1", "ocpp1.6"), "2.0.1"),
    ],
)
def test_the_first_version_that_we_speak_is_chosen(offered: tuple[str, ...], version: str) -> None:
    async def story() -> None:
        async with (
            charger_server(PASSWORDS) as (server, events),
            charger(server, versions=offered) as socket,
        ):
            assert (await events.next())[4] == version
            assert socket.subprotocol == f"ocpp{version}"

    run(story)


def test_an_encoded_identity_and_a_password_in_utf_8() -> None:
    async def story() -> None:
        path = "/x/with%20space/"
        async with (
            charger_server(PASSWORDS) as (server, events),
            charger(server, path, "with space", "pass:word é"),
        ):
            assert await events.next() == ("connected", 1, "with space", path, "1.6")

    run(story)


def test_compression_is_used_when_the_charger_offers_it() -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            async with charger(server) as socket:
                assert socket.response is not None
                assert "permessage-deflate" in socket.response.headers["Sec-WebSocket-Extensions"]
                await events.next()
                await socket.send("x" * 65_536)
                assert await events.next() == ("text", 1, "x" * 65_536)
            await events.next()
            async with charger(server, compression=None) as socket:
                assert socket.response is not None
                assert "Sec-WebSocket-Extensions" not in socket.response.headers

    run(story)


def test_a_fragmented_message_is_one_text() -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            async with raw_charger(server) as (_, writer):
                await events.next()
                # The border cuts the two bytes of a character.
                writer.write(masked_frame(0x01, b"[2,\xc3") + masked_frame(0x89, b"ping"))
                writer.write(masked_frame(0x80, b"\xa9]"))
                assert await events.next() == ("text", 1, "[2,é]")
                writer.close()
                assert await events.next() == ("closed", 1)

    run(story)


def test_stop_closes_with_1001() -> None:
    async def story() -> None:
        patient = ChargerLimits(handshake_seconds=1_000)
        async with (
            charger_server(PASSWORDS, limits=patient) as (server, events),
            tcp(server.port) as (idle, _),
        ):
            socket = await charger(server)
            await events.next()
            await server.stop()
            assert await events.next() == ("closed", 1)
            assert await ends_with(socket) == 1001
            with suppress(ConnectionError):
                assert await idle.read() == b""

    run(story)


def test_close_sends_code_and_reason_and_silences_the_charger() -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            async with raw_charger(server) as (reader, writer):
                await events.next()
                server.close(1, 1012, "é" * 100)
                assert not server.send(1, "too late")
                assert await close_code(reader) == 1012
                writer.write(masked_frame(TEXT, b"late") + masked_frame(0x88, b"\x03\xf4"))
                writer.close()
                assert await events.next() == ("closed", 1)

    run(story)


@pytest.mark.parametrize("code", [1000, 1002, 1009])
def test_a_close_by_the_charger_is_no_bad_input_whatever_its_code(code: int) -> None:
    async def story() -> None:
        async with (
            charger_server(PASSWORDS) as (server, events),
            raw_charger(server) as (reader, writer),
        ):
            await events.next()
            writer.write(masked_frame(0x88, code.to_bytes(2)))
            assert await close_code(reader) == code
            writer.close()
            assert await events.next() == ("closed", 1)

    run(story)


def test_pings_find_a_charger_that_is_gone() -> None:
    async def story() -> None:
        limits = ChargerLimits(pong_seconds=0.05, close_seconds=0.05)
        async with charger_server(PASSWORDS, 0.05, limits) as (server, events):
            async with raw_charger(server) as (_, writer):  # it never answers a ping
                await events.next()
                assert await events.next() == ("closed", 1)
                writer.close()

    run(story)


async def a_healthy_neighbour(
    server: ChargerServer, events: Events
) -> AbstractAsyncContextManager[ClientConnection]:
    neighbour = await charger(server, "/CP2", "CP2", "other")
    assert (await events.next())[:3] == ("connected", 1, "CP2")
    return neighbour


@pytest.mark.parametrize(
    ("frame", "code", "reason"),
    [
        (masked_frame(BINARY, b"[2]"), 1003, "binary"),
        (masked_frame(TEXT, b"x" * 65_537), 1009, "too-long"),
        (masked_frame(TEXT, b"\xc3\x28"), 1007, "not-utf8"),
        (masked_frame(TEXT, b"\xed\xa0\x80"), 1007, "not-utf8"),  # a lone surrogate
        (masked_frame(0xF1, b"reserved bits"), 1002, "broken-frame"),
        (masked_frame(0x83, b"unknown opcode"), 1002, "broken-frame"),
        (b"\x81\x03[2]", 1002, "broken-frame"),  # without a mask
        (masked_frame(0x80, b"continues nothing"), 1002, "broken-frame"),
        (masked_frame(0x01, b"x" * 40_000) + masked_frame(0x80, b"x" * 25_537), 1009, "too-long"),
        (b"\x81\xff\x7f" + b"\xff" * 7 + bytes(4), 1009, "too-long"),  # promises 2**63 bytes
    ],
)
def test_an_unusable_message_ends_its_connection_only(frame: bytes, code: int, reason: str) -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            async with await a_healthy_neighbour(server, events) as neighbour:
                async with raw_charger(server) as (reader, writer):
                    assert (await events.next())[:3] == ("connected", 2, "CP1")
                    writer.write(
                        masked_frame(TEXT, b"before") + frame + masked_frame(TEXT, b"after")
                    )
                    assert await events.next() == ("text", 2, "before")
                    assert await close_code(reader) == code
                    writer.close()
                    assert await events.next() == ("unusable", 2, reason)
                    assert await events.next() == ("closed", 2)
                    await neighbour.send("alive")
                    assert await events.next() == ("text", 1, "alive")

    run(story)


def test_exactly_64_kib_pass_in_one_frame_and_in_many() -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            async with raw_charger(server) as (_, writer):
                await events.next()
                writer.write(masked_frame(TEXT, b"x" * 65_536))
                assert await events.next() == ("text", 1, "x" * 65_536)
                pieces = [masked_frame(0x00, b"x" * 4_096)] * 14
                writer.write(masked_frame(0x01, b"x" * 4_096) + b"".join(pieces))
                writer.write(masked_frame(0x80, b"x" * 4_096))
                assert await events.next() == ("text", 1, "x" * 65_536)
                writer.close()

    run(story)


def test_a_deflate_bomb_is_too_long() -> None:
    async def story() -> None:
        compressor = zlib.compressobj(wbits=-12)
        bomb = compressor.compress(bytes(32 << 20)) + compressor.flush(zlib.Z_SYNC_FLUSH)
        assert len(bomb) < 65_536  # only what comes out is too long
        async with charger_server(PASSWORDS) as (server, events):
            offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
            async with raw_charger(server, offer) as (reader, writer):
                await events.next()
                writer.write(masked_frame(COMPRESSED_TEXT, bomb.removesuffix(b"\0\0\xff\xff")))
                assert await close_code(reader) == 1009
                writer.close()
                assert await events.next() == ("unusable", 1, "too-long")
                assert await events.next() == ("closed", 1)

    run(story)


def test_a_charger_far_behind_is_cut_at_once() -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            async with raw_charger(server) as (_, _):
                await events.next()
                sent = 0
                while server.send(1, "x" * 65_000):
                    sent += 1
                    assert sent < 1_000
                for _ in range(10):  # the loop would complain about writing to a cut socket
                    assert not server.send(1, "more")
                assert await events.next() == ("unusable", 1, "not-reading")
                assert await events.next() == ("closed", 1)

    run(story)
