"""Stories and properties of the CoAP message layer: two real ends, a bad link, virtual time."""

from collections.abc import Callable
from itertools import count
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_gateway.core.coap import PAYLOAD_LIMIT_BYTES, Endpoint, Timing
from laconic_gateway.core.coap_peer import Peer, Peers, Wire
from laconic_gateway.core.coap_requester import Requester
from tests.support.coap_link import CLOUD, SITE, Link

EMPTY_ACK_BYTES = 4
PATIENCE_SECONDS = 400.0
"""Longer than any exchange can last."""


def up(link: Link, *payloads: bytes, first: int = 1) -> None:
    """Let the site ask; exchanges are numbered from `first`."""
    for number, payload in enumerate(payloads, first):
        link.site.endpoint.request("expander", payload, link.now, exchange=number)


def down(link: Link, *payloads: bytes, first: int = 1) -> None:
    for number, payload in enumerate(payloads, first):
        link.cloud.endpoint.request("kisumu-1", payload, link.now, exchange=number)


def introduced() -> Link:
    """Return a link whose cloud knows where the site is; the log starts empty."""
    link = Link()
    link.site.endpoint.send("expander", b"", link.now)
    link.run(1.0)
    link.log.clear()
    link.cloud.handled.clear()
    link.cloud.moves.clear()
    return link


# Bytes on the wire


@pytest.mark.parametrize(
    ("payload_bytes", "wire_bytes"),
    [(0, 89), (10, 100), (30, 120), (50, 140), (300, 390), (900, 990), (1024, 1114)],
)
def test_request_with_empty_answer_costs_90_bytes_and_the_payload(
    payload_bytes: int, wire_bytes: int
) -> None:
    link = Link()
    link.cloud.answer = lambda payload: b""
    up(link, bytes(payload_bytes))
    link.run(1.0)
    assert link.site.responses == [(1, b"")]
    assert link.wire_bytes() == wire_bytes


def test_sizes_of_a_command_down() -> None:
    link = introduced()
    link.site.answer = lambda payload: b""
    down(link, bytes(30))
    link.run(1.0)
    assert link.sizes() == [("down", 48), ("up", 15)]


def test_an_answer_costs_its_length_and_one_byte() -> None:
    link = Link()
    link.cloud.answer = lambda payload: bytes(10)
    up(link, bytes(10))
    link.run(1.0)
    assert link.sizes() == [("up", 29), ("down", 15 + 1 + 10)]


def test_a_one_way_message_costs_46_bytes_and_no_answer() -> None:
    link = Link()
    link.site.endpoint.send("expander", b"", link.now)
    link.run(PATIENCE_SECONDS)
    assert link.wire_bytes() == 46
    assert link.cloud.handled == [b""]


@pytest.mark.parametrize(("first_sequence", "more_bytes"), [(0, 0), (256, 1), (65536, 2)])
def test_a_longer_partial_iv_costs_a_byte_each(first_sequence: int, more_bytes: int) -> None:
    link = Link(first_sequence=first_sequence)
    up(link, bytes(10))
    link.run(1.0)
    assert link.sizes()[0] == ("up", 29 + more_bytes)


def test_the_largest_message_fits_an_mtu_of_1280_also_with_ipv6() -> None:
    link = Link(first_sequence=65536)
    link.cloud.answer = lambda payload: bytes(PAYLOAD_LIMIT_BYTES)
    up(link, bytes(PAYLOAD_LIMIT_BYTES))
    link.run(1.0)
    assert link.sizes() == [("up", 1045), ("down", 1040)]


# Exchanges


def test_six_requests_are_in_flight_at_once() -> None:
    link = Link(delay_seconds=0.25)
    up(link, *(bytes([number]) for number in range(6)))
    link.run(0.6)
    assert [number for number, _ in link.site.responses] == [1, 2, 3, 4, 5, 6]


