"""The sockets towards the CSMS, with a real WebSocket server as the CSMS."""

import asyncio

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from tests.support.csms import csms_and_sockets, sockets_with
from tests.support.watched_sockets import Event, basic, run

KEY = ("site", "CP1")


def test_the_csms_sees_the_charger_itself() -> None:
    async def story() -> None:
        async with csms_and_sockets() as (csms, sockets, events):
            sockets.open(KEY, "/ocpp/CP1?x=1", "2.0.1", "pass:word é")
            assert await events.next() == ("opened", KEY)
            request = csms.requests[0]
            assert request.path == "/ocpp/CP1?x=1"
            assert request.headers.get_all("Sec-WebSocket-Protocol") == ["ocpp2.0.1"]
            assert request.headers["Authorization"] == basic("CP1", "pass:word é")
            assert "Sec-WebSocket-Extensions" not in request.headers
            assert "Origin" not in request.headers

    run(story)


def test_texts_pass_both_ways_in_order() -> None:
    async def story() -> None:
        async with csms_and_sockets() as (csms, sockets, events):
            sockets.open(KEY, "/CP1", "1.6", None)
            assert await events.next() == ("opened", KEY)
            assert await csms.events.next() == ("opened", "/CP1")
            assert "Authorization" not in csms.requests[0].headers
            for number in range(100):
                assert sockets.send(KEY, f"up {number} é")
                await csms.sockets["/CP1"].send(f"down {number}")
            for number in range(100):
                assert await csms.events.next() == ("text", "/CP1", f"up {number} é")
                assert await events.next() == ("text", KEY, f"down {number}")
            assert sockets.dropped_messages == 0

    run(story)


def test_the_identity_may_be_a_part_of_the_url() -> None:
    async def story() -> None:
        async with csms_and_sockets("/x/{identity}/") as (csms, sockets, events):
            sockets.open(("site", "RDAM|1 2"), "/unused", "1.6", None)
            await events.next()
            assert csms.requests[0].path == "/x/RDAM%7C1%202/"

    run(story)


def test_a_failed_charger_may_be_opened_again_from_the_callback() -> None:
    async def story() -> None:
        failures = list[int | None]()
        opened = asyncio.get_running_loop().create_future()

        def refuse_twice(socket: ServerConnection, request: Request) -> Response | None:
            return socket.respond(503, "busy\n") if len(failures) < 2 else None

        async with csms_and_sockets(process_request=refuse_twice) as (csms, _, _):

            def on_failed(key: tuple[str, str], status: int | None, reason: str) -> None:
                failures.append(status)
                again.open(key, "/CP1", "1.6", None)

            again = sockets_with(csms.url, on_opened=opened.set_result, on_failed=on_failed)
            again.open(KEY, "/CP1", "1.6", None)
            assert await opened == KEY
            assert failures == [503, 503]
            await again.stop()

    run(story)


def test_odd_messages_are_reported_and_cost_nothing_else() -> None:
    async def story() -> None:
        async with csms_and_sockets() as (csms, sockets, events):
            sockets.open(KEY, "/CP1", "1.6", None)
            await events.next()
            await csms.events.next()
            for message in (b"[2]", "x" * 65_537, "é" * 32_769, "x" * 65_536, "alive"):
                await csms.sockets["/CP1"].send(message)
            seen: list[Event] = [await events.next() for _ in range(5)]
            assert seen == [
                ("unusable", KEY, "binary"),
                ("unusable", KEY, "too-long"),
                ("unusable", KEY, "too-long"),
                ("text", KEY, "x" * 65_536),
                ("text", KEY, "alive"),
            ]

    run(story)


@pytest.mark.parametrize(
    ("message", "reason", "code"),
    [("x" * 1_048_577, "too-long", 1009), (b"\xff", "not-utf8", 1007)],
)
def test_what_breaks_the_connection_is_reported_before_its_end(
    message: str | bytes, reason: str, code: int
) -> None:
    async def story() -> None:
        async with csms_and_sockets() as (csms, sockets, events):
            sockets.open(KEY, "/CP1", "1.6", None)
            await events.next()
            await csms.events.next()
            await csms.sockets["/CP1"].send(message, text=True)
            assert await events.next() == ("unusable", KEY, reason)
            assert await events.next() == ("closed", KEY)
            assert await csms.events.next() == ("closed", "/CP1", code)

    run(story)
