"""Free ports are ones that nobody gets by chance."""

import socket

from laconic_bench.ports import LOOPBACK, SHARES, free_port, kernel_ports


def test_the_kernel_gives_none_of_them_away() -> None:
    given = kernel_ports()
    with socket.create_server((LOOPBACK, 0)) as server:
        assert server.getsockname()[1] in given
    assert not {free_port() for _ in range(100)} & set(given)


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
