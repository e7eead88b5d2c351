"""What the kernel counts of a TCP connection, against a packet capture on loopback."""

import asyncio
import socket
import sys
from pathlib import Path

import pytest

from laconic_gateway.edge.link.tcp_bytes import TcpBytes, Total
from tests.support.loops import Run
from tests.support.nat import LOOPBACK
from tests.support.tcp import Linked
from tests.support.wire_tap import WireTap

TOLERANCE = 0.02


def test_the_accounts_agree_with_a_capture_within_two_percent(run: Run, tmp_path: Path) -> None:
    async def story() -> None:
        linked = Linked(tmp_path)
        await linked.open("tcp", lambda way: None)
        tap = WireTap.open(linked.way.port, "tcp")
        if tap is None:
            await linked.close()
            pytest.skip("this user may not capture packets on this system")
        await linked.on("tcp")
        for number in range(40):
            await linked.ask(bytes(number * 20), number)
        linked.expander.shell.request("kisumu-1", bytes(500), 1)
        await linked.expander.outcome()
        await linked.close()
        await asyncio.sleep(0)
        captured, shell = tap.close(), linked.site.shell
        # The handshake was before the capture, or in it.
        handshake = 2 * 60 + 52
        for way, counted in (("up", shell.bytes_out), ("down", shell.bytes_in)):
            assert abs(counted - captured[way]) <= TOLERANCE * captured[way] + handshake

    run(story())


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_INFO is of Linux")
def test_both_ends_count_the_same(run: Run) -> None:
    async def story() -> None:
        with socket.create_server((LOOPBACK, 0)) as server:
            client = socket.create_connection(server.getsockname())
            accepted, _ = server.accept()
        with client, accepted:
            client.sendall(bytes(1000))
            received = 0
            while received < 1000:
                received += len(accepted.recv(4096))
            accepted.sendall(b"yes")
            assert client.recv(10) == b"yes"
            ours = TcpBytes(client, is_accepted=False).total()
            theirs = TcpBytes(accepted, is_accepted=True).total()
            assert ours is not None and theirs is not None
            assert (ours.sent, ours.received) == (theirs.received, theirs.sent)
            assert ours.sent >= 60 + 52 + 52 + 1000

    run(story())


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_INFO is of Linux")
def test_a_try_that_is_refused_takes_one_syn(run: Run) -> None:
    async def story() -> None:
        with socket.socket() as taken, socket.socket() as opened:
            taken.bind((LOOPBACK, 0))  # and does not listen
            with pytest.raises(ConnectionRefusedError):
                opened.connect(taken.getsockname())
            counter = TcpBytes(opened, is_accepted=False)
            assert counter.of_failed_try(was_refused=True) == Total(60, 40)

    run(story())


def test_where_the_system_tells_nothing_nothing_is_made_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as opened:
        monkeypatch.setattr(sys, "platform", "other")
        assert TcpBytes(opened, is_accepted=False).total() is None
