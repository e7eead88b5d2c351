"""Probes by a second way: one at a time, each with one end."""

import pytest

from laconic_bench.virtual.coap_link import Link, up
from laconic_codec import signs
from laconic_codec.signs import Probe
from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.endpoint import PAYLOAD_LIMIT_BYTES, ProbeAnswered, ProbeFailed
from laconic_gateway.core.coap.events import STRAY, Kind, Mark
from tests.gateway.core.coap.test_delayed import SECOND, answers, ask, probing


def arrive(link: Link, datagram: bytes, delay_seconds: float) -> bytes:
    """Bring a probe to the cloud; return its answer."""
    link.cloud.endpoint.receive(datagram, SECOND, link.now)
    (answer,) = answers(link, link.now + delay_seconds)
    return answer.datagram


def test_a_probe_without_an_answer_in_time_fails_with_a_finding() -> None:
    link = probing()
    ask(link, 60)
    assert link.site.endpoint.timer() == link.now + 70.0
    link.site.endpoint.handle_timer(link.now + 69.0)
    assert link.site.endpoint.events() == []
    link.site.endpoint.handle_timer(link.now + 70.0)
    assert link.site.endpoint.events() == [ProbeFailed("expander", 1, "no answer", True)]


def test_an_answer_that_comes_after_the_end_is_a_stray() -> None:
    link = probing()
    answer = arrive(link, ask(link, 60), 60.0)
    link.site.endpoint.handle_timer(link.now + 70.0)
    link.site.endpoint.events()
    link.site.endpoint.receive_probe(answer)
    assert link.site.endpoint.events() == []
    assert link.site.endpoint.counters["stray_probe_answer"] == 1


def test_a_second_probe_ends_the_first_without_a_finding() -> None:
    link = probing()
    first = ask(link, 60)
    ask(link, 120, exchange=2)
    failed = ProbeFailed("expander", 1, "replaced", False)
    assert link.site.endpoint.events() == [failed]
    link.site.endpoint.receive_probe(arrive(link, first, 60.0))
    assert link.site.endpoint.events() == []


@pytest.mark.parametrize("garbage", [b"", b"\x00", b"\x50\x44\x00\x01\xff", b"x" * 40])
def test_what_is_no_answer_changes_nothing(garbage: bytes) -> None:
    link = probing()
    ask(link, 60)
    assert link.site.endpoint.receive_probe(garbage) == STRAY
    assert link.site.endpoint.events() == []
    assert link.site.endpoint.counters["stray_probe_answer"] == 1


def test_an_answer_counts_only_on_the_way_of_the_probe() -> None:
    link = probing()
    answer = arrive(link, ask(link, 60), 60.0)
    link.site.endpoint.receive(answer, ("192.0.2.1", 5683), link.now)
    assert link.site.endpoint.events() == []
    link.site.endpoint.receive_probe(answer)
    assert link.site.endpoint.events() == [ProbeAnswered("expander", 1)]


def test_probes_and_requests_share_one_series_of_numbers() -> None:
    """A Partial IV that two messages have would break the encryption (RFC 8613, 7.2.1)."""
    link = probing()
    numbers: list[bytes] = []
    for exchange in range(6):
        numbers.append(_partial_iv(ask(link, 60, exchange)))
        up(link, b"frame", first=exchange)
        link.site.endpoint.send("expander", b"", link.now)
        numbers += [_partial_iv(one.datagram) for one in link.site.endpoint.outgoing()]
    assert len(set(numbers)) == len(numbers) == 18


def _partial_iv(datagram: bytes) -> bytes:
    parsed = messages.parse(datagram)
    assert parsed is not None
    return parsed.partial_iv


def test_a_restarted_peer_makes_a_probe_fail_without_a_finding() -> None:
    link = probing()
    link.cloud.start()
    link.cloud.endpoint.receive(ask(link, 60), SECOND, 0.0)
    (challenge,) = link.cloud.endpoint.outgoing()
    assert challenge.address == SECOND
    assert link.site.endpoint.receive_probe(challenge.datagram) == Mark(Kind.ECHO)
    reason = "the peer was restarted"
    assert link.site.endpoint.events() == [ProbeFailed("expander", 1, reason, False)]


def test_without_a_usable_context_nothing_is_sent() -> None:
    link = probing()
    link.site.context.close()
    payload = signs.encode(Probe(60))
    link.site.endpoint.probe("expander", payload, 0.0, exchange=1, wait_seconds=70.0)
    (failed,) = link.site.endpoint.events()
    assert isinstance(failed, ProbeFailed) and not failed.conclusive
    assert link.site.endpoint.outgoing_probes() == []


def test_a_payload_over_the_limit_is_refused() -> None:
    payload = bytes(PAYLOAD_LIMIT_BYTES + 1)
    with pytest.raises(ValueError, match="limit"):
        probing().site.endpoint.probe("expander", payload, 0.0, exchange=1, wait_seconds=1.0)
