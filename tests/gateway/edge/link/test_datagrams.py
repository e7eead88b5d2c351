"""The UDP shell, on real loopback sockets."""

import asyncio
import random
import socket
from contextlib import closing
from pathlib import Path

import pytest

from laconic_bench.ports import free_port
from laconic_gateway.core.coap.endpoint import (
    Event,
    ExchangeFailed,
    PeerMoved,
    RequestReceived,
    ResponseReceived,
    Timing,
)
from laconic_gateway.edge.link.datagrams import DatagramShell
from tests.support.loops import Run
from tests.support.nat import LOOPBACK, Nat
from tests.support.udp import Pair, with_pair


def test_both_ends_ask_and_every_byte_is_counted(run: Run, tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        site, expander = pair.site, pair.expander
        site.shell.request("expander", bytes(10), 7)
        assert await site.next(ResponseReceived) == ResponseReceived(
            "expander", 7, b"re:" + bytes(10)
        )
        up, down = 30 + 28, 15 + 1 + 13 + 28
        assert (site.shell.bytes_out, site.shell.bytes_in) == (up, down)
        assert (expander.shell.bytes_out, expander.shell.bytes_in) == (down, up)
        assert (site.shell.datagrams_out, site.shell.datagrams_in) == (1, 1)

        expander.shell.request("kisumu-1", b"command", 8)
        assert await expander.next(ResponseReceived) == ResponseReceived(
            "kisumu-1", 8, b"re:command"
        )
        assert site.shell.datagrams_in == expander.shell.datagrams_out == 2

    run(with_pair(tmp_path, story))


def test_a_one_way_message_arrives(run: Run, tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        pair.site.shell.send("expander", b"")
        request = await pair.expander.next(RequestReceived)
        assert isinstance(request, RequestReceived) and not request.confirmable
        assert pair.site.shell.bytes_out == 47
        assert pair.expander.shell.datagrams_out == 0

    run(with_pair(tmp_path, story))


def test_the_timer_retransmits_and_a_rebound_nat_does_no_harm(run: Run, tmp_path: Path) -> None:
    async def story() -> None:
        pair = Pair(tmp_path, Timing(first_timeout_seconds=0.05, shortest_timeout_seconds=0.05))
        await pair.bind()
        nat = Nat((LOOPBACK, pair.expander.shell.local_port))
        port = await nat.open()
        with closing(pair), closing(nat):
            await pair.connect(LOOPBACK, port)
            pair.site.shell.request("expander", b"one", 1)
            await pair.site.next(ResponseReceived)

            nat.lose_upwards = 1
            pair.site.shell.request("expander", b"two", 2)
            await nat.lost.wait()
            await nat.rebind()
            answered = await pair.site.next(ResponseReceived)
            assert answered == ResponseReceived("expander", 2, b"re:two")
            assert pair.site.endpoint.counters["retransmitted"] >= 1
            moves = [event for event in pair.expander.taken() if isinstance(event, PeerMoved)]
            assert len({move.address for move in moves}) == 2

            pair.expander.shell.request("kisumu-1", b"command", 3)
            await pair.expander.next(ResponseReceived)

    run(story())


def test_a_port_without_a_listener_fails_no_exchange_early(run: Run, tmp_path: Path) -> None:
    """ICMP errors come back at once; the expander starts only after that."""

    async def story() -> None:
        timing = Timing(
            first_timeout_seconds=0.05, shortest_timeout_seconds=0.05, retransmissions=8
        )
        pair = Pair(tmp_path, timing)
        with closing(pair):
            port = free_port(socket.SOCK_DGRAM)
            await pair.connect(LOOPBACK, port)
            local_port = pair.site.shell.local_port
            pair.site.shell.request("expander", b"early", 1)
            await pair.socket_error.wait()
            await pair.bind(port)
            await pair.site.next(ResponseReceived)
            # An error alone is no reason for a new socket, and a new address, every time.
            assert pair.site.shell.local_port == local_port

    run(story())


def test_after_a_failure_the_site_opens_a_new_socket_and_resolves_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laconic_gateway.edge.link.datagrams.REOPEN_INTERVAL_SECONDS", 0.0)

    async def story() -> None:
        pair = Pair(
            tmp_path,
            Timing(first_timeout_seconds=0.02, shortest_timeout_seconds=0.02, retransmissions=1),
        )
        silent = Silent()
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: silent, local_addr=(LOOPBACK, 0)
        )
        with closing(pair), closing(transport):
            await pair.connect("localhost", transport.get_extra_info("sockname")[1])
            pair.site.shell.request("expander", b"x", 1)
            assert await pair.site.next(ExchangeFailed) == ExchangeFailed(
                "expander", 1, "no answer"
            )
            while len(silent.sources) < 2:
                pair.site.shell.request("expander", b"x", 2)
                await pair.site.next(ExchangeFailed)

    run(story())


class Silent(asyncio.DatagramProtocol):
    """Takes datagrams, notes where they come from, and says nothing."""

    def __init__(self) -> None:
        self.sources: set[tuple[str, int]] = set()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.sources.add(addr)


def test_a_name_that_does_not_resolve_is_said_once_and_tried_again(
    run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        pair = Pair(tmp_path)
        with closing(pair):
            await pair.connect("expander..example", 5683)
            (said,) = caplog.messages
            assert said.startswith("the name expander..example cannot be resolved (")
            assert "check site.expander and the DNS" in said
            await pair.site.shell._reopen()  # pyright: ignore[reportPrivateUsage]
            assert caplog.messages == [said]
            pair.site.shell.request("expander", b"x", 1)
            assert pair.site.shell.socket_errors == 3
            assert pair.site.shell.local_port == 0
            assert pair.site.shell.bytes_out == 0

    run(story())


def test_a_port_in_use_is_an_error(run: Run, tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        with pytest.raises(OSError, match=r"[Aa]ddress already in use"):
            await DatagramShell.bind(
                pair.expander.endpoint, LOOPBACK, pair.expander.shell.local_port, lambda _: None
            )

    run(with_pair(tmp_path, story))


def test_strangers_get_no_answer(run: Run, tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.setblocking(False)
            stranger.connect((LOOPBACK, pair.expander.shell.local_port))
            for datagram in (b"", b"\x40\x00\x12\x34", b"\x40\x01\x00\x01", random.randbytes(600)):
                stranger.send(datagram)
            # The answer to this one comes after anything that the others could have caused.
            pair.site.shell.request("expander", b"x", 1)
            await pair.site.next(ResponseReceived)
            assert pair.expander.shell.datagrams_in == 5
            assert pair.expander.shell.datagrams_out == 1
            with pytest.raises(BlockingIOError):
                stranger.recv(1)

    run(with_pair(tmp_path, story))


def test_the_connected_socket_hears_only_its_peer(run: Run, tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(b"junk", (LOOPBACK, pair.site.shell.local_port))
        pair.site.shell.request("expander", b"x", 1)
        await pair.site.next(ResponseReceived)
        assert pair.site.shell.datagrams_in == 1

    run(with_pair(tmp_path, story))


def test_an_owner_may_ask_from_within_an_event(run: Run, tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        answers: list[int] = []
        done = asyncio.Event()

        def again(event: Event) -> None:
            if isinstance(event, ResponseReceived):
                answers.append(event.exchange)
                if event.exchange < 5:
                    pair.site.shell.request("expander", b"next", event.exchange + 1)
                else:
                    done.set()

        pair.site.take = again  # type: ignore[method-assign]
        pair.site.shell.close()
        pair.site.shell = await DatagramShell.connect(
            pair.site.endpoint, LOOPBACK, pair.expander.shell.local_port, again
        )
        pair.site.shell.request("expander", b"first", 1)
        await done.wait()
        assert answers == [1, 2, 3, 4, 5]

    run(with_pair(tmp_path, story))


def test_datagrams_are_never_fragmented(run: Run, tmp_path: Path) -> None:
    if not hasattr(socket, "SO_DOMAIN"):
        pytest.skip("Linux only")

    async def story(pair: Pair) -> None:
        for end in (pair.site, pair.expander):
            transport = end.shell._transport  # pyright: ignore[reportPrivateUsage]
            assert transport is not None
            descriptor = transport.get_extra_info("socket").fileno()
            with socket.socket(fileno=socket.dup(descriptor)) as opened:
                ip_mtu_discover, do = 10, 2
                assert opened.getsockopt(socket.IPPROTO_IP, ip_mtu_discover) == do

    run(with_pair(tmp_path, story))
