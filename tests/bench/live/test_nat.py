"""The kernel's NAT: mappings, their timers, and rebinding."""

import socket

import pytest

from laconic_bench.live.nat import FIRST_PORT, PORTS
from laconic_bench.live.network import (
    EXPANDER_ADDRESS,
    NAT_ADDRESSES,
    SITE_ADDRESS,
    Network,
    NetworkSettings,
    network,
)
from tests.support.live import needs_network, tcp_connection

pytestmark = needs_network

GUARD_SECONDS = 20.0


def echo(made: Network, site: socket.socket, cloud: socket.socket) -> tuple[str, int]:
    """Send a datagram up and one back; return where the first one seemed to come from."""
    site.sendto(b"up", cloud.getsockname())
    address: tuple[str, int] = cloud.recvfrom(99)[1]
    cloud.sendto(b"down", address)
    assert site.recv(99) == b"down"
    return address


def sockets(made: Network) -> tuple[socket.socket, socket.socket]:
    site, cloud = made.site.socket(socket.SOCK_DGRAM), made.expander.socket(socket.SOCK_DGRAM)
    cloud.bind((EXPANDER_ADDRESS, 5683))
    for one in (site, cloud):
        one.settimeout(GUARD_SECONDS)
    return site, cloud


@pytest.mark.parametrize("timeout_seconds", [15, 30, 120])
def test_a_mapping_begins_with_the_whole_timer(timeout_seconds: int) -> None:
    with network(NetworkSettings(nat_timeout_seconds=timeout_seconds)) as made:
        assert made.nat is not None
        site, cloud = sockets(made)
        with site, cloud:
            address, port = echo(made, site, cloud)
            assert address == NAT_ADDRESSES[0]
            assert FIRST_PORT <= port < FIRST_PORT + PORTS
            (mapping,) = made.nat.mappings()
            assert mapping.inside == f"{SITE_ADDRESS}:{site.getsockname()[1]}"
            assert mapping.outside == f"{address}:{port}"
            assert 0 < mapping.remaining_seconds <= timeout_seconds


def test_rebinding_changes_port_or_address_and_closes_the_old_one() -> None:
    with network(NetworkSettings(nat_timeout_seconds=30)) as made:
        assert made.nat is not None
        site, cloud = sockets(made)
        with site, cloud:
            seen = [echo(made, site, cloud)]
            for change in (made.rebind, made.move_nat, made.move_nat):
                change()
                assert made.nat.mappings() == []
                seen.append(echo(made, site, cloud))
                for old in seen[:-1]:
                    cloud.sendto(b"stale", old)
            first, second = NAT_ADDRESSES
            assert [address for address, _ in seen] == [first, first, second, first]
            assert len({port for _, port in seen}) == 4
            echo(made, site, cloud)  # Nothing stale is in the way of the answer.
            assert made.counts().down.entered.datagrams == 5


def test_an_open_connection_is_kept_as_long_as_a_datagram() -> None:
    with network(NetworkSettings(nat_timeout_seconds=30)) as made:
        assert made.nat is not None
        with tcp_connection(made):
            listed = made.nat.namespace.run("conntrack", "-L", "-p", "tcp")
            (line,) = [one for one in listed.splitlines() if "ESTABLISHED" in one]
            assert 0 < int(line.split()[2]) <= 30
