"""What strangers send: garbage raises nothing, and nothing answers it."""

from random import Random

import pytest
from aiocoap.numbers.optionnumbers import OptionNumber  # pyright: ignore[reportMissingTypeStubs]

from laconic_bench.fuzz_link.mutations import MUTATOR, noise
from laconic_bench.virtual.coap_link import CLOUD, SITE, Link, down, introduced, up
from laconic_gateway.core.coap.endpoint import Timing
from laconic_gateway.core.coap.peer import Peers, Wire


def test_garbage_raises_nothing_and_is_never_answered() -> None:
    link = introduced()
    up(link, b"one", b"two", bytes(300))
    down(link, b"three")
    link.run(1.0)
    recorded = [datagram for _, datagram in link.log]
    link.cloud.start()  # a lost window opens one more way in
    up(link, b"in flight", first=9)
    link.run(0.0)
    chance = Random(7)
    for number in range(20_000):
        datagram = MUTATOR.mutated(chance.choice(recorded), recorded, chance)
        if chance.random() < 0.2:
            datagram = noise(chance)
        if says_the_same(datagram, recorded):
            continue  # as good as the recorded one; there are tests for that
        source = CLOUD if number % 2 else ("203.0.113.66", 6)
        for endpoint in (link.cloud.endpoint, link.site.endpoint):
            endpoint.receive(datagram, source, link.now)
            assert endpoint.events() == [], datagram.hex()
            assert endpoint.outgoing() == [], datagram.hex()


def test_options_that_nobody_knows_leave_nothing_behind() -> None:
    """aiocoap keeps a name for each number of an option that it has seen, for ever."""
    link = introduced()
    names = len(OptionNumber._value2member_map_)
    chance = Random(3)
    for _ in range(2_000):
        head = bytes([chance.choice([0xD0, 0xE0, 0x90, 0x10, 0xF0]) | chance.randrange(16)])
        datagram = b"\x40\x02\x00\x01" + head + chance.randbytes(chance.randrange(40))
        link.cloud.endpoint.receive(datagram, SITE, link.now)
    assert len(OptionNumber._value2member_map_) == names
    assert link.cloud.endpoint.counters["malformed"] > 1_000


def says_the_same(datagram: bytes, recorded: list[bytes]) -> bool:
    """Tell whether all that OSCORE protects is as it was: the header and more options are not."""
    parts = [original[4:].partition(b"\xff") for original in recorded]
    return any(option in datagram and datagram.endswith(body) for option, _, body in parts)


@pytest.mark.parametrize(
    ("datagram", "counter"),
    [
        (b"", "malformed"),
        (b"\x00", "bare_keepalive"),
        (b"\x40\x00", "malformed"),
        (b"\x40\x00\x12\x34", "plain_dropped"),  # a ping
        (b"\x40\x01\x12\x34\xbb.well-known\x04core", "malformed"),
        (b"\x40\x02\x12\x34\xff" + bytes(1280), "malformed"),
        (b"\x49\x02\x12\x34" + bytes(9), "malformed"),  # token of nine bytes
        (b"\x80\x02\x12\x34\x90\xffabc", "malformed"),  # version 2
        (b"\x40\x02\x12\x34\xffplain", "plain_dropped"),
        (b"\x60\x44\x12\x34\xffplain answer", "plain_dropped"),
        (b"\x60\x00\x12\x34", "stray_ack"),
        (b"\x70\x00\x12\x34", "plain_dropped"),  # reset
        (b"\x40\x02\x12\x34\x93\x09\x01\x77\xffciphertext", "unknown_kid"),
        (b"\x40\x02\x12\x34\x93\x09\x01\x00\xffciphertext", "unverifiable"),
        (b"\x40\x02\x12\x34\x92\x01\x01\xffciphertext", "unknown_kid"),  # no kid at all
        (b"\x60\x44\x12\x34\x90\xffciphertext", "stray_response"),
        (b"\x60\x02\x12\x34\x93\x09\x01\x00\xffciphertext", "malformed"),  # request as ACK
    ],
)
def test_what_is_dropped_is_counted_once_by_its_reason(datagram: bytes, counter: str) -> None:
    link = Link()
    link.cloud.endpoint.receive(datagram, ("203.0.113.66", 6), 0.0)
    assert link.cloud.endpoint.counters == {counter: 1}
    assert link.cloud.endpoint.outgoing() == []
    assert link.cloud.endpoint.events() == []


def test_a_forged_empty_acknowledgement_needs_the_right_address() -> None:
    link = Link()
    up(link, b"x")
    link.run(0.0)
    forged = b"\x60\x00" + link.log[0][1][2:4]
    link.site.endpoint.receive(forged, ("203.0.113.66", 6), link.now)
    assert link.site.endpoint.timer() == 3.0
    link.site.endpoint.receive(forged, CLOUD, link.now)
    assert link.site.endpoint.timer() == 60.0
    link.site.endpoint.receive(forged, CLOUD, 30.0)
    assert link.site.endpoint.timer() == 60.0


def test_an_address_that_a_peer_has_left_is_forgotten() -> None:
    link = Link()
    peers = Peers(Wire(random=lambda: 0.0, first_message_id=0, timing=Timing()))
    peers.add("kisumu-1", link.cloud.context, SITE)
    peer = peers.named("kisumu-1")
    assert peers.heard(peer, 1, CLOUD)
    assert (peers.at(SITE), peers.at(CLOUD)) == (None, peer)