def test_both_ends_ask_at_the_same_time() -> None:
    link = introduced()
    up(link, b"a", b"b")
    down(link, b"c", b"d")
    link.run(1.0)
    assert link.site.responses == [(1, b"re:a"), (2, b"re:b")]
    assert link.cloud.responses == [(1, b"re:c"), (2, b"re:d")]


def test_retransmissions_are_the_same_bytes_at_doubling_intervals() -> None:
    link = Link()
    link.drop = lambda direction, datagram: True
    up(link, b"meter")
    sent_at: list[float] = []
    while not link.site.failures:
        before = len(link.log)
        link.run(0.5)
        sent_at += [link.now] * (len(link.log) - before)
    assert len({datagram for _, datagram in link.log}) == 1
    assert sent_at == [0.5, 3.0, 9.0, 21.0, 45.0]
    assert link.now == 93.0
    assert link.site.failures == [(1, "no answer")]
    assert link.site.endpoint.counters["retransmitted"] == 4


def test_the_timeout_follows_the_smoothed_round_trip() -> None:
    link = Link(delay_seconds=1.5)
    up(link, b"3 s")
    link.run(10.0)
    assert timeout_of_next(link) == 4.5
    link.delay_seconds = 2.0
    up(link, b"4 s", first=3)
    link.run(10.0)
    assert timeout_of_next(link) == 1.5 * (3 + 1 / 8)


def timeout_of_next(link: Link) -> float:
    """Return the first timeout of a request that is sent now; let it end."""
    up(link, b"next", first=1000)
    timer = link.site.endpoint.timer()
    assert timer is not None
    started = link.now
    link.drop = lambda direction, datagram: True
    link.run(PATIENCE_SECONDS)
    link.drop = lambda direction, datagram: False
    return timer - started


def test_the_timeout_has_an_upper_bound() -> None:
    link = Link(delay_seconds=3.25, timing=Timing(shortest_timeout_seconds=7.0))
    up(link, b"6.5 s")
    link.run(10.0)
    assert timeout_of_next(link) == 8.0


def test_a_repeated_request_or_a_separate_answer_measures_nothing() -> None:
    """Nobody knows which transmission was answered, or how long the answer was thought about."""
    link = Link(delay_seconds=1.0)
    link.drop = drop_number(1)
    up(link, b"repeated")
    link.run(10.0)
    assert timeout_of_next(link) == 3.0
    link.cloud.answer_after = lambda payload: 30.0
    up(link, b"separate", first=2)
    link.run(60.0)
    assert timeout_of_next(link) == 3.0


def test_the_jitter_makes_the_timeout_up_to_a_quarter_longer() -> None:
    endpoint = Link(seed=1).site.endpoint
    endpoint.request("expander", b"", 0.0, exchange=1)
    timer = endpoint.timer()
    assert timer is not None and 3.0 < timer < 3.75


def test_a_failed_exchange_leaves_the_others_alone() -> None:
    link = Link()
    link.drop = lambda direction, datagram: len(datagram) > 100
    up(link, bytes(200), b"small")
    link.run(PATIENCE_SECONDS)
    up(link, b"later", first=3)
    link.run(1.0)
    assert link.site.responses == [(2, b"re:small"), (3, b"re:later")]
    assert link.site.failures == [(1, "no answer")]


def test_a_lost_answer_is_repeated_and_the_request_handled_once() -> None:
    link = Link()
    losses = iter([True, True])
    link.drop = lambda direction, datagram: direction == "down" and next(losses, False)
    up(link, b"once")
    link.run(PATIENCE_SECONDS)
    assert link.cloud.handled == [b"once"]
    assert link.site.responses == [(1, b"re:once")]
    assert link.cloud.endpoint.counters["duplicate"] == 2


def test_to_ask_a_peer_whose_address_is_unknown_fails_at_once() -> None:
    link = Link()
    down(link, b"where")
    link.cloud.endpoint.send("kisumu-1", b"", link.now)
    link.run(0.0)
    assert link.cloud.failures == [(1, "the peer's address is unknown")]
    assert link.log == []


# Separate responses


