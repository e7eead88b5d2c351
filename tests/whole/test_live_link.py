"""The services over a real network: a NAT of the kernel, and a link that loses and reorders.

Real time passes here, so no test asserts how much of it: only bytes, counts and order.
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from laconic_bench.live.network import NetworkSettings
from laconic_bench.radio.profiles import PROFILES, LinkProfile
from tests.support.live import (
    CHARGER,
    PATIENCE_SECONDS,
    POLL_SECONDS,
    World,
    counters_agree,
    needs_network,
    world,
)
from tests.support.metrics_page import metric

pytestmark = needs_network

FAST: Final = LinkProfile(delay_seconds=0.02, jitter_seconds=0.005, rate_bits_per_second=1_000_000)
KEEPALIVE_SECONDS: Final = 6
RETRANSMITTED: Final = 'laconic_link_events_total{event="retransmitted"}'
SENT: Final = 'laconic_datagrams_total{direction="out"}'


def on(folder: Path, profile: LinkProfile, nat_timeout_seconds: int = 120) -> NetworkSettings:
    """Return a network behind a NAT, with a capture file."""
    folder.mkdir(exist_ok=True)
    return NetworkSettings(profile, 1, nat_timeout_seconds, folder / "link.pcap")


def mapping(world: World) -> str | None:
    """Return the NAT's outside address and port of the site; None: the NAT has forgotten it."""
    assert world.network.nat is not None
    found = {one.outside for one in world.network.nat.mappings()}
    assert len(found) <= 1, found
    return next(iter(found), None)


async def keepalives(world: World, count: int) -> None:
    """Wait until the idle site has sent this many more datagrams."""
    wanted = world.network.counts().up.entered.datagrams + count
    async with asyncio.timeout(PATIENCE_SECONDS):
        while world.network.counts().up.entered.datagrams < wanted:  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)


async def forgotten(world: World) -> None:
    """Wait until the NAT has forgotten the site."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while mapping(world) is not None:  # noqa: ASYNC110 (conntrack tells nobody)
            await asyncio.sleep(10 * POLL_SECONDS)


async def expander_sends_after(world: World, datagrams: float) -> None:
    """Wait until the expander has sent more than this many datagrams."""
    host, port = world.services.expander.host, world.services.expander_metrics_port
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await metric(port, SENT, host) <= datagrams:  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)


async def fall_silent(world: World) -> None:
    """Wait until nothing is left to say; this last report acknowledges the answers before it."""
    await world.settle()
    await world.report([0])
    await world.csms.received(CHARGER.identity, 3)


async def held(folder: Path, nat_timeout_seconds: int, keepalives_sent: int) -> None:
    """Keepalives keep the mapping, and the command of the CSMS finds its way in."""
    settings = on(folder, FAST, nat_timeout_seconds)
    async with world(folder, settings, keepalive_seconds=KEEPALIVE_SECONDS) as one:
        await fall_silent(one)
        before = mapping(one)
        assert before is not None
        await keepalives(one, keepalives_sent)
        assert mapping(one) == before
        await one.command(1)
        assert mapping(one) == before
        await one.settle()
        assert await one.site_metric("laconic_socket_errors_total") == 0
        await counters_agree(one)


async def expired(folder: Path, nat_timeout_seconds: int) -> None:
    """Without keepalives a command waits outside until the site speaks; then it comes once."""
    async with world(folder, on(folder, FAST, nat_timeout_seconds)) as one:
        await fall_silent(one)
        await forgotten(one)
        await counters_agree(one)
        passed = one.network.counts().down.entered.datagrams
        commanding = asyncio.create_task(one.command(1))
        await expander_sends_after(one, passed)
        assert one.network.counts().down.entered.datagrams == passed
        assert not commanding.done()
        await one.report(range(1, 4))
        await commanding
        await one.settle()


def test_keepalives_hold_the_mapping_of_each_timer_and_nothing_else_does(tmp_path: Path) -> None:
    async def story() -> None:
        async with asyncio.TaskGroup() as stories:
            # Three times 6 s are longer than the shortest timer.
            stories.create_task(held(tmp_path / "15", 15, 3))
            stories.create_task(held(tmp_path / "30", 30, 2))
            stories.create_task(held(tmp_path / "120", 120, 2))
            stories.create_task(expired(tmp_path / "expired", 15))

    asyncio.run(story())


def test_rebinding_amid_traffic_loses_and_doubles_nothing(tmp_path: Path) -> None:
    rounds, reports = 6, 10

    async def story() -> None:
        async with world(tmp_path, on(tmp_path, FAST), keepalive_seconds=5) as one:
            seen = {mapping(one)}
            for number in range(rounds):
                change = one.network.move_nat if number % 2 else one.network.rebind
                await asyncio.gather(
                    one.report(range(number * reports, (number + 1) * reports)),
                    one.command(number),
                    asyncio.to_thread(change),
                )
                seen.add(mapping(one))
            await one.settle()
            assert len(seen - {None}) > rounds // 2
            assert await one.site_metric('laconic_link_changes_total{state="down"}') == 0
            await counters_agree(one, with_expander=False)

    asyncio.run(story())


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(replace(FAST, loss=0.1), id="10 % lost each way"),
        pytest.param(replace(FAST, reordering=0.3, duplication=0.3), id="out of order and doubled"),
    ],
)
def test_a_bad_link_loses_and_doubles_nothing(profile: LinkProfile, tmp_path: Path) -> None:
    rounds, reports = 2, 8

    async def story() -> None:
        async with world(tmp_path, on(tmp_path, profile), keepalive_seconds=5) as one:
            for number in range(rounds):
                start = f'{{"connectorId":{number},"idTag":"A","meterStart":0}}'
                await asyncio.gather(
                    one.report(range(number * reports, (number + 1) * reports)), one.command(number)
                )
                await one.charger.call(f'[2,"t{number}","StartTransaction",{start}]')
            await one.settle()
            up, down = (one.network.counts().up, one.network.counts().down)
            if profile.loss:
                assert up.lost.datagrams and down.lost.datagrams
                assert await one.site_metric(RETRANSMITTED) > 0
            if profile.duplication:
                assert up.duplicated.datagrams and down.duplicated.datagrams
            await counters_agree(one)

    asyncio.run(story())


async def patient(folder: Path, profile: LinkProfile) -> None:
    """A slow link that loses nothing makes nobody send anything again."""
    async with world(folder, on(folder, replace(profile, loss=0.0)), keepalive_seconds=30) as one:
        await one.report(range(5))
        await one.command(1)
        await one.settle()
        await counters_agree(one)
        assert await one.site_metric(RETRANSMITTED) == 0
        assert len(one.csms.visits[CHARGER.identity]) == 1


def test_slow_links_make_nobody_repeat_himself(tmp_path: Path) -> None:
    async def story() -> None:
        async with asyncio.TaskGroup() as stories:
            for name in ("2g", "nbiot"):
                stories.create_task(patient(tmp_path / name, PROFILES[name]))

    asyncio.run(story())
