"""What is not there at start comes later, what is stopped comes back, and nothing is lost."""

import asyncio
import json
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from laconic_bench.ports import free_port
from tests.support.metrics_page import metric_reaches
from tests.support.ocppj import Message
from tests.support.raw import RawCsms, Socket, raw_charger, raw_csms, with_id
from tests.support.services import Plan, Services, SiteCharger, services

CHARGERS = (SiteCharger("CP 1"), SiteCharger("CP/2"))
PASSWORDS = {one.identity: one.csms_password for one in CHARGERS}
BOOT = '[2,"boot","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]'
BOOTED = '[3,"",{"status":"Accepted","currentTime":"2026-03-01T08:00:00Z","interval":300}]'


def answer(_identity: str, message: Message) -> str | None:
    """Answer everything but DataTransfer, which waits until the test answers it."""
    if message.action == "DataTransfer":
        return None
    booted = message.action == "BootNotification"
    return with_id(BOOTED if booted else '[3,"",{}]', message.id)


async def report(charger: Socket, first: int, count: int) -> None:
    """Send meter values, which the gateway answers as soon as they are on disk."""
    for number in range(first, first + count):
        value = f'{{"connectorId":1,"meterValue":[],"number":{number}}}'
        assert (await charger.call(f'[2,"{number}","MeterValues",{value}]')).id == str(number)


def numbers(csms: RawCsms, identity: str) -> list[int]:
    """Which meter values the CSMS has, in the order in which they came."""
    requests = csms.requests(identity)
    return [json.loads(one.payload)["number"] for one in requests if one.action == "MeterValues"]


async def connect(stack: AsyncExitStack, ours: Services) -> list[Socket]:
    """Connect all chargers."""
    return [
        await stack.enter_async_context(raw_charger(ours.url, "1.6", one.identity, one.password))
        for one in CHARGERS
    ]


@pytest.mark.parametrize("late", ["csms", "expander"])
def test_who_comes_late_gets_everything(late: str, tmp_path: Path) -> None:
    port = free_port()
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", CHARGERS)
    start = ["site"] if late == "expander" else ["expander", "site"]

    async def story() -> None:
        async with services(tmp_path, plan, start=start) as ours, AsyncExitStack() as stack:
            booting, reporting = await connect(stack, ours)
            await booting.send(BOOT)
            await report(reporting, 0, 10)
            csms = await stack.enter_async_context(raw_csms(answer, PASSWORDS, port))
            if late == "expander":
                await ours.expander.start()
            assert (await booting.answer()).id == "boot"
            await report(booting, 0, 10)
            await report(reporting, 10, 10)
            await csms.received(CHARGERS[0].identity, 11)
            await check_reports(csms, 10, 20)

    asyncio.run(story())


@pytest.mark.parametrize("end", ["stop", "kill"])
@pytest.mark.parametrize("missing", ["csms", "expander"])
def test_a_queue_survives_a_restart(missing: str, end: str, tmp_path: Path) -> None:
    port = free_port()
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", CHARGERS)
    start = ["site"] if missing == "expander" else ["expander", "site"]

    async def story() -> None:
        async with services(tmp_path, plan, start=start) as ours:
            async with AsyncExitStack() as stack:
                for charger in await connect(stack, ours):
                    await report(charger, 0, 20)
                for service in (ours.site, ours.expander):
                    if service.is_running:
                        await (service.stop() if end == "stop" else service.kill())
            async with AsyncExitStack() as stack:
                await ours.expander.start()
                await ours.site.start()
                csms = await stack.enter_async_context(raw_csms(answer, PASSWORDS, port))
                for charger in await connect(stack, ours):
                    await report(charger, 20, 5)
                await check_reports(csms, 25, 25)

    asyncio.run(story())


def test_a_journal_whose_place_an_older_copy_has_taken_goes_on_beyond(tmp_path: Path) -> None:
    """What comes before the expander can tell has numbers that it knows already (D15)."""
    port, state, copy = free_port(), tmp_path / "site-state", tmp_path / "copy"
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", CHARGERS)

    async def run(ours: Services, first: int) -> None:
        async with AsyncExitStack() as stack:
            for charger in await connect(stack, ours):
                await report(charger, first, 10)

    async def story() -> None:
        async with (
            services(tmp_path, plan) as ours,
            raw_csms(answer, PASSWORDS, port) as csms,
        ):
            await run(ours, 0)
            await ours.site.stop()
            copy.write_bytes((state / "journal.db").read_bytes())
            await ours.site.start()
            await run(ours, 10)
            await check_reports(csms, 20, 20)
            await ours.site.stop()
            await ours.expander.stop()
            copy.replace(state / "journal.db")
            await ours.site.start()
            await run(ours, 20)
            await run(ours, 30)
            await ours.expander.start()
            await check_reports(csms, 40, 40)
            await run(ours, 40)
            await check_reports(csms, 50, 50)
        assert "an older copy has taken its place" in ours.site.log
        assert ours.site.log.count("starting again") == 1

    asyncio.run(story())