def test_a_slow_answer_comes_separately_after_an_empty_acknowledgement() -> None:
    link = Link(timing=Timing(shortest_timeout_seconds=4.0))
    link.cloud.answer_after = lambda payload: 20.0
    up(link, b"slow")
    link.run(30.0)
    assert link.sizes() == [("up", 23), ("down", EMPTY_ACK_BYTES), ("down", 15 + 1 + 7)]
    assert link.site.responses == [(1, b"re:slow")]


def test_slow_answers_find_their_requests_in_any_order() -> None:
    link = Link(timing=Timing(shortest_timeout_seconds=4.0))
    link.cloud.answer_after = lambda payload: 20.0 - payload[0]
    up(link, *(bytes([number]) for number in range(6)))
    link.run(30.0)
    assert [number for number, _ in link.site.responses] == [6, 5, 4, 3, 2, 1]
    assert {number: payload[3] for number, payload in link.site.responses} == {
        number: number - 1 for number in range(1, 7)
    }


def test_a_slow_answer_goes_to_the_newest_address() -> None:
    link = Link(timing=Timing(shortest_timeout_seconds=4.0))
    link.cloud.answer_after = lambda payload: 20.0 if payload == b"slow" else 0.0
    up(link, b"slow")
    link.run(10.0)
    link.rebind()
    link.site.endpoint.send("expander", b"", link.now)
    link.run(20.0)
    assert link.site.responses == [(1, b"re:slow")]


def test_an_answer_that_never_comes_ends_the_exchange() -> None:
    link = Link()
    link.cloud.answer = lambda payload: None
    up(link, b"acknowledged only")
    link.run(59.0)
    assert link.sizes()[1:] == [("down", EMPTY_ACK_BYTES)]
    assert not link.site.failures
    link.run(2.0)
    assert link.site.failures == [(1, "acknowledged, but the answer did not come")]


def test_an_answer_too_late_or_twice_is_counted() -> None:
    link = Link()
    up(link, b"x")
    link.run(1.0)
    link.cloud.endpoint.respond(1, b"again", link.now)
    link.cloud.endpoint.respond(99, b"never asked", link.now)
    assert link.cloud.endpoint.counters["late_answers"] == 2
    assert link.cloud.endpoint.outgoing() == []


def test_an_owner_that_never_answers_does_not_fill_the_memory() -> None:
    link = Link(timing=Timing(empty_ack_seconds=0.5))
    link.cloud.answer_after = lambda payload: None
    for number in range(200):
        up(link, b"", first=number)
        link.run(1.0)
    link.cloud.endpoint.respond(1, b"forgotten", link.now)
    link.cloud.endpoint.respond(200, b"kept", link.now)
    assert link.cloud.endpoint.counters["late_answers"] == 1


# Addresses


def test_rebinding_between_a_request_and_its_retransmission() -> None:
    link = Link()
    up(link, b"first")
    link.run(0.07)
    link.rebind()  # the answer goes to the old address
    link.run(10.0)
    assert link.site.responses == [(1, b"re:first")]
    assert link.cloud.handled == [b"first"]


def test_the_next_request_moves_the_peer_and_commands_follow() -> None:
    link = introduced()
    link.rebind()
    up(link, b"here")
    link.run(1.0)
    assert link.cloud.moves == [link.site.address]
    down(link, b"there")
    link.run(1.0)
    assert link.cloud.responses == [(1, b"re:there")]


def test_a_retransmitted_command_follows_the_peer() -> None:
    link = introduced()
    link.rebind()
    down(link, b"stop")
    link.run(1.0)
    assert link.site.handled == []
    link.site.endpoint.send("expander", b"", link.now)
    link.run(5.0)
    assert link.cloud.responses == [(1, b"re:stop")]


