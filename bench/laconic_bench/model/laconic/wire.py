"""The layers of a datagram of Laconic."""

from typing import Final

from laconic_bench.virtual.nat import HEADERS_BYTES

IP_BYTES: Final = 20
UDP_BYTES: Final = HEADERS_BYTES - IP_BYTES
COAP_BYTES: Final = 4
"""Header of CoAP (RFC 7252, 3); Laconic uses no token."""


def layers_of(datagram: bytes, frame_bytes: int) -> tuple[tuple[str, int], ...]:
    """Return the bytes of each layer of an IPv4 packet.

    `frame_bytes` of the datagram are a frame, as far as it is known; what is neither that nor the
    header of CoAP is OSCORE: its option, the marker, the inner code, the tag (RFC 8613, 5 and 6).
    """
    coap = min(len(datagram), COAP_BYTES)
    return (
        ("ip", IP_BYTES),
        ("udp", UDP_BYTES),
        ("coap", coap),
        ("oscore", len(datagram) - coap - frame_bytes),
        ("payload", frame_bytes),
    )
