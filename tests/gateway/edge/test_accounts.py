"""Bytes on real sockets end in counters, metrics and on disk, to the byte."""

import asyncio
import random
import socket
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from laconic_codec.items import Bind, MessageItem
from laconic_codec.messages import Call
from laconic_gateway.core.coap.endpoint import Endpoint, Event, RequestReceived, ResponseReceived
from laconic_gateway.core.coap.events import Kind, Mark, Timing
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.site.budget.contents import SITE, UNREAD, Carried, Cause
from laconic_gateway.core.site.budget.governor import MEGABYTE, BudgetSettings, Rung
from laconic_gateway.core.site.budget.meter import Account, Way
from laconic_gateway.edge.accounts import CLOSED, WRITE_SECONDS, Accounts
from laconic_gateway.edge.link import keys
from laconic_gateway.edge.link.datagrams import IPV4_HEADERS_BYTES, DatagramShell
from laconic_gateway.edge.link.oscore import OscoreContext
from laconic_gateway.edge.link.shell import Datagram
from laconic_gateway.edge.metrics import Metrics
from laconic_gateway.edge.storage import usage as usage_file
from laconic_gateway.edge.storage.usage import UsageStore
from tests.support.nat import LOOPBACK, Nat

START = 1_795_770_856.0  # 2026-11-27
BUDGET = BudgetSettings(25 * MEGABYTE, 2_500_000)
TIMEOUT_SECONDS = 20.0


@dataclass
class Clock:
    """A clock that the test sets."""

    seconds: float = 0.0

    def __call__(self) -> Instant:
        return Instant(self.seconds, START + self.seconds)


@dataclass
class Desk:
    """Accounts with everything around them."""

    accounts: Accounts
    store: UsageStore
    metrics: Metrics
    clock: Clock
    rungs: list[Rung]


@asynccontextmanager
async def opened(
    folder: Path, budget: BudgetSettings | None = None, *, is_crash: bool = False
) -> AsyncGenerator[Desk]:
    store = await UsageStore.open(folder, released_through=0, on_trouble=pytest.fail)
    clock, metrics, rungs = Clock(), Metrics("site"), list[Rung]()
    accounts = Accounts(
        store, metrics, starts_on_day=1, budget=budget, on_rung=rungs.append, clock=clock
    )
    accounts.start()
    try:
        yield Desk(accounts, store, metrics, clock, rungs)
    finally:
        if not is_crash:
            accounts.stop()
        await store.close()


def datagram(wire_bytes: int) -> Datagram:
    return Datagram(True, wire_bytes, Mark(Kind.REQUEST, payload=b""))


async def written(desk: Desk) -> None:
    """Wait until everything that was given to the store is on disk."""
    for _ in range(3):  # a group may be under way, and then one waits for it
        await asyncio.sleep(0)
        await desk.store.read_held(0, 1)


def on_disk(folder: Path) -> int:
    return sum(usage_file.read(folder).counted.values())


class Capture(Nat):
    """Stands in the way of every datagram, as the interface does, and adds up their sizes."""

    def __init__(self, target: tuple[str, int]) -> None:
        super().__init__(target)
        self.wire: Counter[Way] = Counter()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.wire[Way.UP] += len(data) + IPV4_HEADERS_BYTES
        super().datagram_received(data, addr)

    def inwards(self, data: bytes) -> None:
        self.wire[Way.DOWN] += len(data) + IPV4_HEADERS_BYTES
        super().inwards(data)


class End:
    """An endpoint on its own socket; it answers requests at once."""

    def __init__(self, directory: Path) -> None:
        self.context = OscoreContext(keys.load(directory))
        timing = Timing(first_timeout_seconds=0.1, shortest_timeout_seconds=0.1, jitter=0.0)
        self.endpoint = Endpoint(random=random.random, first_message_id=1, timing=timing)
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self.shell: DatagramShell

    def take(self, event: Event) -> None:
        if isinstance(event, RequestReceived) and event.confirmable:
            self.shell.respond(event.request, b"answer")
        self.events.put_nowait(event)

    async def next(self, kind: type[Event]) -> None:
        while not isinstance(await self.events.get(), kind):
            pass

    def close(self) -> None:
        self.shell.close()
        self.context.close()


