"""The demo's world on loopback: chargers, site, link, expander and CSMS."""

import asyncio
import random
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, Final, Self

from laconic_bench.charger import Charger, Pace
from laconic_bench.chargers import build_chargers, plan_site
from laconic_bench.csms import Csms
from laconic_bench.link import Link, LinkSettings
from laconic_bench.notebook import Notebook
from laconic_bench.report import Report, measure
from laconic_bench.services import Ports, Service, build_services, read_gauge

DELIVERY_TIMEOUT_SECONDS: Final = 60.0
"""How long the end of a run waits for what is still under way."""


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """What kind of world."""

    seed: int
    link: LinkSettings = field(default_factory=LinkSettings)
    pace: Pace = field(default_factory=Pace)
    command_seconds: float = 5.0
    """Mean time between two commands of the CSMS."""
    is_direct: bool = False
    """True: the chargers talk to the CSMS without site, link and expander, as a self-test."""


class World:
    """Everything that runs in a demo. Enter it to start it, leave it to stop it."""

    def __init__(self, settings: WorldSettings) -> None:
        self.settings = settings
        self.places = plan_site(random.Random(f"{settings.seed} plan"))
        self.notebook = Notebook()
        self.csms = Csms(
            {place.identity: place.password for place in self.places},
            settings.command_seconds,
            random.Random(f"{settings.seed} CSMS"),
        )
        self.chargers: list[Charger] = []
        self.link: Link
        self.started_seconds = 0.0
        """Clock of the event loop when the chargers were started."""
        self._ports = Ports.free()
        self._services: list[Service] = []
        self._lives: list[asyncio.Task[None]] = []
        self._commands: asyncio.Task[None]
        self._cpu_seconds_at_start = 0.0
        self._leave = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._leave = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._leave.aclose()

    @property
    def elapsed_seconds(self) -> float:
        """Time since the chargers were started."""
        return asyncio.get_running_loop().time() - self.started_seconds

    def check(self) -> None:
        """Raises what has gone wrong: ServiceError, or the error of a simulated charger."""
        for service in self._services:
            service.check()
        for task in (*self._lives, self._commands):
            if task.done() and not task.cancelled():
                task.result()

    def report(self) -> Report:
        """Judges and measures everything up to this moment."""
        figures = measure(
            self.notebook.transcripts,
            self.csms.transcripts,
            self.notebook.timings,
            self.link,
            self.elapsed_seconds,
            self.settings.seed,
        )
        usages = [service.usage() for service in self._services]
        match usages:
            case [site, expander] if site and expander:
                cpu_seconds = site.cpu_seconds - self._cpu_seconds_at_start
                return replace(
                    figures,
                    gateway_rss_mb=round(site.resident_mb, 1),
                    gateway_cpu_percent=round(100 * cpu_seconds / self.elapsed_seconds, 1),
                    expander_rss_mb=round(expander.resident_mb, 1),
                )
            case _:
                return figures

    async def queue_records(self) -> float | None:
        """Returns how many records the site has not delivered; None if it does not tell."""
        if self.settings.is_direct:
            return None
        return await read_gauge(self._ports.site_metrics, "laconic_journal_records")

    async def wind_down(self) -> None:
        """Starts nothing new, and returns when everything is delivered or time is over."""
        self.csms.is_commanding = False
        try:
            async with asyncio.timeout(DELIVERY_TIMEOUT_SECONDS):
                await _until(lambda: not self.csms.is_awaiting_answers)
                await asyncio.gather(*(charger.quiesce() for charger in self.chargers))
                await _until(lambda: self.report().lost == 0)
        except TimeoutError:
            pass  # The report says what is missing.

    async def _start(self, stack: AsyncExitStack) -> None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="laconic-demo-")))
        await self.csms.start()
        stack.push_async_callback(self.csms.stop)
        self.link = Link(
            self.settings.link, ("127.0.0.1", self._ports.expander), self.settings.seed
        )
        await self.link.start()
        stack.callback(self.link.stop)
        if not self.settings.is_direct:
            await self._start_services(stack, folder)
        self._start_chargers(stack)

    async def _start_services(self, stack: AsyncExitStack, folder: Path) -> None:
        site, expander = build_services(
            folder, self.places, self._ports, self.link.port, self.csms.port
        )
        # The expander first: the site's first datagram shall find it.
        for service in (expander, site):
            await service.start()
            stack.push_async_callback(service.stop)
        self._services = [site, expander]
        usage = site.usage()
        self._cpu_seconds_at_start = usage.cpu_seconds if usage else 0.0

    def _start_chargers(self, stack: AsyncExitStack) -> None:
        port = self.csms.port if self.settings.is_direct else self._ports.chargers
        self.started_seconds = asyncio.get_running_loop().time()
        self.chargers = build_chargers(
            self.places,
            f"ws://127.0.0.1:{port}",
            self.settings.pace,
            self.notebook,
            self.settings.seed,
        )
        self._lives = [_task(stack, charger.run()) for charger in self.chargers]
        self._commands = _task(stack, self.csms.command())


def _task(stack: AsyncExitStack, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Starts a task that ends when the stack unwinds."""

    async def end() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    task = asyncio.create_task(work)
    stack.push_async_callback(end)
    return task


async def _until(reached: Callable[[], bool]) -> None:
    for _ in count():
        if reached():
            return
        await asyncio.sleep(0.25)
