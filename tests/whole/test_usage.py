"""The real services: the meter against a packet capture, and a budget that is used up."""

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from laconic_bench.ports import free_port
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage.usage import UsageStore
from tests.support.metrics_page import metric
from tests.support.ocppj import Message
from tests.support.raw import raw_charger, raw_csms, with_id
from tests.support.services import Plan, Services, SiteCharger, services
from tests.support.wire_tap import WireTap

CHARGER = SiteCharger("CP1")
PASSWORDS = {CHARGER.identity: CHARGER.csms_password}
PAUSE_SECONDS = 0.02
PUBLISHED_SECONDS = 1.0
"""After so long the counters of a service show what has happened."""
SMALL_BUDGET = """\
[budget]
monthly_megabytes = 0.1
"""


def answer(_identity: str, message: Message) -> str | None:
    """Answer everything."""
    if message.action == "Authorize":
        return with_id('[3,"",{"idTagInfo":{"status":"Accepted"}}]', message.id)
    return with_id('[3,"",{}]', message.id)


async def laconic(folder: Path, *arguments: str) -> str:
    """Run a command of the command line on the site's file; return what it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "laconic_gateway", *arguments),
        *("--config", str(folder / "site.toml")),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


async def usage(folder: Path) -> dict[str, Any]:
    """Return what `laconic usage --json` says."""
    found: dict[str, Any] = json.loads(await laconic(folder, "usage", "--json"))
    return found


def values(number: int, connector: int, **more: int) -> str:
    fields = {"connectorId": connector, **more}
    payload = json.dumps(fields)[:-1] + ', "meterValue": []}'
    return f'[2,"{number}","MeterValues",{payload}]'


async def silence(ours: Services) -> None:
    """Wait until neither end has counted another datagram for as long as counters may be behind.

    Then no answer is under way, which a site that stops would not read and so not count.
    """
    ports = (ours.site_metrics_port, ours.expander_metrics_port)
    last: list[float] = []
    while (counts := [await metric(port, "laconic_datagrams_total") for port in ports]) != last:
        last = counts
        await asyncio.sleep(2 * PUBLISHED_SECONDS)


def test_the_meter_agrees_with_a_packet_capture_over_a_crash_and_a_stop(tmp_path: Path) -> None:
    port = free_port()
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", [CHARGER], keepalive_seconds=30)

    async def live(ours: Services) -> None:
        async with raw_charger(ours.url, "1.6", CHARGER.identity, CHARGER.password) as charger:
            for number in range(20):
                await charger.call(values(number, 1))
            await charger.call('[2,"a","Authorize",{"idTag":"AB12"}]')

    async def story() -> dict[str, int] | None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(raw_csms(answer, PASSWORDS, port))
            ours = await stack.enter_async_context(services(tmp_path, plan, start=["expander"]))
            tap = WireTap.open(ours.udp_port)
            await ours.site.start()
            await live(ours)
            await silence(ours)
            await ours.site.stop()
            await ours.site.start()
            await live(ours)
            await silence(ours)
            found = await usage(tmp_path)
            assert found["used_bytes"] > 0  # of the first life; the second one still runs
            await ours.site.stop()
            return None if tap is None else tap.close()

    captured = asyncio.run(story())
    found = asyncio.run(usage(tmp_path))
    actions = {line["action"]: line for line in found["actions"]}
    assert {"MeterValues", "Authorize", "(answer)", "(presence)"} <= actions.keys()
    assert {line["charger"] for line in found["chargers"]} == {"CP1", "(site)"}
    if captured is None:
        pytest.skip("this user may not capture packets; the rest is checked")
    assert {"up": found["up_bytes"], "down": found["down_bytes"]} == captured


def test_a_budget_that_is_used_up_thins_telemetry_and_nothing_else(tmp_path: Path) -> None:
    """0.1 MB a month is 3 kB a day, of which the first exchanges are a good part."""
    port = free_port()
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", [CHARGER], site_tables=SMALL_BUDGET)

    async def story() -> None:
        async with AsyncExitStack() as stack:
            csms = await stack.enter_async_context(raw_csms(answer, PASSWORDS, port))
            ours = await stack.enter_async_context(services(tmp_path, plan))
            charger = await stack.enter_async_context(
                raw_charger(ours.url, "1.6", CHARGER.identity, CHARGER.password)
            )
            number = 0
            while "to wider" not in ours.site.log:
                number += 1
                await charger.call(values(number, 1, transactionId=5))
                await asyncio.sleep(PAUSE_SECONDS)
            # A restart lets the governor take its next step without the usual pause.
            await ours.site.stop()
            await ours.site.start()
            async with raw_charger(ours.url, "1.6", CHARGER.identity, CHARGER.password) as again:
                sent = number
                while "to thinner" not in ours.site.log:
                    sent += 1
                    await again.call(values(sent, 1, transactionId=5))
                    await asyncio.sleep(PAUSE_SECONDS)
                for extra in range(5):
                    await again.call(values(1000 + extra, 0))
                await again.call(values(2000, 1, transactionId=5))
                await csms.received(CHARGER.identity, sent + 2)
            found = await usage(tmp_path)
            assert (found["rung"], found["thinned_messages"]) == ("thinner", 4)
            lines = (await laconic(tmp_path, "thinned")).splitlines()
            thinned = [json.loads(json.loads(line)["raw"])[1] for line in lines]
            assert thinned == ["1001", "1002", "1003", "1004"]

    asyncio.run(story())


def test_what_was_held_before_a_restart_reaches_the_csms_once_and_in_order(tmp_path: Path) -> None:
    port = free_port()
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", [CHARGER])
    texts = [
        f'[2,"{number}","NotifyReport",{{"requestId":1,"seqNo":{number}}}]' for number in range(150)
    ]

    async def hold() -> None:
        store = await UsageStore.open(
            tmp_path / "site-state", released_through=0, on_trouble=pytest.fail
        )
        for text in texts:
            record = Record(0, RecordKind.MESSAGE, "CP1", "/CP1", "2.0.1", text, answered=True)
            store.keep(record, True, lambda: None)
        await store.close()

    async def story() -> None:
        await hold()
        async with AsyncExitStack() as stack:
            csms = await stack.enter_async_context(raw_csms(answer, PASSWORDS, port))
            ours = await stack.enter_async_context(services(tmp_path, plan, start=["expander"]))
            await ours.site.start()
            await csms.received(CHARGER.identity, len(texts) // 2)
            await ours.site.kill()
            await ours.site.start()
            await csms.received(CHARGER.identity, len(texts))
            await ours.site.stop()
            await ours.site.start()
            url, name, password = ours.url, CHARGER.identity, CHARGER.password
            async with raw_charger(url, "2.0.1", name, password) as charger:
                await charger.call('[2,"last","NotifyReport",{"requestId":1,"seqNo":150}]')
                await csms.received(CHARGER.identity, len(texts) + 1)
            reports = [json.loads(one.payload)["seqNo"] for one in csms.requests(CHARGER.identity)]
            assert reports == list(range(len(texts) + 1))
            assert (await usage(tmp_path))["held_messages"] == 0

    asyncio.run(story())
