"""Stories of lost replay windows: a peer proves that its requests are fresh (RFC 8613, B.1.2)."""

import pytest

from laconic_bench.virtual.coap_link import (
    PATIENCE_SECONDS,
    Link,
    down,
    drop_number,
    introduced,
    up,
)
from laconic_gateway.core.coap.endpoint import Timing


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


def test_a_request_whose_answer_is_lost_in_a_clean_restart_is_answered_soon() -> None:
    link = introduced()
    link.cloud.answer_after = lambda payload: 2.0
    up(link, b"x")
    link.run(1.0)
    link.cloud.stop()
    link.cloud.start()
    link.cloud.answer_after = lambda payload: 0.0
    link.run(4.0)
    assert link.site.responses == [(1, b"re:x")]
