"""The real services, a charger and a CSMS at the two ends of a real network."""

import asyncio
import os
import socket
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from laconic_bench.live.lane import Tally
from laconic_bench.live.namespaces import Namespace, lacking
from laconic_bench.live.network import EXPANDER_ADDRESS, Network, NetworkSettings, network
from laconic_bench.ports import free_port
from laconic_gateway.inspect.pcap import Datagram, datagrams
from tests.support.ledger import Ends, differences
from tests.support.metrics_page import metric
from tests.support.ocppj import Message
from tests.support.raw import RawCsms, Socket, raw_charger, raw_csms, with_id
from tests.support.services import Host, Plan, Service, Services, SiteCharger, services

needs_network: Final = pytest.mark.skipif(bool(lacking()), reason=f"no network: {lacking()}")
"""Marks a test that makes network namespaces."""

needs_quiet: Final = pytest.mark.skipif(
    os.environ.get("LACONIC_KERNEL") != "1",
    reason="compares real time with virtual time, which needs a machine for itself: make kernel",
)
"""Marks a test that would fail now and then on a busy machine."""

CHARGER: Final = SiteCharger("CP1")
BOOT: Final = '[2,"boot","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]'
_BOOTED: Final = '[3,"",{"status":"Accepted","currentTime":"2026-03-01T08:00:00Z","interval":300}]'
_STARTED: Final = '[3,"",{"idTagInfo":{"status":"Accepted"},"transactionId":7}]'
_ANSWERS: Final = {"BootNotification": _BOOTED, "StartTransaction": _STARTED}
_HEADERS_BYTES: Final = 28
"""IPv4 and UDP; written again here, so that no test compares a constant with itself."""
PATIENCE_SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.05


def answer(_identity: str, message: Message) -> str | None:
    """Answer as a CSMS that accepts everything; leave unanswered what the gateway answers too."""
    return with_id(_ANSWERS.get(message.action, '[3,"",{}]'), message.id)


@dataclass(frozen=True, slots=True)
class World:
    """Everything that runs."""

    network: Network
    services: Services
    charger: Socket
    csms: RawCsms
    capture: Path

    async def site_metric(self, name: str) -> float:
        """Return a metric of the site."""
        port = self.services.site_metrics_port
        return await metric(port, name, self.services.site.host)

    async def report(self, numbers: Sequence[int]) -> None:
        """Let the charger send meter values, which the gateway answers when they are on disk."""
        for number in numbers:
            text = f'[2,"m{number}","MeterValues",{{"connectorId":1,"meterValue":[],"n":{number}}}]'
            assert (await self.charger.call(text)).id == f"m{number}"

    async def command(self, number: int) -> None:
        """Let the CSMS ask the charger something, and the charger answer."""
        csms = await self.csms.socket(CHARGER.identity)
        await csms.send(f'[2,"c{number}","TriggerMessage",{{"requestedMessage":"n{number}"}}]')
        request = await self.charger.request()
        assert request.payload == f'{{"requestedMessage":"n{number}"}}'
        await self.charger.send(with_id('[3,"",{"status":"Accepted"}]', request.id))
        assert (await csms.answer()).id == f"c{number}"

    async def settle(self) -> None:
        """Wait until everything has arrived that was sent, and compare the logs of both ends."""
        # The CSMS gets the requests of a charger in order, and so all doubles before this one.
        await self.charger.call('[2,"last","Authorize",{"idTag":"A"}]')
        ends = Ends(self.charger.log, self.csms.logs[CHARGER.identity])
        assert differences(ends, answered_locally=True) == []


