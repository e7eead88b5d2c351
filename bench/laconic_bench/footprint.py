"""What a gateway costs its machine: memory, idle CPU, added latency. Prints, asserts nothing.

    python -m laconic_bench.footprint [--chargers 20] [--seconds 30] [--calls 500]

Chargers, gateway, expander and CSMS run on loopback without a link emulator, so the time between
an Authorize and its answer is what gateway and expander add to the CSMS's own time, which is
measured in the same run with the chargers connected to the CSMS directly.
"""

import argparse
import asyncio
import base64
import json
import platform
import random
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from laconic_bench.charger_16 import Charger16
from laconic_bench.chargers import Place
from laconic_bench.csms import Csms
from laconic_bench.makes import ACACIA
from laconic_bench.services import Ports, Service, build_services
from laconic_gateway.edge import loop

NEVER_SECONDS: Final = 1e9


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds between a CALL and its answer."""

    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Latency":
        """Summarise measured times."""
        cuts = statistics.quantiles(seconds, n=20)
        return cls(1000 * statistics.median(seconds), 1000 * cuts[-1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures what a gateway costs its machine.")
    parser.add_argument("--chargers", type=int, default=20, metavar="N")
    parser.add_argument("--seconds", type=float, default=30.0, metavar="N", help="idle time")
    parser.add_argument("--calls", type=int, default=500, metavar="N", help="Authorize calls")
    options = parser.parse_args()
    loop.run(lambda _: _measure(options.chargers, options.seconds, options.calls))


async def _measure(chargers: int, idle_seconds: float, calls: int) -> None:
    places = [
        Place(f"CP{number:03d}", f"password {number}", Charger16, ACACIA)
        for number in range(1, chargers + 1)
    ]
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="laconic-bench-")))
        passwords = {place.identity: place.password for place in places}
        csms = Csms(passwords, NEVER_SECONDS, random.Random(1))
        await csms.start()
        stack.push_async_callback(csms.stop)
        async with AsyncExitStack() as direct_stack:
            direct = await _latency(await connect_chargers(direct_stack, places, csms.port), calls)
        site, expander, port = await start_services(stack, folder, places, csms.port)
        sockets = await connect_chargers(stack, places, port)
        await _latency(sockets, len(sockets))  # every charger has said something
        before = site.usage()
        await asyncio.sleep(idle_seconds)
        after = site.usage()
        through = await _latency(sockets, calls)
        print(f"machine            {platform.machine()}, Python {platform.python_version()}")
        print(f"chargers           {chargers}")
        if before and after:
            cpu = 100 * (after.cpu_seconds - before.cpu_seconds) / idle_seconds
            print(f"gateway resident   {after.resident_mb:.1f} MB")
            print(f"gateway idle CPU   {cpu:.2f} % of a core, over {idle_seconds:.0f} s")
        usage = expander.usage()
        if usage:
            print(f"expander resident  {usage.resident_mb:.1f} MB")
        print(f"direct             p50 {direct.p50:.2f} ms, p95 {direct.p95:.2f} ms")
        print(f"through Laconic    p50 {through.p50:.2f} ms, p95 {through.p95:.2f} ms")
        print(f"added              p50 {through.p50 - direct.p50:.2f} ms, of {calls} Authorize")


async def start_services(
    stack: AsyncExitStack, folder: Path, places: Sequence[Place], csms_port: int
) -> tuple[Service, Service, int]:
    """Start a site and its expander; return them and the port for chargers."""
    ports = Ports.free()
    site, expander = build_services(folder, places, ports, ports.expander, csms_port)
    for service in (expander, site):
        stack.callback(service.kill)
        await service.start()
        stack.push_async_callback(service.stop)
    return site, expander, ports.chargers


async def connect_chargers(
    stack: AsyncExitStack, places: Sequence[Place], port: int
) -> list[ClientConnection]:
    """Connect a charger for each place."""
    sockets: list[ClientConnection] = []
    for place in places:
        secret = base64.b64encode(f"{place.identity}:{place.password}".encode()).decode()
        sockets.append(
            await stack.enter_async_context(
                connect(
                    f"ws://127.0.0.1:{port}/{place.identity}",
                    subprotocols=[Subprotocol("ocpp1.6")],
                    additional_headers={"Authorization": f"Basic {secret}"},
                    ping_interval=None,
                )
            )
        )
    return sockets


async def _latency(sockets: Sequence[ClientConnection], calls: int) -> Latency:
    """Send `calls` Authorize, one after the other, over all chargers in turn."""
    seconds: list[float] = []
    for number in range(calls):
        socket = sockets[number % len(sockets)]
        started = perf_counter()
        await socket.send(json.dumps([2, f"{next(_IDS)}", "Authorize", {"idTag": "04A1B2C3"}]))
        await socket.recv()
        seconds.append(perf_counter() - started)
    return Latency.of(seconds)


_IDS: Final = count()


if __name__ == "__main__":
    main()
