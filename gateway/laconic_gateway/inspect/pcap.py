"""UDP datagrams in a capture file of the classic pcap format, as tcpdump and Wireshark write it.

Link layers: Ethernet, Linux cooked (1 and 2), loopback and plain IP. IP fragments are left out: all
datagrams of the profile fit one packet.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from laconic_gateway.inspect.view import InspectError

_BYTE_ORDERS: Final = {
    b"\xa1\xb2\xc3\xd4": (">", 1e-6),
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9),
}
"""By magic number: byte order, and the unit of the fraction of a second."""

_PCAPNG: Final = b"\x0a\x0d\x0d\x0a"
_FILE_HEADER_BYTES: Final = 24
_RECORD_HEADER_BYTES: Final = 16

_ETHERNET: Final = 1
_LOOPBACK: Final = frozenset({0, 108})
_PLAIN_IP: Final = frozenset({12, 14, 101, 228, 229})
_COOKED: Final = {113: (14, 16), 276: (0, 20)}
"""By link layer: where the protocol is, and how long the header is."""
_ETHERTYPES_IP: Final = frozenset({0x0800, 0x86DD})
_ETHERTYPES_VLAN: Final = frozenset({0x8100, 0x88A8})

_UDP: Final = 17
_IPV6_EXTENSIONS: Final = frozenset({0, 43, 60})
"""Headers that may stand before UDP (RFC 8200, 4.1)."""


@dataclass(frozen=True, slots=True)
class Datagram:
    """One UDP datagram."""

    time_seconds: float
    """Since the first packet of the file."""
    source: str
    """Address and port."""
    target: str
    payload: bytes


def is_capture(data: bytes) -> bool:
    """Tell whether some bytes are a capture file, of whichever format."""
    return data[:4] in _BYTE_ORDERS or data.startswith(_PCAPNG)


def datagrams(data: bytes) -> Iterator[Datagram]:
    """Yield the UDP datagrams of a capture file.

    Raises:
        InspectError: it is a pcapng file, or has a link layer that is not known here.
    """
    if data.startswith(_PCAPNG):
        raise InspectError(
            "the capture is a pcapng file; convert it with `tcpdump -r FILE -w FILE.pcap`"
        )
    order, unit = _BYTE_ORDERS[data[:4]]
    if len(data) < _FILE_HEADER_BYTES:
        raise InspectError("the capture ends within its header")
    (link,) = struct.unpack_from(order + "I", data, 20)
    link &= 0xFFFF
    if link != _ETHERNET and link not in (*_LOOPBACK, *_PLAIN_IP, *_COOKED):
        raise InspectError(f"the capture has link layer {link}, which is not known here")
    start: float | None = None
    for seconds, packet in _packets(data, order, unit):
        start = seconds if start is None else start
        found = _of_ip(_ip(packet, link))
        if found is not None:
            yield Datagram(seconds - start, *found)


def _packets(data: bytes, order: str, unit: float) -> Iterator[tuple[float, bytes]]:
    at = _FILE_HEADER_BYTES
    while at + _RECORD_HEADER_BYTES <= len(data):
        seconds, fraction, size, _ = struct.unpack_from(order + "IIII", data, at)
        at += _RECORD_HEADER_BYTES
        yield seconds + fraction * unit, data[at : at + size]
        at += size


def _ip(packet: bytes, link: int) -> bytes:
    """Return the IP packet in a packet; nothing if it has none."""
    if link in _PLAIN_IP:
        return packet
    if link in _LOOPBACK:
        return packet[4:]
    if link in _COOKED:
        place, size = _COOKED[link]
        return packet[size:] if _number(packet, place) in _ETHERTYPES_IP else b""
    at = 12
    while _number(packet, at) in _ETHERTYPES_VLAN:
        at += 4
    return packet[at + 2 :] if _number(packet, at) in _ETHERTYPES_IP else b""


def _of_ip(packet: bytes) -> tuple[str, str, bytes] | None:
    """Return source, target and payload of a UDP datagram; None if it is something else."""
    version = packet[0] >> 4 if packet else 0
    if version == 4 and len(packet) >= 20:
        if packet[9] != _UDP or _number(packet, 6) & 0x3FFF:
            return None
        addresses = str(IPv4Address(packet[12:16])), str(IPv4Address(packet[16:20]))
        return _of_udp(packet[(packet[0] & 15) * 4 : _number(packet, 2)], addresses)
    if version == 6 and len(packet) >= 40:
        source, target = IPv6Address(packet[8:24]), IPv6Address(packet[24:40])
        protocol, rest = packet[6], packet[40 : 40 + _number(packet, 4)]
        while protocol in _IPV6_EXTENSIONS and len(rest) >= 8:
            protocol, rest = rest[0], rest[8 + rest[1] * 8 :]
        return _of_udp(rest, (f"[{source}]", f"[{target}]")) if protocol == _UDP else None
    return None


def _of_udp(packet: bytes, addresses: tuple[str, str]) -> tuple[str, str, bytes] | None:
    if len(packet) < 8 or _number(packet, 4) > len(packet):
        return None
    source, target = _number(packet, 0), _number(packet, 2)
    payload = packet[8 : _number(packet, 4)]
    return f"{addresses[0]}:{source}", f"{addresses[1]}:{target}", payload


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2])
