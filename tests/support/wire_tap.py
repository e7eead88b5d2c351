"""A packet capture on the loopback interface: what the meter has to agree with.

Linux only, and only for who may capture (root, or CAP_NET_RAW); everybody else gets `None`.
"""

import socket
import struct
import sys
from collections import Counter
from contextlib import suppress
from typing import Any, Final

_ETHERTYPE_IPV4: Final = 0x0800
_PROTOCOLS: Final = {"udp": 17, "tcp": 6}
_BUFFER_BYTES: Final = 2**24


class WireTap:
    """Reads the sizes of IP packets to and from a port, from their own headers."""

    def __init__(self, port: int, tap: socket.socket, carrier: str) -> None:
        self._protocol = _PROTOCOLS[carrier]
        self._port = port
        self._tap = tap

    @classmethod
    def open(cls, port: int, carrier: str = "udp") -> "WireTap | None":
        """Begin to capture what `udp` or `tcp` carries; None if this machine or user cannot."""
        if sys.platform != "linux":
            return None
        try:
            tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETHERTYPE_IPV4))
        except PermissionError:
            return None
        tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        tap.bind(("lo", _ETHERTYPE_IPV4))
        tap.setblocking(False)
        return cls(port, tap, carrier)

    def close(self) -> dict[str, int]:
        """End the capture; return the IP bytes towards the port (`up`) and from it (`down`)."""
        found: Counter[str] = Counter()
        with self._tap, suppress(BlockingIOError):
            while True:
                packet, address = self._tap.recvfrom(65_536)
                self._count(packet, address, found)
        return dict(found)

    def _count(self, packet: bytes, address: Any, found: Counter[str]) -> None:
        # The loopback interface shows each packet as it leaves and as it arrives.
        if address[2] != socket.PACKET_HOST or packet[9] != self._protocol:
            return
        header_bytes = 4 * (packet[0] & 0x0F)
        source, target = struct.unpack_from(">HH", packet, header_bytes)
        (total_bytes,) = struct.unpack_from(">H", packet, 2)
        if target == self._port:
            found["up"] += total_bytes
        elif source == self._port:
            found["down"] += total_bytes
