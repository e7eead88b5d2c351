"""A TUN device belongs to its namespace and hands out whole IP packets."""

import os
import select
import socket

import pytest

from laconic_bench.live.namespaces import Namespace, NetworkError, new_suffix, run
from laconic_bench.live.tun import open_tun
from tests.support.live import needs_network

pytestmark = needs_network


def test_a_packet_goes_in_and_out() -> None:
    namespace = Namespace(f"laconic-test-{new_suffix()}")
    try:
        device = open_tun(namespace, "radio0", "100.64.0.2/24")
        with namespace.socket(socket.SOCK_DGRAM) as sender:
            sender.sendto(b"hello", ("100.64.0.1", 9))
            assert select.select([device], [], [], 10)[0]
            packet = os.read(device, 2_000)
            source = sender.getsockname()[1]
        assert packet[20:22] == source.to_bytes(2, "big")
        assert (len(packet), packet[28:]) == (33, b"hello")
        with pytest.raises(BlockingIOError):
            os.read(device, 2_000)
        assert "radio0" not in run("ip", "link")
        os.close(device)
        assert "radio0" not in run("ip", "-n", namespace.name, "link")
    finally:
        namespace.remove()


def test_a_bad_address_leaves_no_device() -> None:
    namespace = Namespace(f"laconic-test-{new_suffix()}")
    try:
        with pytest.raises(NetworkError, match="300"):
            open_tun(namespace, "radio0", "300.0.0.1/24")
        assert "radio0" not in run("ip", "-n", namespace.name, "link")
        with pytest.raises(ValueError, match="15"):
            open_tun(namespace, "a-name-of-16-chr", "100.64.0.2/24")
    finally:
        namespace.remove()
