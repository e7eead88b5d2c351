"""Answers that are wanted later: once, to where the request came from, and not too many."""

from laconic_bench.virtual.coap_link import SITE, Link, introduced
from laconic_codec import signs
from laconic_codec.signs import Probe
from laconic_gateway.core.coap.delayed import DELAYED_MAX
from laconic_gateway.core.coap.endpoint import Address, Endpoint, ProbeAnswered
from laconic_gateway.core.coap.events import PROBE, Outgoing

SECOND: Address = ("198.51.100.7", 41_000)
"""Where the second socket of the site appears."""


def probing() -> Link:
    """Return a link whose cloud knows the site and its probes."""
    link = introduced()
    cloud = link.cloud
    cloud.endpoint = Endpoint(random=lambda: 0.0, first_message_id=7, delay_of=signs.delay_of)
    cloud.endpoint.add_peer("kisumu-1", cloud.context, SITE)
    return link


def ask(link: Link, delay_seconds: int, exchange: int = 1) -> bytes:
    """Have the site send a probe; return the datagram, which has not arrived yet."""
    payload = signs.encode(Probe(delay_seconds))
    link.site.endpoint.probe(
        "expander", payload, link.now, exchange=exchange, wait_seconds=delay_seconds + 10.0
    )
    (datagram,) = link.site.endpoint.outgoing_probes()
    return datagram


def answers(link: Link, now: float) -> list[Outgoing]:
    link.cloud.endpoint.handle_timer(now)
    return link.cloud.endpoint.outgoing()


def test_the_answer_comes_when_it_was_asked_for_and_only_once() -> None:
    link = probing()
    assert link.cloud.endpoint.receive(ask(link, 120), SECOND, 5.0) == PROBE
    assert link.cloud.endpoint.timer() == 125.0
    assert answers(link, 124.0) == []
    (answer,) = answers(link, 125.0)
    assert (answer.address, answer.mark) == (SECOND, PROBE)
    assert answers(link, 1000.0) == []
    assert link.cloud.endpoint.timer() is None
    assert link.site.endpoint.receive_probe(answer.datagram) == PROBE
    assert link.site.endpoint.events() == [ProbeAnswered("expander", 1)]


def test_a_probe_and_its_answer_take_93_bytes_on_the_wire() -> None:
    link = probing()
    probe = ask(link, 1800)
    link.cloud.endpoint.receive(probe, SECOND, 0.0)
    (answer,) = answers(link, 1800.0)
    assert (len(probe) + 28, len(answer.datagram) + 28) == (49, 43)  # a Partial IV of one byte


def test_a_probe_says_nothing_of_where_the_site_is_and_is_no_request_for_the_owner() -> None:
    link = probing()
    link.cloud.endpoint.receive(ask(link, 60), SECOND, 0.0)
    assert link.cloud.endpoint.address_of("kisumu-1") == SITE
    assert link.cloud.endpoint.events() == []


def test_a_probe_that_comes_again_is_a_replay() -> None:
    link = probing()
    probe = ask(link, 60)
    for _ in range(3):
        link.cloud.endpoint.receive(probe, SECOND, 0.0)
    assert len(answers(link, 60.0)) == 1
    assert link.cloud.endpoint.counters["replayed"] == 2


def test_what_does_not_verify_is_not_kept() -> None:
    link = probing()
    probe = bytearray(ask(link, 60))
    probe[-1] ^= 1
    link.cloud.endpoint.receive(bytes(probe), SECOND, 0.0)
    assert link.cloud.endpoint.timer() is None
    assert link.cloud.endpoint.counters["unverifiable"] == 1


def test_of_too_many_the_oldest_is_forgotten() -> None:
    link = probing()
    for exchange in range(DELAYED_MAX + 3):
        link.cloud.endpoint.receive(ask(link, 60, exchange), SECOND, 0.0)
    assert len(answers(link, 60.0)) == DELAYED_MAX
    assert link.cloud.endpoint.counters["delayed_forgotten"] == 3


def test_an_answer_needs_no_sequence_number_of_its_own() -> None:
    link = probing()
    link.cloud.endpoint.receive(ask(link, 60), SECOND, 0.0)
    link.cloud.context.close()
    assert len(answers(link, 60.0)) == 1  # RFC 8613, 5.2