async def on_the_wire(folder: Path, story: Callable[[End, End, Capture], Awaitable[None]]) -> None:
    """Tell a story of two ends with a capture between them, and compare what both counted."""
    site_keys, expander_keys = keys.create("kisumu-1", folder / "keys")
    site, expander = End(site_keys), End(expander_keys)
    expander.endpoint.add_peer("kisumu-1", expander.context, None)
    expander.shell = await DatagramShell.bind(expander.endpoint, LOOPBACK, 0, expander.take)
    capture = Capture((LOOPBACK, expander.shell.local_port))
    port = await capture.open()
    site.endpoint.add_peer("expander", site.context, (LOOPBACK, port))
    async with opened(folder) as desk:
        site.shell = await DatagramShell.connect(site.endpoint, LOOPBACK, port, site.take)
        site.shell.on_datagram = desk.accounts.take
        with closing(site), closing(expander), closing(capture):
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await story(site, expander, capture)
    counted: Counter[Way] = Counter()
    for (_, account), amount in usage_file.read(folder).counted.items():
        counted[account.way] += amount
    assert counted == capture.wire
    assert desk.metrics.value("laconic_month_bytes") == counted.total()


def test_it_agrees_with_a_capture_to_the_byte(tmp_path: Path) -> None:
    async def story(site: End, expander: End, capture: Capture) -> None:
        for number in range(1, 6):
            site.shell.request("expander", bytes(10 * number), number)
            await site.next(ResponseReceived)
        capture.lose_upwards = 1
        site.shell.request("expander", b"lost once", 10)
        await site.next(ResponseReceived)
        site.shell.send("expander", b"")
        await expander.next(RequestReceived)
        expander.shell.request("kisumu-1", b"command", 11)
        await expander.next(ResponseReceived)
        capture.inwards(b"garbage")
        capture.inwards(b"\x40\x02")
        site.shell.request("expander", b"the last word", 12)
        await site.next(ResponseReceived)
        assert site.endpoint.counters["malformed"] == 2

    asyncio.run(on_the_wire(tmp_path, story))
    causes: Counter[Cause] = Counter()
    for (_, account), amount in usage_file.read(tmp_path).counted.items():
        causes[account.cause] += amount
    assert causes[Cause.STRAY] == 2 * IPV4_HEADERS_BYTES + len(b"garbage") + 2
    assert causes[Cause.KEEPALIVE] == 47
    assert causes[Cause.REPETITION] > 0


def test_what_the_kernel_refuses_is_not_counted(tmp_path: Path) -> None:
    """Nobody listens: the ICMP error of one datagram makes the kernel refuse the next one."""

    async def story() -> None:
        site_keys, _ = keys.create("kisumu-1", tmp_path / "keys")
        site = End(site_keys)
        with closing(Unheard()) as unheard:
            port = unheard.port
        site.endpoint.add_peer("expander", site.context, (LOOPBACK, port))
        async with opened(tmp_path) as desk:
            site.shell = await DatagramShell.connect(site.endpoint, LOOPBACK, port, site.take)
            site.shell.on_datagram = desk.accounts.take
            with closing(site):
                for _ in range(2):  # both before the loop can take in an error
                    site.shell.send("expander", b"")
                assert site.shell.datagrams_out == 1
                assert site.shell.socket_errors == 1
            assert desk.accounts.meter.totals(START).month_bytes == site.shell.bytes_out == 47

    asyncio.run(story())


