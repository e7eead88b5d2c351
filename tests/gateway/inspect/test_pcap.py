"""Datagrams are found in captures of every kind, and nothing else is."""

import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.inspect.pcap import datagrams, is_capture
from laconic_gateway.inspect.view import InspectError
from tests.support.captures import COOKED, ETHERNET, LINKS, PLAIN_IP, capture, ethernet, udp

SITE, CLOUD = ("198.51.100.7", 40000), ("192.0.2.1", 5683)
SITE_6, CLOUD_6 = ("2001:db8::7", 40000), ("2001:db8::1", 5683)
PACKET, PACKET_6 = udp(SITE, CLOUD, b"frame"), udp(SITE_6, CLOUD_6, b"frame")


def payloads(data: bytes) -> list[bytes]:
    return [datagram.payload for datagram in datagrams(data)]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packet", [PACKET, PACKET_6], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize(("link", "wrapped"), LINKS)
def test_a_datagram_is_found_in_each_link_layer(
    order: str, packet: bytes, link: int, wrapped: Callable[[bytes], bytes]
) -> None:
    data = capture((1.5, wrapped(packet)), link=link, order=order)
    assert is_capture(data)
    assert payloads(data) == [b"frame"]


def test_times_count_from_the_first_packet_and_addresses_are_told() -> None:
    data = capture((100.25, ethernet(b"\x45" + bytes(30))), (101.75, ethernet(PACKET)))
    (found,) = datagrams(data)
    assert found.time_seconds == pytest.approx(1.5)
    assert (found.source, found.target) == ("198.51.100.7:40000", "192.0.2.1:5683")
    (found,) = datagrams(capture((0.0, ethernet(PACKET_6))))
    assert found.source == "[2001:db8::7]:40000"


def test_nanoseconds_are_read_too() -> None:
    data = bytearray(capture((1.0, ethernet(PACKET)), (1.0, ethernet(PACKET))))
    data[:4] = bytes.fromhex("4d3cb2a1")
    second = len(data) - 16 - len(ethernet(PACKET))
    struct.pack_into("<I", data, second + 4, 250_000_000)
    assert [found.time_seconds for found in datagrams(bytes(data))] == pytest.approx([0.0, 0.25])


@pytest.mark.parametrize(
    "packet",
    [
        PACKET[:6] + b"\x20\x00" + PACKET[8:],  # the first fragment of an IP packet
        PACKET[:6] + b"\x00\x10" + PACKET[8:],  # a later one
        PACKET[:9] + b"\x06" + PACKET[10:],  # TCP
        PACKET[:-1],  # cut short
        PACKET[:20],
        b"",
        b"\x10" * 40,
    ],
)
def test_what_is_no_whole_datagram_is_left_out(packet: bytes) -> None:
    assert payloads(capture((0.0, packet), (1.0, PACKET), link=PLAIN_IP)) == [b"frame"]


def test_other_protocols_of_the_link_are_left_out() -> None:
    arp = b"\x02" * 12 + b"\x08\x06" + bytes(46)
    assert payloads(capture((0.0, arp), (0.0, ethernet(PACKET)))) == [b"frame"]


def test_extension_headers_of_ipv6_are_passed_over() -> None:
    options = bytes([17, 0]) + bytes(6)
    length = len(PACKET_6) - 40 + len(options)
    head = PACKET_6[:4] + length.to_bytes(2) + b"\x00" + PACKET_6[7:40]
    assert payloads(capture((0.0, head + options + PACKET_6[40:]), link=PLAIN_IP)) == [b"frame"]


def test_captures_that_cannot_be_read_are_refused_with_advice() -> None:
    with pytest.raises(InspectError, match=r"pcapng.*tcpdump -r"):
        payloads(b"\x0a\x0d\x0d\x0a" + bytes(100))
    with pytest.raises(InspectError, match="link layer 147"):
        payloads(capture(link=147))
    with pytest.raises(InspectError, match="ends within its header"):
        payloads(capture()[:10])


@given(st.binary(max_size=200), st.sampled_from([ETHERNET, COOKED, PLAIN_IP, 0, 276]))
def test_no_packet_breaks_the_reader(packet: bytes, link: int) -> None:
    found = payloads(capture((0.0, packet), link=link))
    assert all(len(payload) < len(packet) for payload in found)
