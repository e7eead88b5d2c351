"""What a link does to packets, in virtual time."""

from collections.abc import Sequence
from typing import Final

import pytest

from laconic_bench.live.lane import Lane, Tally
from laconic_bench.radio.profiles import LinkProfile
from tests.support.captures import udp

SITE: Final = ("100.64.0.2", 40000)
CLOUD: Final = ("198.51.100.10", 5683)
FOREVER: Final = 1e9


def packet(number: int, size_bytes: int = 100) -> bytes:
    return udp(SITE, CLOUD, number.to_bytes(4, "big") + bytes(size_bytes - 32))


def numbers(packets: Sequence[bytes]) -> list[int]:
    return [int.from_bytes(one[28:32], "big") for one in packets]


def filled(profile: LinkProfile, count: int, seed: str = "1", gap_seconds: float = 0.01) -> Lane:
    """Return a lane into which numbered packets of 100 bytes were sent, one after the other."""
    lane = Lane(profile, seed)
    for number in range(count):
        lane.send(packet(number), number * gap_seconds)
    return lane


def test_a_packet_arrives_after_the_delay_and_its_time_on_the_link() -> None:
    lane = filled(LinkProfile(delay_seconds=0.3, rate_bits_per_second=8_000), 1)
    assert lane.timer() == pytest.approx(0.4)
    assert lane.due(0.39) == []
    assert numbers(lane.due(0.41)) == [0]
    assert lane.timer() is None


def test_packets_wait_for_each_other() -> None:
    lane = filled(LinkProfile(rate_bits_per_second=8_000), 3, gap_seconds=0.0)
    arrivals = [numbers(lane.due(now)) for now in (0.11, 0.21, 0.31)]
    assert arrivals == [[0], [1], [2]]


def test_a_queue_that_is_full_takes_nothing() -> None:
    profile = LinkProfile(rate_bits_per_second=8_000, queue_bytes=250)
    lane = filled(profile, 5, gap_seconds=0.0)
    assert numbers(lane.due(FOREVER)) == [0, 1]
    assert lane.counts.overflowed == Tally(3, 300, 3, 300)
    assert lane.counts.entered.packets == 5


def test_a_packet_longer_than_the_queue_passes_an_idle_link() -> None:
    lane = filled(LinkProfile(rate_bits_per_second=8_000, queue_bytes=10), 1)
    assert numbers(lane.due(FOREVER)) == [0]


def test_jitter_alone_does_not_reorder() -> None:
    lane = filled(LinkProfile(delay_seconds=0.5, jitter_seconds=0.5), 200)
    assert numbers(lane.due(FOREVER)) == list(range(200))


def test_some_packets_overtake_others() -> None:
    lane = filled(LinkProfile(delay_seconds=0.5, reordering=0.2), 200)
    arrived = numbers(lane.due(FOREVER))
    assert arrived != list(range(200))
    assert sorted(arrived) == list(range(200))


def test_loss_is_as_frequent_as_it_should_be_and_always_the_same() -> None:
    lane = filled(LinkProfile(loss=0.1), 2_000)
    arrived = numbers(lane.due(FOREVER))
    assert 150 < lane.counts.lost.packets < 250
    assert len(arrived) == 2_000 - lane.counts.lost.packets == lane.counts.left.packets
    assert arrived == numbers(filled(LinkProfile(loss=0.1), 2_000).due(FOREVER))
    assert arrived != numbers(filled(LinkProfile(loss=0.1), 2_000, seed="2").due(FOREVER))


def test_what_is_lost_has_used_the_link() -> None:
    lane = filled(LinkProfile(loss=1.0, rate_bits_per_second=8_000), 1)
    lane.channel.profile = LinkProfile(rate_bits_per_second=8_000)
    lane.send(packet(1), 0.0)
    assert lane.timer() == pytest.approx(0.2)


def test_doubled_packets_arrive_twice_in_a_row() -> None:
    lane = filled(LinkProfile(duplication=1.0), 2)
    assert numbers(lane.due(FOREVER)) == [0, 0, 1, 1]
    assert (lane.counts.duplicated.packets, lane.counts.left.packets) == (2, 4)


def test_every_packet_has_one_fate() -> None:
    profile = LinkProfile(
        delay_seconds=0.1,
        jitter_seconds=0.05,
        loss=0.1,
        rate_bits_per_second=100_000,
        queue_bytes=300,
        reordering=0.1,
        duplication=0.1,
    )
    lane = filled(profile, 1_000, gap_seconds=0.006)
    lane.due(FOREVER)
    counts = lane.counts
    gone = counts.lost.packet_bytes + counts.overflowed.packet_bytes
    assert all(one.packets for one in (counts.lost, counts.overflowed, counts.duplicated))
    assert counts.entered.packet_bytes == 100_000
    assert counts.left.packet_bytes == 100_000 - gone + counts.duplicated.packet_bytes


def test_only_udp_over_ipv4_is_a_datagram() -> None:
    tally = Tally()
    icmp = packet(0)[:9] + b"\x01" + packet(0)[10:]
    for one in (packet(1), icmp, udp(("fe80::1", 1), ("fe80::2", 2), b""), b"\x45"):
        tally.add(one)
    assert tally == Tally(4, 100 + 100 + 48 + 1, 1, 100)
