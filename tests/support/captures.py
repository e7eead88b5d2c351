"""Capture files as tcpdump writes them."""

import struct
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final

ETHERNET = 1
COOKED = 113
PLAIN_IP = 101


def capture(*packets: tuple[float, bytes], link: int = ETHERNET, order: str = "<") -> bytes:
    """Return a capture file with some packets, each with its time in seconds."""
    parts = [struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, link)]
    for seconds, packet in packets:
        fraction = round(seconds % 1 * 1e6)
        head = struct.pack(order + "IIII", int(seconds), fraction, len(packet), len(packet))
        parts.append(head + packet)
    return b"".join(parts)


def udp(source: tuple[str, int], target: tuple[str, int], payload: bytes) -> bytes:
    """Return the IP packet of a UDP datagram."""
    addresses = ip_address(source[0]).packed + ip_address(target[0]).packed
    datagram = struct.pack(">HHHH", source[1], target[1], 8 + len(payload), 0) + payload
    if len(addresses) == 8:
        length = 20 + len(datagram)
        head = struct.pack(">BBHHHBBH", 0x45, 0, length, 0, 0x4000, 64, 17, 0)
        return head + addresses + datagram
    return struct.pack(">IHBB", 6 << 28, len(datagram), 17, 64) + addresses + datagram


def ethernet(packet: bytes) -> bytes:
    """Return an Ethernet frame, as captured: without checksum, and padded."""
    return (b"\x02" * 12 + _ethertype(packet) + packet).ljust(60, b"\0")


def vlan(packet: bytes) -> bytes:
    """Return an Ethernet frame with an 802.1Q tag."""
    return b"\x02" * 12 + b"\x81\x00\x00\x07" + _ethertype(packet) + packet


def cooked(packet: bytes) -> bytes:
    """Return a packet of Linux's cooked capture, version 1 (interface "any")."""
    return b"\x00\x00\x00\x01\x00\x06" + b"\x02" * 8 + _ethertype(packet) + packet


def cooked_2(packet: bytes) -> bytes:
    """The same in version 2."""
    return _ethertype(packet) + bytes(18) + packet


def plain(packet: bytes) -> bytes:
    """Return an IP packet without a link layer."""
    return packet


def loopback(packet: bytes) -> bytes:
    """Return a packet of BSD's loopback interface."""
    return b"\x02\x00\x00\x00" + packet


def _ethertype(packet: bytes) -> bytes:
    return b"\x08\x00" if packet[0] >> 4 == 4 else b"\x86\xdd"


LINKS: Final[list[tuple[int, Callable[[bytes], bytes]]]] = [
    (ETHERNET, ethernet),
    (ETHERNET, vlan),
    (COOKED, cooked),
    (276, cooked_2),
    (PLAIN_IP, plain),
    (0, loopback),
]
"""Numbers of link layers, and how they wrap an IP packet."""
