"""Bytes on the wire and properties of the CoAP message layer: two real ends, virtual time."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_bench.virtual.coap_link import (
    EMPTY_ACK_BYTES,
    PATIENCE_SECONDS,
    Link,
    down,
    introduced,
    up,
)
from laconic_gateway.core.coap.endpoint import PAYLOAD_LIMIT_BYTES, Endpoint
from laconic_gateway.core.coap.events import STRAY, Kind, Mark

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


# What each datagram is


def marks(link: Link, who: str) -> list[Mark]:
    return [mark for place, mark in link.marks if place == who]


def test_both_ends_see_a_request_and_its_answer_as_what_they_are() -> None:
    link = Link()
    link.cloud.answer = lambda payload: b"answer"
    up(link, b"frame")
    link.run(1.0)
    assert marks(link, "site sent") == [Mark(Kind.REQUEST, 1, payload=b"frame")]
    assert marks(link, "cloud took") == [
        Mark(Kind.REQUEST, 1, asked_by_peer=True, payload=b"frame")
    ]
    assert marks(link, "cloud sent") == [
        Mark(Kind.RESPONSE, 1, asked_by_peer=True, payload=b"answer")
    ]
    assert marks(link, "site took") == [Mark(Kind.RESPONSE, 1, payload=b"answer")]


def test_a_one_way_message_has_no_number() -> None:
    link = Link()
    link.site.endpoint.send("expander", b"", link.now)
    link.run(1.0)
    assert marks(link, "site sent") == [Mark(Kind.REQUEST, payload=b"")]


def test_what_is_sent_again_is_a_repetition_at_both_ends() -> None:
    link = Link()
    lost: list[bytes] = []

    def drop(direction: str, datagram: bytes) -> bool:
        if direction == "down" and not lost:
            lost.append(datagram)
            return True
        return False

    link.drop = drop
    up(link, b"frame")
    link.run(PATIENCE_SECONDS)
    assert [mark.kind for mark in marks(link, "site sent")] == [Kind.REQUEST, Kind.REPEATED]
    assert marks(link, "cloud took")[1] == Mark(Kind.REPEATED, 1, asked_by_peer=True)
    assert marks(link, "cloud sent")[1] == Mark(Kind.REPEATED, 1, asked_by_peer=True)
    # The site has not had that answer before: to it, it is the answer.
    assert [mark.kind for mark in marks(link, "site took")] == [Kind.RESPONSE]


def test_a_slow_answer_is_acknowledged_first() -> None:
    link = Link()
    link.cloud.answer_after = lambda payload: 10.0
    up(link, b"frame")
    link.run(PATIENCE_SECONDS)
    kinds = [Kind.EMPTY_ACK, Kind.RESPONSE]
    assert [(mark.kind, mark.number) for mark in marks(link, "site took")] == [
        (kind, 1) for kind in kinds
    ]
    assert [mark.kind for mark in marks(link, "cloud sent")] == kinds


def test_an_answer_that_comes_twice_is_a_stray_the_second_time() -> None:
    link = Link(duplication=1.0)
    up(link, b"frame")
    link.run(1.0)
    kinds = [mark.kind for mark in marks(link, "site took")]
    assert kinds[0] is Kind.RESPONSE
    assert set(kinds[1:]) == {Kind.STRAY}


def test_after_a_restart_of_the_cloud_the_challenge_and_what_follows_are_echo() -> None:
    link = introduced()
    link.marks.clear()
    link.cloud.start()
    up(link, b"frame", first=7)
    link.run(PATIENCE_SECONDS)
    sent = marks(link, "site sent")
    assert [(mark.kind, mark.number) for mark in sent] == [(Kind.REQUEST, 7), (Kind.ECHO, 7)]
    assert [mark.kind for mark in marks(link, "cloud took")] == [Kind.ECHO, Kind.REQUEST]
    assert [mark.kind for mark in marks(link, "cloud sent")] == [Kind.ECHO, Kind.RESPONSE]


@pytest.mark.parametrize("datagram", [b"", b"garbage", b"\x40\x02\x00\x01", b"\x60\x00\x12\x34"])
def test_what_nobody_waits_for_is_a_stray(datagram: bytes) -> None:
    link = introduced()
    assert link.site.endpoint.receive(datagram, link.cloud.address, link.now) == STRAY


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_each_exchange_is_sent_for_the_first_time_once(seed: int) -> None:
    link = Link(seed=seed, loss=0.2, duplication=0.1, jitter_seconds=2.0)
    up(link, *(bytes([number]) for number in range(6)))
    link.run(10 * PATIENCE_SECONDS)
    for who in ("site sent", "site took"):
        first = [m.number for m in marks(link, who) if m.kind in (Kind.REQUEST, Kind.RESPONSE)]
        assert len(first) == len(set(first))
    assert sum(len(datagram) for way, datagram in link.log if way == "up") > 0
