"""Stories of answers: separate ones, duplicates, and addresses that move."""

from laconic_bench.virtual.coap_link import EMPTY_ACK_BYTES, SITE, Link, down, introduced, up
from laconic_gateway.core.coap.endpoint import Timing

# Separate responses


def test_a_slow_answer_comes_separately_after_an_empty_acknowledgement() -> None:
    link = Link(timing=Timing(first_timeout_seconds=4.0, shortest_timeout_seconds=4.0))
    link.cloud.answer_after = lambda payload: 20.0
    up(link, b"slow")
    link.run(30.0)
    assert link.sizes() == [("up", 23), ("down", EMPTY_ACK_BYTES), ("down", 15 + 1 + 7)]
    assert link.site.responses == [(1, b"re:slow")]


def test_slow_answers_find_their_requests_in_any_order() -> None:
    link = Link(timing=Timing(first_timeout_seconds=4.0, shortest_timeout_seconds=4.0))
    link.cloud.answer_after = lambda payload: 20.0 - payload[0]
    up(link, *(bytes([number]) for number in range(6)))
    link.run(30.0)
    assert [number for number, _ in link.site.responses] == [6, 5, 4, 3, 2, 1]
    assert {number: payload[3] for number, payload in link.site.responses} == {
        number: number - 1 for number in range(1, 7)
    }


def test_a_slow_answer_goes_to_the_newest_address() -> None:
    link = Link(timing=Timing(first_timeout_seconds=4.0, shortest_timeout_seconds=4.0))
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


def test_a_request_that_waits_is_not_forgotten_for_those_that_are_answered() -> None:
    link = Link()
    link.cloud.answer_after = lambda payload: 2.0 if payload == b"slow" else 0.0
    up(link, b"slow")
    for exchange in range(2, 102):
        up(link, b"quick", first=exchange)
        link.run(0.01)
    link.run(2.0)
    assert (1, b"re:slow") in link.site.responses
    assert len(link.site.responses) == 101
    assert link.cloud.endpoint.counters["late_answers"] == 0


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