@pytest.mark.parametrize("answered", ["before the site is back", "after the site is back"])
def test_an_answer_survives_a_restart_of_the_expander(answered: str, tmp_path: Path) -> None:
    port, one = free_port(), CHARGERS[0]
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", CHARGERS)

    async def story() -> None:
        async with (
            raw_csms(answer, PASSWORDS, port) as csms,
            services(tmp_path, plan) as ours,
            raw_charger(ours.url, "1.6", one.identity, one.password) as charger,
        ):
            await charger.send('[2,"ask","DataTransfer",{"vendorId":"v"}]')
            await csms.received(one.identity, 1)
            await ours.expander.kill()
            await csms.gone(one.identity)
            await ours.expander.start()
            await csms.received(one.identity, 2)  # What was not answered is sent again.
            first, second = csms.requests(one.identity)
            assert (first.id, first.content) == (second.id, second.content)
            if answered == "after the site is back":
                await metric_reaches(ours.expander_metrics_port, "laconic_chargers_connected", 1)
            at_csms = await csms.socket(one.identity)
            await at_csms.send(with_id('[3,"",{"status":"Accepted","data":"1"}]', second.id))
            assert (await charger.answer()).payload == '{"status":"Accepted","data":"1"}'
            await report(charger, 0, 5)
            await csms.received(one.identity, 7)
            assert numbers(csms, one.identity) == list(range(5))

    asyncio.run(story())


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_the_link_is_back_soon_after_a_restart_of_the_expander(end: str, tmp_path: Path) -> None:
    port, one = free_port(), CHARGERS[0]
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", CHARGERS)

    async def story() -> None:
        async with (
            raw_csms(answer, PASSWORDS, port) as csms,
            services(tmp_path, plan) as ours,
            raw_charger(ours.url, "1.6", one.identity, one.password) as charger,
        ):
            await charger.send('[2,"ask","DataTransfer",{"vendorId":"v"}]')
            await csms.received(one.identity, 1)  # The frame waits for the answer of the CSMS.
            await (ours.expander.stop() if end == "stop" else ours.expander.kill())
            await ours.expander.start()
            await metric_reaches(ours.expander_metrics_port, "laconic_chargers_connected", 1)

    asyncio.run(story())


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_an_answer_for_a_connection_that_is_gone_does_no_harm(end: str, tmp_path: Path) -> None:
    port, one = free_port(), CHARGERS[0]
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", CHARGERS)

    async def story() -> None:
        async with raw_csms(answer, PASSWORDS, port) as csms, services(tmp_path, plan) as ours:
            connect_one = partial(raw_charger, ours.url, "1.6", one.identity, one.password)
            async with connect_one() as charger:
                await charger.send('[2,"ask","DataTransfer",{"vendorId":"v"}]')
                await csms.received(one.identity, 1)
                await (ours.site.stop() if end == "stop" else ours.site.kill())
            await ours.site.start()
            async with connect_one() as charger:
                await charger.send(BOOT)
                await metric_reaches(ours.expander_metrics_port, "laconic_queue_messages", 2)
                at_csms = await csms.socket(one.identity)
                [asked] = csms.requests(one.identity)
                await at_csms.send(with_id('[3,"",{"status":"Accepted"}]', asked.id))
                assert (await charger.answer()).id == "boot"
                at_csms = await csms.socket(one.identity)
                await at_csms.send('[2,"c","ClearCache",{}]')
                command = await charger.request()
                await charger.send(f'[3,"{command.id}",{{"status":"Rejected"}}]')
                assert (await at_csms.answer()).payload == '{"status":"Rejected"}'

    asyncio.run(story())


async def check_reports(csms: RawCsms, *counts: int) -> None:
    """Each charger's meter values, so many of each, are all there, in order and once."""
    for one, count in zip(CHARGERS, counts, strict=True):
        await csms.received(one.identity, count)
        assert numbers(csms, one.identity) == list(range(count))