@asynccontextmanager
async def world(
    folder: Path, settings: NetworkSettings, *, keepalive_seconds: int = 300
) -> AsyncGenerator[World]:
    """Run both services in a network, with a booted charger at the site and a CSMS.

    Every message that is not answered at once is sent at once. At the end no log may have a
    traceback, and no datagram may have been refused.
    """
    port = free_port()
    plan = Plan(
        f"ws://127.0.0.1:{port}{{path}}",
        (CHARGER,),
        lease_seconds=max(10, 2 * keepalive_seconds),
        keepalive_seconds=keepalive_seconds,
    )
    with network(settings) as made:
        site, expander = _host(made.site), _host(made.expander)
        passwords = {CHARGER.identity: CHARGER.csms_password}
        async with (
            raw_csms(answer, passwords, port, expander) as csms,
            services(folder, plan, site_host=site, expander_host=expander) as ours,
            raw_charger(
                *(ours.url, "1.6", CHARGER.identity, CHARGER.password),
                await site.connect(ours.chargers_port),
            ) as charger,
        ):
            assert (await charger.call(BOOT)).id == "boot"
            assert settings.capture is not None
            yield World(made, ours, charger, csms, settings.capture)


@contextmanager
def tcp_connection(made: Network) -> Generator[tuple[socket.socket, socket.socket]]:
    """Connect a socket of the site with one of the cloud; return both when a word has come up."""
    client, server = made.site.socket(), made.expander.socket()
    with client, server:
        for one in (client, server):
            one.settimeout(PATIENCE_SECONDS)
        server.bind((EXPANDER_ADDRESS, 8_883))
        server.listen()
        client.connect(server.getsockname())
        accepted, _ = server.accept()
        with accepted:
            client.sendall(b"up")
            assert accepted.recv(99) == b"up"
            yield client, accepted


def _host(namespace: Namespace) -> Host:
    return Host(EXPANDER_ADDRESS, namespace.command(), namespace.socket)


async def counters_agree(world: World, *, with_expander: bool = True) -> None:
    """Check what the services say of their bytes against link and capture, to the byte.

    The services publish their counters once a second, so this waits for a moment in which the
    datagrams agree, and then compares the bytes. `with_expander` is False where the NAT may have
    dropped something: that has never been on the link.

    Raises:
        TimeoutError: there is no such moment.
    """
    services = world.services
    ends = [(services.site, services.site_metrics_port)]
    if with_expander:
        ends.append((services.expander, services.expander_metrics_port))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            before = world.network.counts()
            up, down = before.up, before.down
            expected = [_of(up.entered), _of(down.left), _of(down.entered), _of(up.left)]
            found = [one for service, port in ends for one in await _counters(service, port)]
            del expected[len(found) :]
            numbers = [one.datagrams for one in expected] == [one.datagrams for one in found]
            if numbers and world.network.counts() == before:
                break
            await asyncio.sleep(POLL_SECONDS)
    assert found == expected
    carried = [up.entered.packet_bytes, down.left.packet_bytes]
    assert carried == [one.wire_bytes for one in found[:2]], "not only UDP was on the link"
    assert _captured(world) == found[:2]


@dataclass(frozen=True, slots=True)
class Counted:
    """Datagrams of one direction at one end."""

    datagrams: float
    wire_bytes: float


def _of(tally: Tally) -> Counted:
    return Counted(tally.datagrams, tally.datagram_bytes)


async def _counters(service: Service, port: int) -> list[Counted]:
    """Return what a service says that it has sent and received."""
    return [
        Counted(
            await metric(port, f'laconic_datagrams_total{{direction="{way}"}}', service.host),
            await metric(port, f'laconic_wire_bytes_total{{direction="{way}"}}', service.host),
        )
        for way in ("out", "in")
    ]


def _captured(world: World) -> list[Counted]:
    """Return what the site has sent and received, by the capture."""
    found = list(datagrams(world.capture.read_bytes()))
    sent = [one for one in found if one.target.startswith(f"{EXPANDER_ADDRESS}:")]
    received = [one for one in found if one.source.startswith(f"{EXPANDER_ADDRESS}:")]
    assert len(sent) + len(received) == len(found)
    return [Counted(len(some), _wire_bytes(some)) for some in (sent, received)]


def _wire_bytes(some: list[Datagram]) -> int:
    return sum(len(one.payload) + _HEADERS_BYTES for one in some)
