"""A whole day between chargers and a CSMS of which neither is our code.

The chargers and the CSMS are made of the npm package `ocpp-rpc` and of the Python package `ocpp`.
All chargers of a run live the same day at the same time with the same message ids.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest

from laconic_bench.ports import free_port
from tests.support.day_16 import day_16
from tests.support.day_21 import day_21
from tests.support.day_201 import BOOT_201, day_201
from tests.support.foreign import Charger, Csms, charger, csms
from tests.support.ledger import Ends, Line, differences
from tests.support.ocppj import SEND, parse
from tests.support.raw import raw_charger
from tests.support.services import Plan, SiteCharger, services

LIBRARIES: Final = ("ocpp-rpc", "ocpp")
DAYS: Final[dict[str, Callable[[Charger, Csms], Awaitable[None]]]] = {
    "1.6": day_16,
    "2.0.1": day_201,
    "2.1": day_21,
}


@dataclass(frozen=True, slots=True)
class Guest:
    """A charger of a library."""

    library: str
    at_site: SiteCharger


def guest(library: str, answers: str, *empty_answers: str) -> Guest:
    identity = f"{library}|{answers}{len(empty_answers)}"
    password = f"Straße/{library}:{answers}"
    return Guest(library, SiteCharger(identity, answers, password, empty_answers=empty_answers))


GUESTS: Final = (
    guest("ocpp-rpc", "local"),
    guest("ocpp-rpc", "relay"),
    guest("ocpp", "local", "updates"),
    guest("ocpp", "relay"),
)


async def live(version: str, server: Csms, url: str, passwords: dict[str, str]) -> list[Charger]:
    """Let every guest with a password live the day, all at the same time."""
    async with AsyncExitStack() as stack:
        chargers: list[Charger] = []
        for who in GUESTS:
            identity = who.at_site.identity
            program = charger(who.library, url, version, identity, passwords[identity])
            chargers.append(await stack.enter_async_context(program))
        async with asyncio.TaskGroup() as days:
            for one in chargers:
                days.create_task(_day(version, one, server))
    return chargers


async def _day(version: str, one: Charger, server: Csms) -> None:
    await DAYS[version](one, server)


def log(program: Charger | Csms, identity: str) -> list[Line]:
    reports = program.of(identity, "sent", "received")
    return [Line(report.event == "sent", parse(report.text)) for report in reports]


def ends(one: Charger, server: Csms) -> Ends:
    return Ends(log(one, one.identity), log(server, one.identity))


def check(who: SiteCharger, judged: Ends) -> list[str]:
    return differences(
        judged,
        answered_locally=who.answers == "local",
        updates_locally="updates" in who.empty_answers,
    )


def check_visits(one: Charger, server: Csms, path: str, version: str) -> None:
    """The CSMS saw the charger come and go twice, and heard it only in between."""
    connections = server.of(one.identity, "connected")
    assert [(visit.path, visit.subprotocol) for visit in connections] == [
        (f"{path}/{quote(one.identity, safe='')}", f"ocpp{version}")
    ] * 2
    is_connected = False
    for report in server.of(one.identity, "connected", "disconnected", "received", "sent"):
        if report.event in ("connected", "disconnected"):
            is_connected = report.event == "connected"
        else:
            assert is_connected, f"while not connected: {report}"
    assert not is_connected


def check_ids(chargers: list[Charger]) -> None:
    """The chargers used the same message ids, so that an answer could go to the wrong one."""
    first, *others = ({m.id for m in one.messages(one.identity, "sent")} for one in chargers)
    assert len(first.intersection(*others)) > 20


def check_judges(one: Charger, server: Csms) -> None:
    """Neither library found fault with a message or a password."""
    for program in (one, server):
        assert program.of(one.identity, "invalid", "unreadable", "refused") == []


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("version", DAYS)
def test_the_peers_agree_without_us(version: str, library: str) -> None:
    passwords = {who.at_site.identity: f"{who.library} é" for who in GUESTS}

    async def run() -> None:
        async with csms(library, version, passwords) as server:
            path = f"/ocpp/{version}"
            url = f"ws://127.0.0.1:{server.port}{path}"
            for one in await live(version, server, url, passwords):
                assert differences(ends(one, server), answered_locally=False) == []
                check_visits(one, server, path, version)
                check_judges(one, server)

    asyncio.run(run())


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("version", DAYS)
def test_a_day_through_gateway_and_expander(version: str, library: str, tmp_path: Path) -> None:
    on_site = {who.at_site.identity: who.at_site.password for who in GUESTS}
    at_csms = {who.at_site.identity: who.at_site.csms_password for who in GUESTS}
    port, path = free_port(), f"/ocpp/{version}"
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", [who.at_site for who in GUESTS])

    async def run() -> None:
        async with (
            csms(library, version, at_csms, port) as server,
            services(tmp_path, plan) as ours,
        ):
            chargers = await live(version, server, ours.url + path, on_site)
            check_ids(chargers)
            for who, one in zip(GUESTS, chargers, strict=True):
                assert check(who.at_site, ends(one, server)) == []
                check_visits(one, server, path, version)
                check_judges(one, server)

    asyncio.run(run())


STREAM: Final = (
    '{"id": 123,"pending":0,"basetime":"2024-08-27T12:30:40.50Z",'
    '"data":[{"t":0.0,"v":"230.40"},{"t":1.10,"v":"1e3"}],"customData":{"vendorId":"é \\u00e9"}}'
)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_send_reaches_the_csms_and_nothing_comes_back(library: str, tmp_path: Path) -> None:
    """No library can send SEND, so the charger is bare; ocpp-rpc wrongly answers it (CALLERROR)."""
    one = SiteCharger("bare")
    port = free_port()
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", [one])
    passwords = {one.identity: one.csms_password}

    async def run() -> None:
        async with csms(library, "2.1", passwords, port) as server, services(tmp_path, plan) as us:
            async with raw_charger(us.url, "2.1", one.identity, one.password) as wire:
                await wire.call(f'[2,"1","BootNotification",{json.dumps(BOOT_201)}]')
                stream = '{"constantStreamData":{"id":123,"variableMonitoringId":1,"params":{}}}'
                await wire.call(f'[2,"2","OpenPeriodicEventStream",{stream}]')
                for number in range(3):
                    await wire.send(f'[6,"s{number}","NotifyPeriodicEventStream",{STREAM}]')
                # Whatever came back for a SEND came before this answer.
                await wire.call('[2,"3","BatterySwap",{"eventType":"BatteryIn"}]')
            await server.wait_for_event(one.identity, "disconnected", 1)
            judged = Ends(wire.log, log(server, one.identity))
            assert differences(judged, answered_locally=True) == []
            sent = [line.message.payload for line in judged.csms if line.message.kind == SEND]
            assert sent == [STREAM] * 3

    asyncio.run(run())
