"""What a gateway with 100 chargers takes of its machine: memory and CPU, idle and at work.

A real `laconic site` and a real `laconic expander`, each a process of its own; chargers and CSMS
are in the process that measures. Every charger is connected and booted, and says something each
minute, in real time.
"""

import asyncio
import json
import tempfile
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final

from websockets.asyncio.client import ClientConnection

from laconic_bench.charger_16 import Charger16
from laconic_bench.chargers import Place
from laconic_bench.csms import Csms
from laconic_bench.footprint import NEVER_SECONDS, connect_chargers, start_services
from laconic_bench.makes import ACACIA
from laconic_bench.services import Service, Usage
from laconic_bench.storage_figures.meter_values import Samples
from laconic_gateway.edge import loop

CHARGERS: Final = 100
IDLE_SECONDS: Final = 30.0
MINUTES: Final = 3
MINUTE_SECONDS: Final = 60.0
_SETTLE_SECONDS: Final = 5.0
_BOOT: Final = {"chargePointVendor": "V", "chargePointModel": "M"}


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the process of the gateway took."""

    chargers: int
    messages: int
    resident_mb: float
    idle_core: float
    """Part of one core."""
    busy_core: float
    """Part of one core, at one message per charger and minute."""
    busy_seconds: float

    @property
    def milliseconds_per_message(self) -> float:
        """Return the CPU time of a message, what is idle taken off."""
        taken = (self.busy_core - self.idle_core) * self.busy_seconds
        return 1_000 * taken / self.messages


def measure(
    chargers: int = CHARGERS,
    minutes: int = MINUTES,
    minute_seconds: float = MINUTE_SECONDS,
    idle_seconds: float = IDLE_SECONDS,
) -> Footprint:
    """Start everything, and let every charger speak once in `minute_seconds`.

    Raises:
        ServiceError: a service does not start.
        RuntimeError: this system does not tell what a process takes.
    """
    return loop.run(lambda _: _measure(chargers, minutes, minute_seconds, idle_seconds))


async def _measure(
    chargers: int, minutes: int, minute_seconds: float, idle_seconds: float
) -> Footprint:
    places = [
        Place(f"CP{number:03d}", f"password {number}", Charger16, ACACIA)
        for number in range(1, chargers + 1)
    ]
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="laconic-bench-")))
        passwords = {place.identity: place.password for place in places}
        csms = Csms(passwords, NEVER_SECONDS, Random(1))
        await csms.start()
        stack.push_async_callback(csms.stop)
        site, _, port = await start_services(stack, folder, places, csms.port)
        sockets = await connect_chargers(stack, places, port)
        for socket in sockets:
            await _say(socket, json.dumps([2, "boot", "BootNotification", _BOOT]))
        await asyncio.sleep(_SETTLE_SECONDS)
        idle_core, _ = await _share(site, asyncio.sleep(idle_seconds))
        living = [
            _live(socket, Random(number), minutes, minute_seconds)
            for number, socket in enumerate(sockets)
        ]
        busy_core, busy_seconds = await _share(site, _all(living))
        return Footprint(
            chargers,
            chargers * minutes,
            _usage(site).resident_mb,
            idle_core,
            busy_core,
            busy_seconds,
        )


async def _live(socket: ClientConnection, chance: Random, minutes: int, seconds: float) -> None:
    """Say something once in each minute, always at the same second of it."""
    samples, phase_seconds = Samples(chance), chance.uniform(0.0, seconds)
    for minute in range(minutes):
        await asyncio.sleep(phase_seconds)
        await _say(socket, samples.call(MINUTE_SECONDS * minute))
        await asyncio.sleep(seconds - phase_seconds)


async def _say(socket: ClientConnection, text: str) -> None:
    await socket.send(text)
    await socket.recv()


async def _all(works: Sequence[Coroutine[None, None, None]]) -> None:
    await asyncio.gather(*works)


async def _share(site: Service, work: Coroutine[None, None, None]) -> tuple[float, float]:
    """Return which part of a core the site takes while something happens, and how long that is."""
    before, began = _usage(site).cpu_seconds, perf_counter()
    await work
    seconds = perf_counter() - began
    return (_usage(site).cpu_seconds - before) / seconds, seconds


def _usage(site: Service) -> Usage:
    usage = site.usage()
    if usage is None:
        raise RuntimeError("this system has no /proc that tells what a process takes")
    return usage
