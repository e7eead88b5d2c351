"""The relay process: it answers, it ends when it is told to, and it leaves nothing behind."""

import socket
from pathlib import Path

import pytest

from laconic_bench.live.control import RelayProcess
from laconic_bench.live.namespaces import NetworkError
from laconic_bench.radio.profiles import LinkProfile
from tests.support.captures import udp

UP = udp(("100.64.0.2", 7), ("198.51.100.10", 5683), b"up")


def test_a_relay_process_carries_and_counts(tmp_path: Path) -> None:
    site, relay_site = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    far, relay_far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    for one in (relay_site, relay_far):
        one.setblocking(False)
    with site, far:
        with relay_site, relay_far:
            relay = RelayProcess(
                *(relay_site.fileno(), relay_far.fileno(), LinkProfile(), 1),
                *(tmp_path / "link.pcap", ()),
            )
        try:
            site.send(UP)
            assert far.recv(99) == UP
            relay.shape(LinkProfile(loss=1.0))
            site.send(UP)
            while (counts := relay.counts()).up.lost.packets < 1:
                pass
            assert (counts.up.entered.packets, counts.up.left.packets) == (2, 1)
            assert counts.sim_bytes == 2 * len(UP)
        finally:
            relay.stop()
        relay.stop()
        with pytest.raises(NetworkError, match="has ended"):
            relay.counts()
    assert len((tmp_path / "link.pcap").read_bytes()) == 24 + 2 * (16 + len(UP))


def test_a_relay_that_cannot_start_says_so(tmp_path: Path) -> None:
    pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with pair[0] as one, pair[1] as other, pytest.raises(NetworkError, match="has ended"):
        missing = tmp_path / "no such folder" / "link.pcap"
        RelayProcess(one.fileno(), other.fileno(), LinkProfile(), 1, missing, ())
