"""Free ports are ones that nobody gets by chance."""

import socket

import pytest

from laconic_bench.ports import KERNEL_PORTS, LOOPBACK, SHARES, free_port, kernel_ports, own_ports


def test_the_kernel_gives_none_of_them_away() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        assert server.getsockname()[1] in kernel_ports()
    for share in range(SHARES):
        assert not set(own_ports(KERNEL_PORTS, share)) & set(KERNEL_PORTS)


def test_each_is_another_one_and_free() -> None:
    ports = [free_port(socket.SOCK_DGRAM, socket.SOCK_STREAM) for _ in range(20)]
    assert len(set(ports)) == len(ports)
    for port in ports:
        with socket.create_server((LOOPBACK, port)):
            pass
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            datagrams.bind((LOOPBACK, port))


def test_a_port_in_use_is_left_out() -> None:
    following = free_port() + SHARES
    with socket.create_server((LOOPBACK, following)):
        assert free_port() != following


@pytest.mark.parametrize("given", [range(1_024, 65_536), range(10_500, 65_536), range(0)])
def test_where_the_kernel_gives_nearly_all_away_there_are_ports_too(given: range) -> None:
    shares = [own_ports(given, share) for share in range(SHARES)]
    assert min(map(len, shares)) > 3_000
    assert len({port for own in shares for port in own}) == sum(map(len, shares))
