"""Layers of captured packets."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.live_run.packets import layers_of
from tests.support.captures import udp


def tcp(options_words: int, content: bytes) -> bytes:
    """Return an IPv4 packet with TCP in it; only what is looked at is filled in."""
    header = bytearray(20 + 4 * options_words)
    header[12] = (5 + options_words) << 4
    ip = bytearray(20)
    ip[0], ip[9] = 0x45, 6
    return bytes(ip) + bytes(header) + content


@given(st.lists(st.tuples(st.integers(0, 10), st.binary(max_size=40))), st.lists(st.binary()))
def test_the_layers_are_those_of_every_packet(
    segments: list[tuple[int, bytes]], datagrams: list[bytes]
) -> None:
    packets = [tcp(*one) for one in segments]
    packets += [udp(("100.64.0.2", 7), ("198.51.100.10", 5683), one) for one in datagrams]
    found = layers_of(packets)
    assert sum(found.values()) == sum(map(len, packets))
    assert found.get("ip", 0) == 20 * len(packets)
    assert found.get("udp", 0) == 8 * len(datagrams)
    assert found.get("tcp", 0) == sum(20 + 4 * words for words, _ in segments)


def test_there_is_nothing_in_no_packets() -> None:
    assert layers_of([]) == {}