def test_an_older_datagram_does_not_move_the_peer_back() -> None:
    link = Link()
    link.drop = lambda direction, datagram: True
    up(link, b"old")
    link.run(0.0)
    old = link.log[-1][1]
    link.drop = lambda direction, datagram: False
    link.rebind()
    up(link, b"new", first=2)
    link.run(1.0)
    link.cloud.endpoint.receive(old, SITE, link.now)
    link.run(1.0)
    assert link.cloud.handled == [b"new", b"old"]
    assert link.cloud.newest == [True, False]
    assert link.cloud.endpoint.address_of("kisumu-1") == link.site.address


def test_a_recorded_datagram_from_a_stranger_moves_nothing_and_gains_nothing() -> None:
    link = Link()
    link.cloud.answer = lambda payload: bytes(900)
    up(link, b"x")
    link.run(1.0)
    recorded = link.log[0][1]
    for port in range(100):
        link.cloud.endpoint.receive(recorded, ("203.0.113.9", port), link.now)
    assert link.cloud.endpoint.outgoing() == []
    assert link.cloud.endpoint.address_of("kisumu-1") == SITE
    assert link.cloud.handled == [b"x"]


def test_a_recorded_datagram_is_answered_a_few_times_at_most() -> None:
    link = Link()
    up(link, b"x")
    link.run(1.0)
    for port in range(100):
        link.cloud.endpoint.receive(link.log[0][1], ("203.0.113.9", port), link.now)
    assert len(link.cloud.endpoint.outgoing()) == 8


# Lost replay windows


@pytest.mark.parametrize("in_flight", [1, 6])
def test_the_cloud_crashes_and_the_site_proves_that_it_is_fresh(in_flight: int) -> None:
    link = introduced()
    link.cloud.start()
    up(link, *(bytes([number]) for number in range(in_flight)))
    link.run(2.0)
    assert sorted(number for number, _ in link.site.responses) == list(range(1, in_flight + 1))
    assert len(link.cloud.handled) == in_flight
    assert link.cloud.endpoint.counters["echo_challenge"] == 1


def test_what_a_recovery_costs() -> None:
    link = introduced()
    link.cloud.start()
    link.cloud.answer = lambda payload: b""
    up(link, bytes(10))
    link.run(1.0)
    assert link.sizes() == [("up", 29), ("down", 27), ("up", 39), ("down", 17)]


def test_the_site_crashes_and_commands_still_arrive() -> None:
    link = introduced()
    link.site.start()
    down(link, b"a", b"b")
    link.run(2.0)
    assert sorted(link.cloud.responses) == [(1, b"re:a"), (2, b"re:b")]
    assert sorted(link.site.handled) == [b"a", b"b"]


def test_both_crash_and_everything_in_flight_arrives() -> None:
    link = introduced()
    link.site.start()
    link.cloud.start()
    up(link, b"a", b"b", b"c")
    link.run(2.0)
    down(link, b"d", b"e", b"f")
    up(link, b"g", first=4)
    link.run(5.0)
    assert sorted(link.cloud.handled) == [b"a", b"b", b"c", b"g"]
    assert sorted(link.site.handled) == [b"d", b"e", b"f"]
    assert len(link.site.responses) == 4
    assert len(link.cloud.responses) == 3


def test_a_request_in_flight_during_the_crash_arrives() -> None:
    link = introduced()
    link.drop = lambda direction, datagram: True
    up(link, b"early")
    link.run(1.0)
    link.cloud.start()
    link.drop = lambda direction, datagram: False
    up(link, b"late", first=2)
    link.run(1.0)  # before the first retransmission of "early"
    assert sorted(link.site.responses) == [(1, b"re:early"), (2, b"re:late")]


def test_the_first_answer_after_a_crash_leaves_older_commands_valid() -> None:
    """It carries a number above theirs, and the site has no replay window at that moment."""
    link = introduced()
    link.site.start()
    link.cloud.start()
    link.cloud.answer_after = lambda payload: 1.0
    up(link, b"here I am")
    link.run(0.5)
    assert link.cloud.moves
    link.drop = lambda direction, datagram: True
    down(link, b"lost at first")
    link.run(0.0)
    link.drop = lambda direction, datagram: False
    link.run(10.0)
    assert link.site.responses == [(1, b"re:here I am")]
    assert link.cloud.responses == [(1, b"re:lost at first")]


