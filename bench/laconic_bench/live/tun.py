"""TUN devices: network interfaces whose cable ends in a program."""

import fcntl
import os
import struct
from typing import Final

from laconic_bench.live.namespaces import Namespace, run

_DEVICE: Final = "/dev/net/tun"
_TUNSETIFF: Final = 0x400454CA
_IFF_TUN: Final = 0x0001
_IFF_NO_PI: Final = 0x1000
"""linux/if_tun.h: a read or a write is one IP packet, with nothing before it."""
_NAME_LIMIT: Final = 15
"""IFNAMSIZ without the final zero."""
MTU_BYTES: Final = 1_500


def open_tun(namespace: Namespace, name: str, network: str) -> int:
    """Make an interface in a namespace, up, and return the descriptor of the other end.

    `network` is the interface's address with the length of the prefix. The descriptor does not
    block. The interface goes when the descriptor is closed.

    Raises:
        NetworkError: the address is not usable.
        OSError: the kernel does not give the device.
    """
    if len(name) > _NAME_LIMIT:
        raise ValueError(f"an interface name has at most {_NAME_LIMIT} characters: {name}")
    # A TUN device belongs to the namespace of the thread that opened it.
    descriptor = namespace.call(lambda: _open(name))
    try:
        run("ip", "-n", namespace.name, "address", "add", network, "dev", name)
        run("ip", "-n", namespace.name, "link", "set", name, "up", "mtu", str(MTU_BYTES))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _open(name: str) -> int:
    descriptor = os.open(_DEVICE, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        request = struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI)
        fcntl.ioctl(descriptor, _TUNSETIFF, request)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
