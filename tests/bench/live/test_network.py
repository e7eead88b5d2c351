"""The whole network: two ends that reach each other over the link, and nothing left behind."""

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from laconic_bench.live import network as network_module
from laconic_bench.live.namespaces import NetworkError, run
from laconic_bench.live.network import (
    EXPANDER_ADDRESS,
    SITE_ADDRESS,
    Network,
    NetworkSettings,
    network,
)
from laconic_bench.radio.profiles import LinkProfile
from laconic_gateway.inspect.pcap import datagrams
from tests.support.live import needs_network


def names(made: Network) -> list[str]:
    carrier = [made.nat.namespace.name] if made.nat is not None else []
    return [made.site.name, made.expander.name, *carrier]


def left_behind(of: list[str]) -> list[str]:
    listed = run("ip", "netns", "list").split()
    return [name for name in of if name in listed]


@needs_network
@pytest.mark.parametrize("nat_timeout_seconds", [None, 30], ids=["without NAT", "with NAT"])
def test_bytes_of_both_ways_are_counted_and_captured(
    nat_timeout_seconds: int | None, tmp_path: Path
) -> None:
    capture = tmp_path / "link.pcap"
    settings = NetworkSettings(LinkProfile(), 1, nat_timeout_seconds, capture)
    with network(settings) as made:
        site, cloud = (one.socket(socket.SOCK_DGRAM) for one in (made.site, made.expander))
        with site, cloud:
            cloud.bind((EXPANDER_ADDRESS, 5683))
            site.sendto(b"x" * 1_000, cloud.getsockname())
            _, address = cloud.recvfrom(2_000)
            assert (address[0] == SITE_ADDRESS) is (nat_timeout_seconds is None)
            cloud.sendto(b"y" * 10, address)
            assert site.recv(99) == b"y" * 10
        counts = made.counts()
        assert counts.up.entered.packet_bytes == counts.up.left.packet_bytes == 1_028
        assert counts.down.entered.packet_bytes == counts.down.left.packet_bytes == 38
        assert counts.sim_bytes == 1_066
        assert made.radio_bytes() == (1_028, 38)  # the kernel's own account
        assert [len(one.payload) for one in datagrams(capture.read_bytes())] == [1_000, 10]
        made_names = names(made)
    assert left_behind(made_names) == []


@needs_network
def test_a_failure_leaves_nothing_behind() -> None:
    made_names: list[str] = []
    process: subprocess.Popen[bytes] | None = None
    with (
        pytest.raises(ZeroDivisionError),
        network(NetworkSettings(nat_timeout_seconds=30)) as made,
    ):
        made_names += names(made)
        process = subprocess.Popen(made.site.command("sleep", "1000"))
        while not run("ip", "netns", "pids", made.site.name):
            pass
        raise ZeroDivisionError
    assert left_behind(made_names) == []
    assert process is not None and process.wait() == -signal.SIGKILL


@needs_network
def test_a_user_who_is_killed_leaves_nothing_behind() -> None:
    """The relay notices that nobody is left, and removes the namespaces."""
    program = (
        "import time\n"
        "from laconic_bench.live.network import NetworkSettings, network\n"
        "with network(NetworkSettings(nat_timeout_seconds=30)) as made:\n"
        "    print(made.relay_process_id, made.site.name, made.expander.name, flush=True)\n"
        "    time.sleep(1000)\n"
    )
    user = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert user.stdout is not None
    relay, *made_names = user.stdout.readline().split()
    relay_end = os.pidfd_open(int(relay))
    user.kill()
    user.communicate()
    assert select.select([relay_end], [], [], 20)[0]
    os.close(relay_end)
    assert left_behind(made_names) == []


@needs_network
def test_a_network_without_a_nat_does_not_rebind() -> None:
    with network(NetworkSettings()) as made, pytest.raises(NetworkError, match="no NAT"):
        made.rebind()


def test_a_machine_that_cannot_have_a_network_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_module, "lacking", lambda: "not installed: nftables")
    with pytest.raises(NetworkError, match="not installed: nftables"), network(NetworkSettings()):
        pass
