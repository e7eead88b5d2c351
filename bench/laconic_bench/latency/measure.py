"""Measures both ways side by side: the same link, the same pauses, the same CSMS.

Ten chargers speak OCPP-J over TLS 1.3 straight to the CSMS, ten others to a site gateway of their
own. Each asks now and then, on a connection on which nothing else is said. What is measured is the
time between an Authorize and its answer, at the charger.
"""

import asyncio
import base64
import json
import socket
import ssl
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter
from typing import Final

from websockets.asyncio.client import ClientConnection, connect

from laconic_bench.latency import certificate, csms, echo, lanes
from laconic_bench.live.namespaces import Namespace
from laconic_bench.live.network import EXPANDER_ADDRESS, Network, NetworkSettings, network
from laconic_bench.radio.profiles import PROFILES, LinkProfile

PROFILE: Final = replace(PROFILES["2g"], rate_bits_per_second=0.0)
"""Round trips of 600 ms and 2 % loss each way. Without its rate: twenty chargers share the link."""
CHARGERS: Final = 10
CALLS: Final = 60
"""Of each charger."""
PAUSE_SECONDS: Final = (2.0, 8.0)
"""Between two calls of a charger, uniform."""
ECHO_SHARE: Final = 2
ECHO_PAUSE_SECONDS: Final = (0.2, 0.6)
"""One datagram for two calls of a way, by one client, over about the same time."""
PATIENCE_SECONDS: Final = 120.0
_ANSWERED: Final = '{"idTagInfo":{"status":"Accepted"}}'


@dataclass(frozen=True, slots=True)
class Times:
    """How long the answers took."""

    seconds: tuple[float, ...]

    def quantile(self, percent: int) -> float:
        """Return how long at most so many of a hundred answers took."""
        return quantiles(self.seconds, n=100, method="inclusive")[percent - 1]

    def share_over(self, seconds: float) -> float:
        """Return the share of the answers that took longer."""
        return sum(one > seconds for one in self.seconds) / len(self.seconds)


@dataclass(frozen=True, slots=True)
class Measured:
    """Both ways, on the same link at the same time."""

    profile: LinkProfile
    laconic: Times
    over_tls: Times
    echo: Times
    """Of one UDP datagram and its echo: what the emulated link takes by itself."""


def measure(
    chargers: int = CHARGERS, calls: int = CALLS, profile: LinkProfile = PROFILE, seed: int = 1
) -> Measured:
    """Run all; it takes `calls` pauses.

    Raises:
        NetworkError: this machine cannot have such a network; the text says why.
    """
    with network(NetworkSettings(profile, seed)) as made:
        return asyncio.run(_measure(made, chargers, calls, profile, seed))


async def _measure(
    made: Network, chargers: int, calls: int, profile: LinkProfile, seed: int
) -> Measured:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="laconic-bench-")))
        server_tls, client_tls = certificate.make(EXPANDER_ADDRESS, folder)
        plain, plain_port = _listen(made.expander, "127.0.0.1")
        secure, secure_port = _listen(made.expander, EXPANDER_ADDRESS)
        for server in (await csms.start(plain), await csms.start(secure, server_tls)):
            stack.callback(server.close)
        expander, sites = lanes.build(folder, chargers, plain_port, made.site, made.expander)
        for service in (expander, *(lane.site for lane in sites)):
            stack.callback(service.kill)
            await service.start()
            stack.push_async_callback(service.stop)
        through = [
            await _connect(stack, made.site, "127.0.0.1", lane.chargers_port, lane.identity)
            for lane in sites
        ]
        straight = [
            await _connect(
                *(stack, made.site, EXPANDER_ADDRESS, secure_port, lane.identity), tls=client_tls
            )
            for lane in sites
        ]
        echoing, mirror = await _echo(stack, made)
        found = await asyncio.gather(
            mirror.ask(echoing, chargers * calls // ECHO_SHARE, ECHO_PAUSE_SECONDS, Random(seed)),
            *(
                _ask(socket, calls, Random(f"{way} {number}"))
                for way, sockets in (("laconic", through), ("tls", straight))
                for number, socket in enumerate(sockets)
            ),
        )
    reflected, *others = found
    return Measured(
        profile, _times(others[:chargers]), _times(others[chargers:]), Times(tuple(reflected))
    )


def _times(found: Sequence[list[float]]) -> Times:
    return Times(tuple(seconds for some in found for seconds in some))


async def _echo(
    stack: AsyncExitStack, made: Network
) -> tuple[asyncio.DatagramTransport, echo.EchoClient]:
    """Start both ends of the echo."""
    there, here = (one.socket(socket.SOCK_DGRAM) for one in (made.expander, made.site))
    there.bind((EXPANDER_ADDRESS, 0))
    here.connect(there.getsockname())
    for opened in (there, here):
        opened.setblocking(False)
    stack.callback((await echo.serve(there)).close)
    transport, mirror = await echo.client(here)
    stack.callback(transport.close)
    return transport, mirror


def _listen(namespace: Namespace, host: str) -> tuple[socket.socket, int]:
    """Return a bound TCP socket of a namespace, and its port."""
    opened = namespace.socket()
    opened.setblocking(False)
    opened.bind((host, 0))
    return opened, int(opened.getsockname()[1])


async def _connect(
    stack: AsyncExitStack,
    namespace: Namespace,
    host: str,
    port: int,
    identity: str,
    tls: ssl.SSLContext | None = None,
) -> ClientConnection:
    """Connect a charger and boot it."""
    opened = namespace.socket()
    opened.setblocking(False)
    await asyncio.get_running_loop().sock_connect(opened, (host, port))
    secret = base64.b64encode(f"{identity}:{lanes.PASSWORD}".encode()).decode()
    connection = await stack.enter_async_context(
        connect(
            f"{'wss' if tls else 'ws'}://{host}:{port}/{identity}",
            sock=opened,
            ssl=tls,
            subprotocols=[csms.OCPP_16],
            additional_headers={"Authorization": f"Basic {secret}"},
            compression=None,
            ping_interval=None,
            open_timeout=PATIENCE_SECONDS,
        )
    )
    boot = {"chargePointVendor": "V", "chargePointModel": "M"}
    await connection.send(json.dumps([2, "boot", "BootNotification", boot]))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await connection.recv()
    return connection


async def _ask(connection: ClientConnection, calls: int, chance: Random) -> list[float]:
    """Return how long each answer took."""
    seconds: list[float] = []
    for number in range(calls):
        await asyncio.sleep(chance.uniform(*PAUSE_SECONDS))
        payload = {"idTag": f"{chance.getrandbits(56):014X}"}
        started = perf_counter()
        await connection.send(json.dumps([2, f"{number}", "Authorize", payload]))
        async with asyncio.timeout(PATIENCE_SECONDS):
            text = await connection.recv()
        seconds.append(perf_counter() - started)
        assert json.loads(text) == [3, f"{number}", json.loads(_ANSWERED)], text
    return seconds
