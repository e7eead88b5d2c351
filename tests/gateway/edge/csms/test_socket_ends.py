"""How sockets towards the CSMS end: closed by either side, cut, opened again."""

import asyncio
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.csms import Csms, accept, csms_and_sockets, raw_csms, sockets_with
from tests.support.watched_sockets import Events, run

KEY = ("site", "CP1")
OTHER = ("site", "CP2")


def test_the_end_by_the_csms_is_reported_with_its_reason() -> None:
    async def story() -> None:
        reasons = list[str]()
        closed = asyncio.Event()

        def on_closed(key: tuple[str, str], reason: str) -> None:
            reasons.append(reason)
            closed.set()

        async with csms_and_sockets() as (csms, _, _):
            sockets = sockets_with(csms.url, on_closed=on_closed)
            sockets.open(KEY, "/CP1", "1.6", None)
            await csms.events.next()
            await csms.sockets["/CP1"].close(1012, "new\nversion")
            await closed.wait()
            assert "1012" in reasons[0] and "new?version" in reasons[0]
            assert not sockets.send(KEY, "late") and sockets.dropped_messages == 1
            await sockets.stop()

    run(story)


def test_a_cut_line_is_an_end_too() -> None:
    async def story() -> None:
        async with csms_and_sockets() as (csms, sockets, events):
            sockets.open(KEY, "/CP1", "1.6", None)
            await events.next()
            await csms.events.next()
            csms.sockets["/CP1"].transport.abort()
            assert await events.next() == ("closed", KEY)

    run(story)


def test_close_is_silent_and_the_csms_sees_1000() -> None:
    async def story() -> None:
        async with csms_and_sockets() as (csms, sockets, events):
            sockets.open(KEY, "/CP1", "1.6", None)
            sockets.open(OTHER, "/CP2", "1.6", None)
            assert {await events.next(), await events.next()} == {
                ("opened", KEY),
                ("opened", OTHER),
            }
            await csms.events.next()
            await csms.events.next()
            await csms.sockets["/CP1"].send("on the way when it is closed")
            sockets.close(KEY)
            sockets.close(KEY)
            assert not sockets.send(KEY, "too late")
            assert await csms.events.next() == ("closed", "/CP1", 1000)
            assert sockets.send(OTHER, "alive")
            assert await csms.events.next() == ("text", "/CP2", "alive")
            assert events.rest() == []

    run(story)


def test_close_while_opening_is_silent() -> None:
    async def story() -> None:
        asked = asyncio.Event()

        async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            asked.set()
            assert await reader.read() == b""  # no answer, until the charger is gone
            writer.close()

        async with raw_csms(respond) as (sockets, events):
            sockets.open(KEY, "/CP1", "1.6", None)
            await asked.wait()
            sockets.close(KEY)
            await sockets.stop()
            assert events.rest() == []

    run(story)


def test_a_new_socket_waits_for_the_end_of_the_old_one() -> None:
    async def story() -> None:
        order = list[str]()
        released = asyncio.Event()

        async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            path = await accept(reader, writer, "Sec-WebSocket-Protocol: ocpp1.6")
            order.append(f"open {path}")
            await reader.readexactly(8)  # a close frame: two bytes, mask, code
            order.append(f"close {path}")
            await released.wait()
            writer.close()

        async with raw_csms(respond) as (sockets, events):
            sockets.open(KEY, "/first", "1.6", None)
            assert await events.next() == ("opened", KEY)
            for path in ("/never", "/second"):
                sockets.close(KEY)
                await asyncio.sleep(0)
                sockets.open(KEY, path, "1.6", None)
            for number in range(5):  # they overtake who waits
                sockets.open(("site", f"other {number}"), "/other", "1.6", None)
                assert await events.next() == ("opened", ("site", f"other {number}"))
            released.set()
            assert await events.next() == ("opened", KEY)
            await sockets.stop()
            assert [each for each in order if each.startswith("open")] == [
                "open /first",
                *["open /other"] * 5,
                "open /second",
            ]

    run(story)


def test_close_from_a_callback_is_the_last_word() -> None:
    async def story() -> None:
        reported = Events()

        def on_unusable(key: tuple[str, str], reason: str) -> None:
            reported.put("unusable")
            sockets.close(key)

        async with csms_and_sockets() as (csms, _, _):
            sockets = sockets_with(
                csms.url, on_unusable=on_unusable, on_closed=reported.recorder("closed")
            )
            sockets.open(KEY, "/CP1", "1.6", None)
            await csms.events.next()
            await csms.sockets["/CP1"].send("x" * 1_048_577)
            assert await reported.next() == ("unusable",)
            assert await csms.events.next() == ("closed", "/CP1", 1009)
            await sockets.stop()
            assert reported.rest() == []

    run(story)


def test_a_bug_in_a_callback_is_told_and_frees_the_charger(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story() -> None:
        async with csms_and_sockets() as (csms, _, _):

            def on_opened(key: tuple[str, str]) -> None:
                raise ZeroDivisionError

            sockets = sockets_with(csms.url, on_opened=on_opened)
            sockets.open(KEY, "/CP1", "1.6", None)
            assert await csms.events.next() == ("opened", "/CP1")
            assert await csms.events.next() == ("closed", "/CP1", 1000)
            assert not sockets.send(KEY, "lost")
            await sockets.stop()

    asyncio.run(story())
    errors = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert [each.getMessage() for each in errors] == ["the CSMS socket of charger 'CP1' failed"]


def test_stop_closes_all() -> None:
    async def story() -> None:
        async with csms_and_sockets() as (csms, sockets, events):
            for number in range(20):
                sockets.open(("site", f"CP{number}"), f"/CP{number}", "1.6", None)
            for _ in range(20):
                assert (await events.next())[0] == "opened"
            await sockets.stop()
            seen = [await csms.events.next() for _ in range(40)]
            assert sum(event[0] == "closed" and event[2] == 1000 for event in seen) == 20
            assert events.rest() == []

    run(story)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["open", "close", "wait", "turn", "cut"]), max_size=25))
def test_however_it_is_opened_and_closed_one_socket_is_there_and_no_event_is_old(
    steps: list[str],
) -> None:
    async def story() -> None:
        async with csms_and_sockets(close_timeout=0.1) as (csms, sockets, events):
            is_wanted, is_open = False, False
            for step in [*steps, "open", "wait"]:
                if step == "open":
                    sockets.open(KEY, "/CP1", "1.6", None)
                    is_wanted, is_open = True, False
                elif step == "close":
                    sockets.close(KEY)
                    is_wanted, is_open = False, False
                elif step == "turn":
                    await asyncio.sleep(0)
                elif step == "cut" and is_open:
                    await until_known(csms)
                    csms.sockets["/CP1"].transport.abort()
                    assert await events.next() == ("closed", KEY)
                    is_wanted, is_open = False, False
                elif step == "wait" and is_wanted and not is_open:
                    assert await events.next() == ("opened", KEY)
                    is_open = True
                if not is_wanted:
                    assert events.rest() == []
                for event in events.rest():
                    assert event == ("opened", KEY) and is_wanted and not is_open
                    is_open = True
            assert sockets.send(KEY, "the last one is open")
            while (await csms.events.next())[0] != "text":
                pass
            assert csms.most_sockets_of_a_path == 1

    async def until_known(csms: Csms) -> None:
        """Waits until the CSMS's side of the open socket is in `csms.sockets`."""
        sent = csms.sockets.get("/CP1")
        while sent is None or sent.state.name != "OPEN":
            await csms.events.next()
            sent = csms.sockets.get("/CP1")

    run(story)
