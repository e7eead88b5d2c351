"""The second socket, and probes over it, on loopback."""

import asyncio
import socket
from contextlib import closing
from pathlib import Path

from laconic_codec import signs
from laconic_codec.signs import Probe
from laconic_gateway.core.coap.endpoint import (
    KEEPALIVE,
    PROBE,
    Address,
    Endpoint,
    ProbeAnswered,
    ProbeFailed,
    RequestReceived,
)
from laconic_gateway.edge.link.probe_socket import ProbeSocket
from laconic_gateway.edge.link.shell import Datagram
from tests.support.loops import Run
from tests.support.nat import LOOPBACK
from tests.support.udp import Pair


def connected(family: int, address: Address) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_DGRAM)
    opened.setblocking(False)
    opened.connect(address)
    return opened


def test_it_opens_itself_for_each_round(run: Run) -> None:
    async def story() -> None:
        received: asyncio.Queue[bytes] = asyncio.Queue()
        probes = ProbeSocket(connected, received.put_nowait)
        assert probes.local_port == 0
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as peer, closing(probes):
            peer.bind((LOOPBACK, 0))
            peer.settimeout(10.0)
            probes.send(b"one", socket.AF_INET, peer.getsockname())
            data, first = peer.recvfrom(100)
            assert (data, first[1]) == (b"one", probes.local_port)
            peer.sendto(b"answer", first)
            assert await received.get() == b"answer"
            probes.send(b"two", socket.AF_INET, peer.getsockname())
            assert peer.recvfrom(100) == (b"two", first)
            probes.close()
            assert probes.local_port == 0
            probes.send(b"three", socket.AF_INET, peer.getsockname())
            assert peer.recvfrom(100)[0] == b"three"

    run(story())


def test_an_icmp_error_does_no_harm(run: Run) -> None:
    async def story() -> None:
        received: asyncio.Queue[bytes] = asyncio.Queue()
        probes = ProbeSocket(connected, received.put_nowait)
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as peer:
            peer.bind((LOOPBACK, 0))
            nobody = peer.getsockname()
        with closing(probes):
            probes.send(b"one", socket.AF_INET, nobody)
            await asyncio.sleep(0)
            port = probes.local_port
            with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as peer:
                peer.bind(nobody)
                peer.sendto(b"late", (LOOPBACK, port))
                assert await received.get() == b"late"

    run(story())


def test_a_probe_takes_the_second_socket_and_moves_no_address(tmp_path: Path, run: Run) -> None:
    async def story() -> None:
        pair = Pair(tmp_path)
        expander = pair.expander
        expander.endpoint = Endpoint(
            random=lambda: 0.0, first_message_id=1, delay_of=signs.delay_of
        )
        expander.endpoint.add_peer("kisumu-1", expander.context, None)
        await pair.open()
        counted: list[Datagram] = []
        pair.site.shell.on_datagram = counted.append
        with closing(pair):
            pair.site.shell.send("expander", b"")
            await expander.next(RequestReceived)
            address = expander.endpoint.address_of("kisumu-1")
            payload = signs.encode(Probe(0))
            pair.site.shell.probe("expander", payload, 1, 10.0)
            assert await pair.site.next(ProbeAnswered) == ProbeAnswered("expander", 1)
            assert expander.endpoint.address_of("kisumu-1") == address
            assert expander.taken() == []
            assert pair.site.shell.datagrams_out == 2
            assert pair.site.shell.bytes_out == expander.shell.bytes_in
            assert [one.mark for one in counted[1:]] == [PROBE, PROBE]
            sent = sum(one.wire_bytes for one in counted if one.is_outgoing)
            assert sent == pair.site.shell.bytes_out
            assert sum(one.wire_bytes for one in counted) - sent == pair.site.shell.bytes_in
            pair.site.shell.end_probing()

    run(story())


def test_a_probe_without_an_answer_fails(tmp_path: Path, run: Run) -> None:
    async def story() -> None:
        pair = Pair(tmp_path)
        await pair.open()  # this expander does not know probes: it answers no one-way request
        with closing(pair):
            pair.site.shell.probe("expander", signs.encode(Probe(0)), 1, 0.01)
            failed = ProbeFailed("expander", 1, "no answer", conclusive=True)
            assert await pair.site.next(ProbeFailed) == failed

    run(story())


def test_a_bare_keepalive_is_one_byte_that_nobody_answers(tmp_path: Path, run: Run) -> None:
    async def story() -> None:
        pair = Pair(tmp_path)
        await pair.open()
        counted: list[Datagram] = []
        pair.site.shell.on_datagram = counted.append
        with closing(pair):
            pair.site.shell.send_bare()
            assert counted == [Datagram(True, 29, KEEPALIVE)]
            pair.site.shell.send("expander", b"")
            await pair.expander.next(RequestReceived)
            assert pair.expander.endpoint.counters["bare_keepalive"] == 1
            assert pair.expander.shell.datagrams_out == 0
            assert pair.site.shell.bytes_out == 29 + 47  # a sender id of two bytes, one of number
            assert pair.site.shell.is_ipv4

    run(story())