class Unheard:
    """A port that was free a moment ago."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((LOOPBACK, 0))
        self.port: int = self._socket.getsockname()[1]

    def close(self) -> None:
        self._socket.close()


def test_counters_are_written_once_a_minute_and_at_the_end(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as desk:
            for second in range(int(WRITE_SECONDS)):
                desk.clock.seconds = float(second)
                desk.accounts.take(datagram(47))
                desk.accounts.publish()
            await written(desk)
            assert on_disk(tmp_path) == 0
            desk.clock.seconds = WRITE_SECONDS
            desk.accounts.publish()
            await written(desk)
            assert on_disk(tmp_path) == 47 * WRITE_SECONDS
            desk.accounts.take(datagram(40))
        assert on_disk(tmp_path) == 47 * WRITE_SECONDS + 40

    asyncio.run(story())


def test_a_crash_loses_the_last_minute_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    async def live(seconds: float, *, is_crash: bool) -> int:
        async with opened(tmp_path, is_crash=is_crash) as desk:
            desk.clock.seconds = seconds
            desk.accounts.take(datagram(100))
            desk.accounts.publish()
            desk.accounts.take(datagram(20))
            return desk.accounts.meter.totals(START).month_bytes

    assert asyncio.run(live(WRITE_SECONDS, is_crash=True)) == 120
    assert caplog.messages == []
    assert asyncio.run(live(1.0, is_crash=False)) == 100 + 120
    assert "was not stopped cleanly: the bytes of its last 60 s at most" in caplog.messages[0]
    assert usage_file.read(tmp_path).numbers[CLOSED] == 1
    assert asyncio.run(live(1.0, is_crash=False)) == 220 + 120
    assert len(caplog.messages) == 1


def test_metrics_show_causes_chargers_and_the_month(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path, BUDGET) as desk:
            desk.accounts.take(datagram(47))
            unread = Mark(Kind.RESPONSE, 1, payload=b"\x00")
            desk.accounts.take(Datagram(False, 60, unread))
            desk.accounts.publish()
            desk.accounts.publish()
            value = desk.metrics.value
            assert value("laconic_link_bytes_total", direction="up", cause="keepalive") == 47
            labels = {"direction": "down", "charger": SITE, "action": UNREAD}
            assert value("laconic_charger_bytes_total", **labels) == 60
            assert value("laconic_month_bytes") == 107
            assert value("laconic_budget_bytes") == 25_000_000
            assert value("laconic_month_forecast_bytes") > 107

    asyncio.run(story())


def test_frames_that_need_a_state_are_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as desk:
            bind = Bind(0, "/CP1", "1.6")
            call = MessageItem(0, Call("", "MeterValues", "{}"))
            desk.accounts.tell_items(Carried(True, 1, (bind, call)))
            request = Mark(Kind.REQUEST, 1, payload=b"\x00coded")
            desk.accounts.take(Datagram(True, 90, request))
            desk.accounts.take(Datagram(False, 60, Mark(Kind.RESPONSE, 1, payload=b"\x00coded")))
            desk.accounts.tell_items(Carried(False, 1, ()))
            desk.accounts.publish()
            value = desk.metrics.value
            assert value("laconic_link_bytes_total", direction="up", cause="message") == 90
            assert (
                value("laconic_link_bytes_total", direction="down", cause="acknowledgement") == 60
            )

    asyncio.run(story())


def test_steps_and_alerts_are_said_counted_and_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    async def first() -> None:
        async with opened(tmp_path, BUDGET) as desk:
            assert desk.rungs == [Rung.FULL]
            desk.accounts.take(datagram(21_000_000))
            desk.accounts.publish()
            assert desk.rungs == [Rung.FULL, Rung.WIDER]
            assert desk.metrics.value("laconic_budget_steps_total", rung="wider") == 1
            assert desk.metrics.value("laconic_budget_alerts_total", alert="80") == 1

    async def second() -> None:
        async with opened(tmp_path, BUDGET) as desk:
            desk.accounts.publish()
            assert desk.rungs == [Rung.WIDER, Rung.THINNER]
            assert desk.metrics.value("laconic_budget_alerts_total", alert="80") == 0

    asyncio.run(first())
    asyncio.run(second())
    alerts = [text for text in caplog.messages if "80 % of 25.00 MB are used" in text]
    assert len(alerts) == 1


def test_without_a_budget_nothing_is_saved(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as desk:
            desk.accounts.take(datagram(99_000_000))
            desk.accounts.publish()
            assert desk.rungs == [Rung.FULL]
            assert desk.metrics.value("laconic_budget_bytes") == 0

    asyncio.run(story())
    assert Account(Way.UP, Cause.KEEPALIVE, SITE, "") in {
        account for _, account in usage_file.read(tmp_path).counted
    }
