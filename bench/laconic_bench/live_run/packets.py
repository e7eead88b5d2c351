"""What the IP packets of a capture consist of."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

_TCP: Final = 6
_UDP: Final = 17
_UDP_HEADER_BYTES: Final = 8
CONTENT: Final = "content"
"""Everything above TCP or UDP: most of it is encrypted."""


def layers_of(packets: Iterable[bytes]) -> dict[str, int]:
    """Return the bytes of IPv4 packets by layer (RFC 791, RFC 9293, RFC 768)."""
    found: Counter[str] = Counter()
    for packet in packets:
        ip = (packet[0] & 15) * 4
        found["ip"] += ip
        header = 0
        if packet[9] == _TCP:
            header = (packet[ip + 12] >> 4) * 4
            found["tcp"] += header
        elif packet[9] == _UDP:
            header = _UDP_HEADER_BYTES
            found["udp"] += header
        found[CONTENT] += len(packet) - ip - header
    return dict(found)
