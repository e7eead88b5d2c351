"""Who is let in at the charger server, and what the others are told."""

import pytest
from websockets.exceptions import InvalidStatus
from websockets.http11 import Response

from tests.support.chargers import PASSWORDS, charger, ends_with
from tests.support.watched_sockets import (
    charger_server,
    exchange,
    run,
    upgrade_request,
)


@pytest.mark.parametrize(
    ("path", "identity", "password", "status", "event"),
    [
        ("/CP9", "CP9", "secret", 404, ("refused", "unknown", "CP9")),
        ("/", "CP1", "secret", 404, ("refused", "path", None)),
        ("/CP%001", "CP1", "secret", 404, ("refused", "path", None)),
        ("/CP1", "CP1", "wrong", 401, ("refused", "credentials", "CP1")),
        ("/CP1", "CP1", "secret\0", 401, ("refused", "credentials", "CP1")),
        ("/CP1", "CP2", "other", 401, ("refused", "credentials", "CP1")),
    ],
)
def test_strangers_are_refused(
    path: str, identity: str, password: str, status: int, event: tuple[object, ...]
) -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            with pytest.raises(InvalidStatus) as refused:
                await charger(server, path, identity, password)
            assert refused.value.response.status_code == status
            has_challenge = "WWW-Authenticate" in refused.value.response.headers
            assert has_challenge == (status == 401)
            assert events.rest() == [event]

    run(story)


def test_a_request_without_credentials_is_asked_for_them() -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            answer = await exchange(server.port, upgrade_request("/CP1"))
            assert answer.startswith(b"HTTP/1.1 401 ")
            assert b"\r\nWWW-Authenticate: Basic " in answer
            assert events.rest() == [("refused", "credentials", "CP1")]

    run(story)


def test_a_web_page_is_refused_even_with_the_password() -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            with pytest.raises(InvalidStatus) as refused:
                await charger(server, origin="http://localhost")
            assert refused.value.response.status_code == 403
            assert events.rest() == [("refused", "origin", None)]

    run(story)


def test_guesses_are_slowed_down_and_others_are_not() -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            answers = list[Response]()
            for guess in range(8):
                with pytest.raises(InvalidStatus) as refused:
                    await charger(server, password=f"guess {guess}")
                answers.append(refused.value.response)
            assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 3
            assert answers[-1].headers["Retry-After"] == "60"
            async with charger(server, "/CP2", "CP2", "other"):
                assert events.rest()[-1] == ("connected", 1, "CP2", "/CP2", "1.6")

    run(story)


@pytest.mark.parametrize("offered", [(), ("ocpp1.5",), ("ocpp2.0", "soap")])
def test_without_a_common_version_the_handshake_completes_and_the_socket_closes(
    offered: tuple[str, ...],
) -> None:
    async def story() -> None:
        async with charger_server(PASSWORDS) as (server, events):
            socket = await charger(server, versions=offered)
            assert socket.subprotocol is None
            assert await ends_with(socket) == 1002
            assert events.rest() == [("refused", "subprotocol", "CP1")]
            async with charger(server):  # the identity is free again
                assert (await events.next())[:3] == ("connected", 2, "CP1")

    run(story)