def test_recovery_starts_anew_if_the_exchange_that_carried_it_fails() -> None:
    link = introduced()
    link.cloud.start()
    up(link, b"carrier")
    link.run(0.08)  # the challenge is on its way
    link.drop = lambda direction, datagram: True
    link.run(PATIENCE_SECONDS)
    assert link.site.failures == [(1, "no answer")]
    link.drop = lambda direction, datagram: False
    up(link, b"next", first=2)
    link.run(1.0)
    assert link.site.responses == [(2, b"re:next")]


def test_a_peer_that_never_stops_to_challenge_does_not_keep_an_exchange_alive() -> None:
    link = introduced()
    up(link, b"x")
    while link.now < 100.0:
        link.cloud.start()  # after the challenge and before the proof arrives
        link.run(0.08)
    assert link.site.failures == [(1, "no answer")]


def test_an_acknowledged_request_that_the_peer_forgot_is_sent_until_it_is_answered() -> None:
    link = introduced()
    link.cloud.answer_after = lambda payload: 1000.0
    up(link, b"forgotten")
    link.run(5.0)
    link.cloud.start()
    link.cloud.answer_after = lambda payload: 0.0
    link.drop = drop_number(4)  # request, challenge, request, answer, forgotten request
    up(link, b"next", first=2)
    link.run(5.0)
    assert link.site.responses == [(2, b"re:next"), (1, b"re:forgotten")]


def test_one_exchange_carries_the_recovery_however_many_are_challenged() -> None:
    link = Link(timing=Timing(challenge_interval_seconds=0.0))
    link.cloud.start()
    up(link, *(bytes([number]) for number in range(6)))
    link.run(1.0)
    assert link.cloud.endpoint.counters["echo_challenge"] == 6
    assert len(link.site.responses) == 6
    assert [direction for direction, _ in link.log].count("up") == 6 + 1 + 5


def test_a_keepalive_is_enough_to_be_found_again() -> None:
    link = introduced()
    link.cloud.start()
    link.rebind()
    link.site.endpoint.send("expander", b"", link.now)
    link.run(1.0)
    assert link.cloud.moves == [link.site.address]
    assert link.cloud.handled == [b""]
    down(link, b"command")
    link.run(1.0)
    assert link.cloud.responses == [(1, b"re:command")]


def test_a_challenged_keepalive_does_not_strand_a_request_in_flight() -> None:
    link = introduced()
    link.cloud.start()
    link.drop = lambda direction, datagram: True
    up(link, b"request")
    link.run(1.0)
    link.drop = lambda direction, datagram: False
    link.site.endpoint.send("expander", b"", link.now)
    link.run(1.0)
    assert link.site.responses == [(1, b"re:request")]


def drop_number(lost: int) -> Callable[[str, bytes], bool]:
    """Lose the datagram of that number, counted from 0, and no other."""
    numbers = count()
    return lambda direction, datagram: next(numbers) == lost


def test_recovery_survives_the_loss_of_each_of_its_datagrams() -> None:
    for lost in range(4):
        link = introduced()
        link.cloud.start()
        link.drop = drop_number(lost)
        up(link, b"x")
        link.run(60.0)
        assert link.site.responses == [(1, b"re:x")], lost
        assert link.cloud.handled == [b"x"], lost


def test_recorded_requests_are_not_accepted_after_a_crash() -> None:
    link = introduced()
    for number in range(20):
        up(link, bytes([number]), first=number)
        link.run(0.5)
    recorded = [datagram for direction, datagram in link.log if direction == "up"]
    link.cloud.start()
    link.cloud.handled.clear()
    for datagram in recorded * 3:
        link.cloud.endpoint.receive(datagram, ("203.0.113.9", 1), link.now)
    link.run(1.0)
    assert link.cloud.handled == []
    assert link.cloud.endpoint.counters["echo_challenge"] == 1


