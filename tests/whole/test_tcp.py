"""The real services over TCP: what breaks, who restarts, and where UDP is blocked."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from laconic_bench.ports import free_port
from tests.support.nat import LOOPBACK
from tests.support.ocppj import Message
from tests.support.raw import RawCsms, Socket, raw_charger, raw_csms, until, with_id
from tests.support.services import Plan, Services, SiteCharger, services
from tests.support.tcp import Way
from tests.support.wire_tap import WireTap

CHARGER = SiteCharger("CP1")
PASSWORDS = {CHARGER.identity: CHARGER.csms_password}
AUTHORIZE = '[2,"{}","Authorize",{{"idTag":"AB12"}}]'
ACCEPTED = '[3,"",{"idTagInfo":{"status":"Accepted"}}]'
METER_TOLERANCE = 0.02


def answer(_identity: str, message: Message) -> str | None:
    return with_id(ACCEPTED if message.action == "Authorize" else '[3,"",{}]', message.id)


def values(number: int) -> str:
    return f'[2,"{number}","MeterValues",{{"connectorId":1,"meterValue":[],"number":{number}}}]'


def numbers(csms: RawCsms) -> list[int]:
    requests = csms.requests(CHARGER.identity)
    return [json.loads(one.payload)["number"] for one in requests if one.action == "MeterValues"]


@asynccontextmanager
async def world(
    folder: Path, carrier: str, *, through: bool = False
) -> AsyncGenerator[tuple[RawCsms, Services, Way]]:
    """Run everything but the site; `through`: the site is to reach the expander by the way."""
    port = free_port()
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", [CHARGER], carrier=carrier)
    async with AsyncExitStack() as stack:
        csms = await stack.enter_async_context(raw_csms(answer, PASSWORDS, port))
        ours = await stack.enter_async_context(services(folder, plan, start=["expander"]))
        way = Way((LOOPBACK, ours.udp_port))
        if through:
            await way.open()
            stack.callback(way.close)
            file = folder / "site.toml"
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace(f":{ours.udp_port}", f":{way.port}"), encoding="utf-8")
        yield csms, ours, way


def charger_of(ours: Services) -> Any:
    return raw_charger(ours.url, "1.6", CHARGER.identity, CHARGER.password)


async def authorize(charger: Socket, number: int) -> None:
    assert (
        await charger.call(AUTHORIZE.format(number))
    ).payload == '{"idTagInfo":{"status":"Accepted"}}'


async def usage(folder: Path) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "laconic_gateway", "usage", "--json"),
        *("--config", str(folder / "site.toml")),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    found: dict[str, Any] = json.loads(out)
    return found


def test_messages_commands_and_a_broken_connection(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path, "tcp", through=True) as (csms, ours, way):
            await ours.site.start()
            async with charger_of(ours) as charger:
                await authorize(charger, 1)
                for number in range(20):
                    await charger.call(values(number))
                    if number % 5 == 0:
                        way.cut()
                await csms.received(CHARGER.identity, 21)
                assert numbers(csms) == list(range(20))
                socket_of_csms = await csms.socket(CHARGER.identity)
                await socket_of_csms.send('[2,"down","ClearCache",{}]')
                assert (await charger.request()).action == "ClearCache"
            assert "reached by TCP" in ours.site.log

    asyncio.run(story())


@pytest.mark.parametrize("who", ["site", "expander"])
def test_a_restart_of_either_end_loses_nothing(who: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path, "tcp") as (csms, ours, _):
            await ours.site.start()
            async with charger_of(ours) as charger:
                for number in range(10):
                    await charger.call(values(number))
                service = ours.site if who == "site" else ours.expander
                await service.kill()
                await service.start()
                if who == "expander":
                    await charger.call(values(10))
            if who == "site":
                async with charger_of(ours) as again:
                    await again.call(values(10))
                    await csms.received(CHARGER.identity, 11)
            await until(lambda: set(numbers(csms)) == set(range(11)), "every meter value is there")

    asyncio.run(story())


def test_auto_where_udp_is_blocked_and_after_tcp_is_blocked_instead(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path, "auto", through=True) as (csms, ours, way):
            way.passes_udp = False
            await ours.site.start()
            async with charger_of(ours) as charger:
                await authorize(charger, 1)  # within the patience of the test's charger
                assert "the expander is reached by TCP now" in ours.site.log
                way.passes_udp, way.passes_tcp = True, False
                way.cut()
                await authorize(charger, 2)
                assert "the expander is reached by UDP now" in ours.site.log
                await csms.received(CHARGER.identity, 2)

    asyncio.run(story())


def test_the_meter_agrees_with_a_packet_capture(tmp_path: Path) -> None:
    async def story() -> dict[str, int] | None:
        async with world(tmp_path, "tcp") as (csms, ours, _):
            tap = WireTap.open(ours.udp_port, "tcp")
            await ours.site.start()
            async with charger_of(ours) as charger:
                for number in range(40):
                    await charger.call(values(number))
                await authorize(charger, 1)
                await csms.received(CHARGER.identity, 41)
            await ours.site.stop()
            return None if tap is None else tap.close()

    captured = asyncio.run(story())
    found = asyncio.run(usage(tmp_path))
    assert "transport" in {line["cause"] for line in found["causes"]}
    if captured is None:
        pytest.skip("this user may not capture packets; the rest is checked")
    for way in ("up", "down"):
        counted = found[f"{way}_bytes"]
        assert abs(counted - captured[way]) <= METER_TOLERANCE * captured[way], (way, counted)


def test_a_tcp_port_in_use_is_one_line(tmp_path: Path) -> None:
    async def story() -> None:
        port = free_port()
        plan = Plan(f"ws://127.0.0.1:{port}{{path}}", [CHARGER])
        async with services(tmp_path, plan, start=[]) as ours:
            with socket.create_server((LOOPBACK, ours.udp_port)):
                with pytest.raises(AssertionError, match="ended at start"):
                    await ours.expander.start()
            said = "laconic: cannot listen: another program uses the address"
            assert said in ours.expander.log
            assert "Traceback" not in ours.expander.log

    asyncio.run(story())
