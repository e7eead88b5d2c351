"""Ports of loopback for services that must know theirs before they start.

None of them is one that the kernel gives away by itself (`ip_local_port_range`). Such a port may be
taken by anybody's connection between here and the bind, and who connects to it while nobody listens
yet may even be connected to himself (RFC 9293, 3.5: simultaneous open).
"""

import os
import random
import socket
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Final

LOOPBACK: Final = "127.0.0.1"
FIRST: Final = 10_000
"""Below are ports that services of the machine may have."""
SHARES: Final = 16
"""Processes side by side have ports of their own, by their id."""
ENOUGH: Final = 1_024
KERNEL_PORTS: Final = range(32_768, 61_000)
"""Where the system does not say which it gives away."""

_SETTING: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
_TCP: Final = (socket.SOCK_STREAM,)


def free_port(*kinds: socket.SocketKind) -> int:
    """Return a port that nobody uses, of TCP where no kind is named; another one each time."""
    return next(port for port in _PORTS if all(_is_free(port, one) for one in kinds or _TCP))


def kernel_ports() -> range:
    """Return the ports that the kernel gives to whoever names none."""
    if not _SETTING.exists():
        return KERNEL_PORTS
    first, last = map(int, _SETTING.read_text(encoding="ascii").split())
    return range(first, last + 1)


def own_ports(given: range, share: int) -> list[int]:
    """Return the ports of one process in turn, outside of those that the kernel gives away.

    Servers with many connections may let it give away nearly all; then there is no outside.
    """
    ports = range(FIRST, 65_536)
    outside = [port for port in ports if port not in given]
    return list(outside if len(outside) >= ENOUGH else ports)[share % SHARES :: SHARES]


def _in_turn() -> Iterator[int]:
    own = own_ports(kernel_ports(), os.getpid())
    start = random.randrange(len(own))
    return cycle(own[start:] + own[:start])


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


_PORTS: Final = _in_turn()