def test_a_clean_restart_costs_nothing_and_accepts_nothing_again() -> None:
    link = introduced()
    up(link, b"before")
    link.run(1.0)
    recorded = link.log[0][1]
    link.cloud.stop()
    link.cloud.start()
    link.cloud.endpoint.receive(recorded, SITE, link.now)
    assert link.cloud.endpoint.counters["replayed"] == 1
    link.log.clear()
    up(link, b"after", first=2)
    link.run(1.0)
    assert len(link.log) == 2
    assert link.cloud.handled == [b"before", b"after"]


# Properties


def converse(link: Link, requests: int, *, rebinds: bool, crashes: bool = False) -> None:
    """Let both ends ask at random times while accidents happen, then let it all end."""
    chance = Random(link.random.random())
    loss, link.loss = link.loss, 0.0
    link.site.endpoint.send("expander", b"hello", link.now)
    link.run(10.0)
    link.loss = loss
    for number in range(requests):
        payload = number.to_bytes(2, "big") + bytes(chance.randrange(100))
        up(link, b"up" + payload, first=number)
        down(link, b"down" + payload, first=number)
        link.run(chance.random() * 3)
        if rebinds and chance.random() < 0.2:
            link.rebind()
            link.site.endpoint.send("expander", b"hello", link.now)
        if crashes and chance.random() < 0.1:
            chance.choice([link.site, link.cloud]).start()
    link.run(PATIENCE_SECONDS)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(1, 2**32),
    loss=st.floats(0.0, 0.5),
    duplication=st.floats(0.0, 0.5),
    jitter_seconds=st.floats(0.0, 8.0),
    rebinds=st.booleans(),
    think_seconds=st.floats(0.0, 8.0),
)
def test_every_exchange_ends_once_and_every_request_is_handled_once_at_most(
    seed: int,
    loss: float,
    duplication: float,
    jitter_seconds: float,
    rebinds: bool,
    think_seconds: float,
) -> None:
    link = Link(seed=seed, loss=loss, duplication=duplication, jitter_seconds=jitter_seconds)
    think = Random(seed)
    for node in (link.site, link.cloud):
        node.answer_after = lambda payload: think.random() * think_seconds
    converse(link, 15, rebinds=rebinds)
    for asker, handler in ((link.site, link.cloud), (link.cloud, link.site)):
        ended = [number for number, _ in asker.responses + asker.failures]
        assert sorted(ended) == list(range(15))
        handled = [payload for payload in handler.handled if payload != b"hello"]
        assert len(handled) == len(set(handled))
        for number, answer in asker.responses:
            assert answer[3:] in handled
            assert number.to_bytes(2, "big") in answer
        assert asker.endpoint.timer() is None


@pytest.mark.parametrize("seed", range(1, 21))
def test_at_10_percent_loss_every_request_is_answered(seed: int) -> None:
    link = Link(seed=seed, loss=0.1, duplication=0.1, jitter_seconds=1.0)
    converse(link, 20, rebinds=False)
    for node in (link.site, link.cloud):
        assert sorted(number for number, _ in node.responses) == list(range(20))
        assert len([payload for payload in node.handled if payload != b"hello"]) == 20


@pytest.mark.parametrize("seed", range(1, 21))
def test_crashes_cost_at_most_the_exchanges_of_the_one_who_crashed(seed: int) -> None:
    link = Link(seed=seed, duplication=0.1, jitter_seconds=0.5)
    converse(link, 20, rebinds=False, crashes=True)
    up(link, b"after all", first=100)
    link.run(PATIENCE_SECONDS)
    down(link, b"as usual", first=100)
    link.run(PATIENCE_SECONDS)
    assert (100, b"re:after all") in link.site.responses
    assert (100, b"re:as usual") in link.cloud.responses
    for node in (link.site, link.cloud):
        if node.starts == 1:
            ended = [number for number, _ in node.responses + node.failures]
            assert sorted(ended) == [*range(20), 100]


