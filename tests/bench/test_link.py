"""The emulated link: its rules in virtual time, its sockets on loopback."""

import asyncio
import random
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.link import IPV4_UDP_HEADER_BYTES, Lane, Link, LinkSettings

DATAGRAMS = st.lists(
    st.tuples(st.floats(0, 5), st.binary(max_size=40)), min_size=1, max_size=60
).map(lambda items: sorted(items, key=lambda item: item[0]))
SETTINGS = st.builds(
    LinkSettings,
    delay_seconds=st.floats(0, 2),
    jitter_seconds=st.floats(0, 1),
    loss=st.floats(0, 1),
    may_reorder=st.booleans(),
)


def _pass_through(lane: Lane, datagrams: list[tuple[float, bytes]]) -> list[tuple[float, bytes]]:
    """Drives a lane in virtual time; returns (arrival, datagram)."""
    arrived: list[tuple[float, bytes]] = []

    def advance(until: float) -> None:
        while (due := lane.timer()) is not None and due <= until:
            arrived.extend((due, datagram) for datagram in lane.due(due))

    for sent, datagram in datagrams:
        advance(sent)
        lane.send(datagram, sent)
    advance(float("inf"))
    return arrived


@given(SETTINGS, DATAGRAMS, st.integers())
def test_everything_that_enters_is_counted_and_arrives_or_is_dropped(
    settings: LinkSettings, datagrams: list[tuple[float, bytes]], seed: int
) -> None:
    lane = Lane(settings, random.Random(seed))
    arrived = _pass_through(lane, datagrams)
    assert lane.datagrams == len(datagrams) == len(arrived) + len(lane.drops_seconds)
    assert lane.wire_bytes == sum(len(d) + IPV4_UDP_HEADER_BYTES for _, d in datagrams)


@given(SETTINGS, DATAGRAMS, st.integers())
def test_the_same_seed_gives_the_same_link(
    settings: LinkSettings, datagrams: list[tuple[float, bytes]], seed: int
) -> None:
    once, again = (_pass_through(Lane(settings, random.Random(seed)), datagrams) for _ in "12")
    assert once == again


@given(st.floats(0, 2), st.floats(0, 1), DATAGRAMS, st.integers())
def test_no_datagram_overtakes_another(
    delay_seconds: float, jitter_seconds: float, datagrams: list[tuple[float, bytes]], seed: int
) -> None:
    settings = LinkSettings(delay_seconds, jitter_seconds, loss=0)
    arrived = _pass_through(Lane(settings, random.Random(seed)), datagrams)
    assert [datagram for _, datagram in arrived] == [datagram for _, datagram in datagrams]


@given(st.floats(0, 2), st.floats(0, 1), DATAGRAMS, st.integers())
def test_the_delay_stays_within_the_jitter(
    delay_seconds: float, jitter_seconds: float, datagrams: list[tuple[float, bytes]], seed: int
) -> None:
    settings = LinkSettings(delay_seconds, jitter_seconds, loss=0, may_reorder=True)
    lane = Lane(settings, random.Random(seed))
    numbered = [(sent, index.to_bytes(2, "big")) for index, (sent, _) in enumerate(datagrams)]
    arrivals = _pass_through(lane, numbered)
    for arrived, datagram in arrivals:
        taken = arrived - numbered[int.from_bytes(datagram, "big")][0]
        assert taken >= max(0.0, delay_seconds - jitter_seconds) - 1e-9
        assert taken <= delay_seconds + jitter_seconds + 1e-9


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=30, unique=True), st.integers())
def test_the_delay_of_each_datagram_can_be_asked_for(times: list[float], seed: int) -> None:
    lane = Lane(LinkSettings(delay_seconds=1, jitter_seconds=0.5, loss=0), random.Random(seed))
    sent = sorted(times)
    arrivals = _pass_through(lane, [(time, bytes([i])) for i, time in enumerate(sent)])
    for time, (arrived, _) in zip(sent, arrivals, strict=True):
        assert lane.delay_of_first_after(time) == pytest.approx(arrived - time)
    assert lane.delay_of_first_after(sent[-1] + 1) is None
    assert lane.delay_of_last_before(arrivals[0][0] - 1) is None
    assert lane.delay_of_last_before(arrivals[-1][0]) == pytest.approx(arrivals[-1][0] - sent[-1])


def test_reordering_happens_when_it_is_allowed() -> None:
    settings = LinkSettings(delay_seconds=1, jitter_seconds=1, loss=0, may_reorder=True)
    datagrams = [(0.0, bytes([number])) for number in range(50)]
    arrived = _pass_through(Lane(settings, random.Random(1)), datagrams)
    assert [d for _, d in arrived] != [d for _, d in datagrams]


@pytest.mark.parametrize("loss", [0.0, 0.01, 0.3, 1.0])
def test_loss_is_about_what_was_asked_for(loss: float) -> None:
    lane = Lane(LinkSettings(loss=loss), random.Random(5))
    for number in range(20_000):
        lane.send(b"", float(number))
    assert len(lane.drops_seconds) == pytest.approx(20_000 * loss, rel=0.1)


class _Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.transport.sendto(data + b"!", addr)


class _Site(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.received: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.received.put_nowait(data)


def test_the_relay_carries_both_ways_and_follows_the_site() -> None:
    async def exchange() -> Link:
        loop = asyncio.get_running_loop()
        echo, _ = await loop.create_datagram_endpoint(_Echo, local_addr=("127.0.0.1", 0))
        expander: tuple[str, int] = echo.get_extra_info("sockname")
        link = Link(LinkSettings(0.001, 0.0, loss=0), expander, seed=1)
        await link.start()
        for _ in range(2):  # The second socket is the site with a new address.
            site, received = await loop.create_datagram_endpoint(
                _Site, remote_addr=("127.0.0.1", link.port)
            )
            for text in (b"one", b"two"):
                site.sendto(text)
                async with asyncio.timeout(5):
                    assert await received.received.get() == text + b"!"
            site.close()
        link.stop()
        echo.close()
        return link

    link = asyncio.run(exchange())
    assert (link.up.datagrams, link.down.datagrams) == (4, 4)
    assert link.up.wire_bytes == 4 * (3 + 28)
    assert link.down.wire_bytes == 4 * (4 + 28)
    assert link.dropped == 0


@given(st.lists(st.floats(0, 9)).map(sorted), st.floats(0, 9), st.floats(0, 9))
def test_a_loss_is_known_to_the_time_in_which_it_happened(
    drops_seconds: list[float], start_seconds: float, end_seconds: float
) -> None:
    link = Link(LinkSettings(), ("127.0.0.1", 9), seed=1)
    link.down.drops_seconds = drops_seconds
    expected = any(start_seconds <= drop <= end_seconds for drop in drops_seconds)
    assert link.lost_between(start_seconds, end_seconds) == expected
