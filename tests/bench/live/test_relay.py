"""The relay between two descriptors, which need not be TUN devices."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from laconic_bench.live.pcap import PcapWriter
from laconic_bench.live.relay import Relay
from laconic_bench.radio.profiles import LinkProfile
from laconic_gateway.inspect.pcap import datagrams
from tests.support.captures import udp

UP = udp(("100.64.0.2", 7), ("198.51.100.10", 5683), b"up")
DOWN = udp(("198.51.100.10", 5683), ("100.64.0.2", 7), b"down")


class Ends(NamedTuple):
    """What stands for the kernel's side of the devices, and the relay's side of them."""

    site: socket.socket
    far: socket.socket
    relay_site: socket.socket
    relay_far: socket.socket


@pytest.fixture
def ends() -> Iterator[Ends]:
    pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2)]
    (site, relay_site), (far, relay_far) = pairs
    for one in (relay_site, relay_far, site, far):
        one.setblocking(False)
    yield Ends(site, far, relay_site, relay_far)
    for pair in pairs:
        for one in pair:
            one.close()


def relay(ends: Ends, profile: LinkProfile, capture: PcapWriter | None = None) -> Relay:
    return Relay(ends.relay_site.fileno(), ends.relay_far.fileno(), profile, 1, capture)


def carry(one: Relay, ends: Ends) -> None:
    one.collect(ends.relay_site.fileno())
    one.collect(ends.relay_far.fileno())
    one.deliver()


def test_packets_go_both_ways_and_are_counted(ends: Ends) -> None:
    one = relay(ends, LinkProfile())
    ends.site.send(UP)
    ends.site.send(UP)
    ends.far.send(DOWN)
    carry(one, ends)
    assert [ends.far.recv(99), ends.far.recv(99), ends.site.recv(99)] == [UP, UP, DOWN]
    counts = one.answer({"do": "counts"})
    assert counts["up"]["left"]["packet_bytes"] == 2 * len(UP)
    assert counts["down"]["entered"]["datagram_bytes"] == len(DOWN)
    assert one.timer() is None


def test_the_capture_has_what_the_sim_sees(ends: Ends, tmp_path: Path) -> None:
    capture = PcapWriter(tmp_path / "link.pcap")
    one = relay(ends, LinkProfile(loss=1.0), capture)
    ends.site.send(UP)
    ends.far.send(DOWN)
    carry(one, ends)
    one.answer({"do": "counts"})
    seen = list(datagrams((tmp_path / "link.pcap").read_bytes()))
    capture.close()
    # What is lost on the way up was sent and is paid for; what is lost on the way down is not.
    assert [datagram.payload for datagram in seen] == [b"up"]


def test_the_profile_can_be_exchanged(ends: Ends) -> None:
    one = relay(ends, LinkProfile(loss=1.0))
    ends.site.send(UP)
    carry(one, ends)
    assert one.answer({"do": "shape", "profile": {"delay_seconds": 1_000}}) == {}
    ends.site.send(UP)
    carry(one, ends)
    assert one.timer() is not None
    with pytest.raises(BlockingIOError):
        ends.far.recv(99)


def test_a_device_that_is_gone_is_a_loss(ends: Ends) -> None:
    one = relay(ends, LinkProfile())
    ends.site.send(UP)
    one.collect(ends.relay_site.fileno())
    ends.far.close()
    one.deliver()
    assert one.timer() is None


def test_what_is_no_command_is_refused(ends: Ends) -> None:
    with pytest.raises(ValueError, match="not a command"):
        relay(ends, LinkProfile()).answer({"do": "dance"})


def test_a_descriptor_without_packets_is_left_alone(ends: Ends) -> None:
    one = relay(ends, LinkProfile())
    carry(one, ends)
    assert one.answer({"do": "counts"})["up"]["entered"]["packets"] == 0
    assert os.get_blocking(ends.relay_site.fileno()) is False
