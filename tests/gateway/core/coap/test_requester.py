"""Stories of exchanges: retransmission, timeouts, separate responses."""

from random import Random

import pytest

from laconic_bench.virtual.coap_link import (
    CLOUD,
    PATIENCE_SECONDS,
    Link,
    MemoryFiles,
    down,
    drop_number,
    introduced,
    material,
    up,
)
from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.endpoint import Endpoint, Event, ResponseReceived, Timing
from laconic_gateway.edge.link.keys import End
from laconic_gateway.edge.link.oscore import OscoreContext


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


def doubts(link: Link) -> list[bool]:
    """Return, of each answer that the cloud got, whether the path to the site is in doubt."""
    found: list[bool] = []
    take = link.cloud.endpoint.events

    def events() -> list[Event]:
        taken = take()
        found.extend(one.path_in_doubt for one in taken if isinstance(one, ResponseReceived))
        return taken

    link.cloud.endpoint.events = events  # type: ignore[method-assign]
    return found


@pytest.mark.parametrize(
    ("silence_seconds", "keepalive", "expected"),
    [(60.0, False, False), (60.0, True, True), (20.0, True, False)],
    ids=["the radio", "perhaps the NAT", "too soon for a NAT"],
)
def test_a_lost_request_is_the_nats_fault_only_if_something_came_before_the_answer(
    silence_seconds: float, keepalive: bool, expected: bool
) -> None:
    link = introduced()
    found = doubts(link)
    link.run(silence_seconds)
    link.drop = drop_number(0)
    down(link, b"c")
    link.run(0.5)
    if keepalive:
        link.site.endpoint.send("expander", b"", link.now)
    link.run(60.0)
    assert [number for number, _ in link.cloud.responses] == [1]
    assert found == [expected]


def test_an_answer_to_the_first_try_leaves_no_doubt() -> None:
    link = introduced()
    found = doubts(link)
    link.run(60.0)
    down(link, b"c")
    link.run(60.0)
    assert found == [False]


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


def test_the_timeout_follows_the_measured_round_trips() -> None:
    link = Link(delay_seconds=1.25)
    up(link, b"2.5 s")
    link.run(10.0)
    assert timeout_of_next(link) == 2.5 + 4 * 1.25
    for number in range(3, 30):
        up(link, b"2.5 s", first=number)
        link.run(10.0)
    assert timeout_of_next(link) == 1.5 * 2.5


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
    link = Link(
        delay_seconds=3.25, timing=Timing(first_timeout_seconds=7.0, shortest_timeout_seconds=7.0)
    )
    up(link, b"6.5 s")
    link.run(10.0)
    assert timeout_of_next(link) == 8.0


def test_a_repeated_request_is_a_weak_sample() -> None:
    """Nobody knows which transmission was answered: the time counts from the first one."""
    link = Link(delay_seconds=1.0)
    up(link, b"first")
    link.run(10.0)
    strong = 2 + 4 * 1
    link.drop = drop_number(0)
    up(link, b"repeated", first=2)
    link.run(20.0)
    sample = strong + 2
    assert timeout_of_next(link) == strong + (sample + sample / 2 - strong) / 4


def test_an_empty_acknowledgement_measures_and_the_separate_answer_does_not() -> None:
    link = Link(
        delay_seconds=0.5, timing=Timing(first_timeout_seconds=4.5, shortest_timeout_seconds=4.5)
    )
    link.cloud.answer_after = lambda payload: 30.0
    up(link, b"separate")
    link.run(60.0)
    assert link.site.endpoint.counters["retransmitted"] == 0
    assert timeout_of_next(link) == 8.0  # 4 + 4 * 2, and bounded
    for number in range(3, 40):
        up(link, b"separate", first=number)
        link.run(60.0)
    assert timeout_of_next(link) == 1.5 * 4.0


def test_a_peer_that_is_slower_than_the_first_timeout_is_repeated_once_only() -> None:
    link = Link(delay_seconds=2.5)
    for number in range(1, 20):
        up(link, b"5 s", first=number)
        link.run(30.0)
    assert link.site.endpoint.counters["retransmitted"] == 1


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


# A repetition before its time


def hasten(link: Link, exchange: int) -> None:
    link.site.endpoint.hasten("expander", exchange, link.now)
    link.run(1.0)


def test_an_overdue_request_is_sent_again_at_once_with_the_same_bytes() -> None:
    link = Link(delay_seconds=0.25)
    up(link, b"measure")
    link.run(1.0)
    link.log.clear()
    link.drop = drop_number(0)
    up(link, b"lost", b"arrives", first=2)
    link.run(0.6)
    assert link.site.responses[1:] == [(3, b"re:arrives")]
    hasten(link, 2)
    assert link.site.responses[2:] == [(2, b"re:lost")]
    assert link.cloud.handled.count(b"lost") == 1
    sent = [datagram for direction, datagram in link.log if direction == "up"]
    assert sent[0] == sent[2]


def test_what_is_not_overdue_or_already_answered_is_left_alone() -> None:
    link = Link(delay_seconds=0.25)
    up(link, b"measure")
    link.run(1.0)
    link.log.clear()
    up(link, b"on its way", first=2)
    link.run(0.3)
    hasten(link, 2)
    hasten(link, 2)
    hasten(link, 7)
    assert [direction for direction, _ in link.log] == ["up", "down"]
    assert link.site.endpoint.counters["retransmitted"] == 0


def test_a_repetition_before_its_time_counts_as_one_of_the_four() -> None:
    link = Link()
    link.drop = lambda direction, datagram: True
    up(link, b"meter")
    for _ in range(6):
        hasten(link, 1)
    link.run(PATIENCE_SECONDS)
    assert len(link.log) == 5
    assert link.site.failures == [(1, "no answer")]


def test_a_confirmable_separate_response_is_acknowledged_each_time_it_comes() -> None:
    """Our own responder never sends one; other CoAP stacks do (RFC 7252, 5.2.2)."""
    site, cloud = material(End.SITE), material(End.EXPANDER)
    ours = OscoreContext(site, files=MemoryFiles(site.fingerprint()))
    theirs = OscoreContext(cloud, files=MemoryFiles(cloud.fingerprint()))
    endpoint = Endpoint(random=Random(1).random, first_message_id=7)
    endpoint.add_peer("cloud", ours, CLOUD)
    endpoint.request("cloud", b"hello", 0.0, exchange=1)
    (request,) = endpoint.outgoing()
    asked = messages.parse(request.datagram)
    assert asked is not None
    binding = messages.open_request(theirs, asked).binding
    endpoint.receive(messages.empty_ack(asked.message_id), CLOUD, 0.1)
    response = messages.seal_response(
        theirs, b"world", binding, type=messages.CON, message_id=99, token=b""
    )
    for _ in range(2):
        endpoint.receive(response, CLOUD, 0.2)
        assert [one.datagram for one in endpoint.outgoing()] == [messages.empty_ack(99)]
    assert endpoint.events() == [ResponseReceived("cloud", 1, b"world")]
    endpoint.receive(response, ("elsewhere", 1), 0.3)
    assert endpoint.outgoing() == []


def test_an_abandoned_exchange_is_not_repeated_and_fails_at_once() -> None:
    link = introduced()
    link.drop = lambda direction, datagram: True
    down(link, b"frame")
    link.run(0.1)
    link.cloud.endpoint.abandon("kisumu-1", 1)
    link.cloud.endpoint.abandon("kisumu-1", 2)
    link.run(PATIENCE_SECONDS)
    assert link.cloud.failures == [(1, "abandoned")]
    assert len(link.log) == 1