# Hostile input


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
        datagram = mutate(chance.choice(recorded), chance)
        if same_but_for_the_header(datagram, recorded):
            continue  # as good as the recorded one; there are tests for that
        source = CLOUD if number % 2 else ("203.0.113.66", 6)
        for endpoint in (link.cloud.endpoint, link.site.endpoint):
            endpoint.receive(datagram, source, link.now)
            assert endpoint.events() == [], datagram.hex()
            assert endpoint.outgoing() == [], datagram.hex()


def same_but_for_the_header(datagram: bytes, recorded: list[bytes]) -> bool:
    """Tell whether all that OSCORE protects is as it was: type, code and message id are not."""
    return any(datagram[4:] == original[4:] for original in recorded)


def mutate(datagram: bytes, chance: Random) -> bytes:
    """Return the datagram with a few bytes changed, cut out or put in, or plain noise."""
    if chance.random() < 0.2:
        header = bytes([0x40 | chance.randrange(64), chance.choice([0, 2, 68])])
        return header + chance.randbytes(chance.randrange(60))
    changed = bytearray(datagram)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed))
        match chance.randrange(3):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                del changed[at : at + chance.randint(1, 4)]
            case _:
                changed[at:at] = chance.randbytes(chance.randint(1, 4))
        if not changed:
            return b""
    return bytes(changed)


@pytest.mark.parametrize(
    ("datagram", "counter"),
    [
        (b"", "malformed"),
        (b"\x00", "malformed"),
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


# Message ids


def test_a_message_id_in_use_is_not_given_again() -> None:
    link = Link()
    wire = Wire(random=lambda: 0.0, first_message_id=7, timing=Timing())
    requester = Requester(wire)
    peer = Peer("expander", link.site.context, CLOUD)
    requester.request(peer, b"long in flight", 1, 0.0)
    for _ in range(65_535):
        wire.next_message_id()
    requester.request(peer, b"after all the others", 2, 0.0)
    first, second = (datagram for datagram, _ in wire.drain_outgoing())
    assert first[2:4] == bytes([0, 7])
    assert second[2:4] == bytes([0, 8])


# The owner's mistakes


def test_a_payload_over_the_limit_is_an_error_of_the_caller() -> None:
    link = introduced()
    endpoint = link.site.endpoint
    too_long = bytes(PAYLOAD_LIMIT_BYTES + 1)
    with pytest.raises(ValueError, match=r"1025 bytes; the limit is 1024"):
        endpoint.request("expander", too_long, 0.0, exchange=1)
    with pytest.raises(ValueError, match="1025 bytes"):
        endpoint.send("expander", too_long, 0.0)
    with pytest.raises(ValueError, match="1025 bytes"):
        endpoint.respond(1, too_long, 0.0)


def test_two_peers_need_two_names_and_two_sender_ids() -> None:
    link = Link()
    endpoint = Endpoint(random=lambda: 0.0, first_message_id=0)
    endpoint.add_peer("kisumu-1", link.cloud.context, None)
    with pytest.raises(ValueError, match="already a peer called 'kisumu-1'"):
        endpoint.add_peer("kisumu-1", link.site.context, None)
    with pytest.raises(ValueError, match="'kisumu-2' and 'kisumu-1' use the same sender id '00'"):
        endpoint.add_peer("kisumu-2", link.cloud.context, None)


def test_used_up_keys_fail_the_exchange_and_say_what_to_do() -> None:
    link = Link(first_sequence=2**20)
    up(link, b"one too many")
    link.site.endpoint.send("expander", b"", link.now)
    link.run(1.0)
    assert link.log == []
    [(exchange, reason)] = link.site.failures
    assert exchange == 1
    assert "used up; make new keys with `laconic keys new`" in reason
    assert link.site.endpoint.counters == {"context_unavailable": 2}


def test_a_responder_with_used_up_keys_acknowledges_without_an_answer() -> None:
    link = Link()
    link.cloud.first_sequence = 2**20
    link.cloud.__post_init__()
    up(link, b"x")
    link.run(1.0)
    assert link.sizes()[1:] == [("down", EMPTY_ACK_BYTES)]
