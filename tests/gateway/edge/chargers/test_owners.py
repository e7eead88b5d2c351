"""Two connections for one identity: one owner at any time."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from laconic_gateway.edge.chargers.server import ChargerLimits
from tests.support.chargers import PASSWORDS, charger, close_code, raw_charger
from tests.support.watched_sockets import (
    TIMEOUT_SECONDS,
    basic,
    charger_server,
    masked_frame,
    run,
    tcp,
    upgrade_request,
)

TEXT, PING = 0x81, 0x89


def test_a_second_connection_is_refused_while_the_first_answers() -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events), charger(server) as first:
            await events.next()
            with pytest.raises(InvalidStatus) as refused:
                await charger(server)
            assert refused.value.response.status_code == 409
            assert events.rest() == [("refused", "duplicate", "CP1")]
            assert server.send(1, "still here") and await first.recv() == "still here"

    run(story)


def test_a_wrong_password_does_not_even_ping_the_first() -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            async with raw_charger(server) as (reader, writer):
                await events.next()
                with pytest.raises(InvalidStatus) as refused:
                    await charger(server, password="wrong")
                assert refused.value.response.status_code == 401
                server.send(1, "next")
                assert await reader.readexactly(6) == b"\x81\x04next"
                writer.close()

    run(story)


def test_a_half_open_connection_is_replaced_and_delays_nobody_else() -> None:
    async def story() -> None:
        limits = ChargerLimits(probe_seconds=1.0)
        async with charger_server(PASSWORDS, limits=limits) as (server, events):
            async with raw_charger(server) as (reader, writer):  # it never answers a ping
                await events.next()
                both = [asyncio.create_task(_open(charger(server))) for _ in range(2)]
                async with charger(server, "/CP2", "CP2", "other"):
                    seen = [await events.next(), await events.next()]
                    assert ("connected", 2, "CP2", "/CP2", "1.6") in seen
                    assert ("refused", "duplicate", "CP1") in seen  # one contender at a time
                    writer.write(masked_frame(TEXT, b"still counts"))
                    assert await events.next() == ("text", 1, "still counts")
                    assert await events.next() == ("closed", 1)
                    assert await events.next() == ("connected", 3, "CP1", "/ocpp/CP1", "1.6")
                    writer.write(masked_frame(TEXT, b"too late"))
                    await _check_the_winner(await asyncio.gather(*both, return_exceptions=True))
                    assert await events.next() == ("text", 3, "from the winner")
                    async with asyncio.timeout(TIMEOUT_SECONDS):
                        await reader.readuntil(b"replaced by a newer connection")
            await server.stop()

    run(story)


def test_a_connection_that_is_ending_is_replaced_at_once_and_its_fault_is_told() -> None:
    async def story() -> None:
        patient = ChargerLimits(probe_seconds=1_000, close_seconds=1_000)
        async with charger_server(PASSWORDS, limits=patient) as (server, events):
            async with raw_charger(server) as (reader, writer):
                await events.next()
                writer.write(masked_frame(TEXT, b"\xff" * 65_537))
                await close_code(reader)  # which the charger does not answer
                async with charger(server):
                    assert await events.next() == ("unusable", 1, "too-long")
                    assert await events.next() == ("closed", 1)
                    assert await events.next() == ("connected", 2, "CP1", "/ocpp/CP1", "1.6")

    run(story)


def test_a_contender_that_goes_away_leaves_the_identity_free() -> None:
    async def story() -> None:
        limits = ChargerLimits(probe_seconds=0.2)
        async with charger_server(PASSWORDS, limits=limits) as (server, events):
            async with raw_charger(server) as (reader, _):
                await events.next()
                async with tcp(server.port) as (_, writer):
                    credentials = f"Authorization: {basic('CP1', 'secret')}"
                    writer.write(upgrade_request("/ocpp/CP1", credentials))
                    assert (await reader.readexactly(6))[0] == PING  # the contender waits
                assert await events.next() == ("closed", 1)
                async with charger(server):
                    assert (await events.next())[:3] == ("connected", 3, "CP1")

    run(story)


def test_many_claims_leave_one_owner_and_mix_nothing_up() -> None:
    async def story() -> None:
        limits = ChargerLimits(probe_seconds=0.05)
        async with charger_server(PASSWORDS, limits=limits) as (server, events):
            for round_number in range(10):
                async with AsyncExitStack() as deaf:  # so each is replaced by the next one
                    for index in range(3):
                        _, writer = await deaf.enter_async_context(raw_charger(server))
                        writer.write(masked_frame(TEXT, f"{round_number}-{index}".encode()))
            await server.stop()
            _check_one_owner(events.rest())

    run(story)


async def _open(client: connect) -> ClientConnection:
    return await client


async def _check_the_winner(outcomes: list[ClientConnection | BaseException]) -> None:
    """Checks that one of two connections was refused, and sends something on the other."""
    (winner,) = (each for each in outcomes if isinstance(each, ClientConnection))
    (loser,) = (each for each in outcomes if isinstance(each, InvalidStatus))
    assert loser.response.status_code == 409
    await winner.send("from the winner")


def _check_one_owner(seen: list[tuple[object, ...]]) -> None:
    """Checks that connections of CP1 never overlap and that nothing comes from another one."""
    present: object = None
    assert sum(event[0] == "connected" for event in seen) == 30
    for event in seen:
        if event[0] == "connected":
            assert present is None
            present = event[1]
        else:
            assert event[1] == present
        if event[0] == "closed":
            present = None
    assert present is None
