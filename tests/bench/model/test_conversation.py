"""Both ends of a conversation: who may speak when, and what is found out."""

from collections.abc import Callable

import pytest

from laconic_bench.model.carrier import Carrier, CarrierFactory, Ends
from laconic_bench.model.link import ModelLink
from tests.support.plain_carrier import DELAY_SECONDS, PlainCarrier, PlainFactory
from tests.support.played import BOOT, Said, play, said

AUTHORIZE = '[2,"2","Authorize",{"idTag":"AB"}]'
ACCEPTED = '[3,"2",{"idTagInfo":{"status":"Accepted"}}]'
RECORDS = said(*BOOT, (10.0, "up", AUTHORIZE), (10.5, "down", ACCEPTED))


class Twisted(PlainCarrier):
    """Does something to the texts of the chargers."""

    def __init__(self, twist: Callable[[str], list[str]], link: ModelLink, ends: Ends) -> None:
        super().__init__(PlainFactory(), link, ends)
        self._twist = twist

    def charger_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        for one in self._twist(text):
            super().charger_says(identity, one, label)


def twisted(twist: Callable[[str], list[str]]) -> CarrierFactory:
    def make(
        link: ModelLink, ends: Ends, nat_seconds: float, identities: frozenset[str]
    ) -> Carrier:
        return Twisted(twist, link, ends)

    return make


def test_a_conversation_takes_as_long_as_in_the_trace_and_the_way() -> None:
    played = play(RECORDS, PlainFactory())
    found = played.findings
    assert (found.lost, found.payload_mismatches) == (0, 0)
    (seconds,) = found.latency.seconds["authorize"]
    assert seconds == pytest.approx(0.5 + 2 * DELAY_SECONDS)
    (seconds,) = found.delivery.seconds["authorize"]
    assert round(seconds, 6) == DELAY_SECONDS


def test_a_charger_asks_when_its_call_before_is_answered() -> None:
    records = said(
        *BOOT,
        (10.0, "up", AUTHORIZE),
        (10.1, "up", '[2,"3","Authorize",{"idTag":"CD"}]'),
        (15.0, "down", ACCEPTED),
        (15.1, "down", '[3,"3",{"idTagInfo":{"status":"Accepted"}}]'),
    )
    found = play(records, PlainFactory()).findings
    first, second = found.latency.seconds["authorize"]
    assert first == pytest.approx(5.0 + 2 * DELAY_SECONDS)
    assert second == pytest.approx(first - 0.1 + 5.0 + 2 * DELAY_SECONDS)


def test_a_lost_message_is_found() -> None:
    played = play(RECORDS, twisted(lambda text: [] if "Authorize" in text else [text]))
    assert played.findings.lost == 1
    assert played.findings.payload_mismatches == 0


def test_an_altered_message_is_found() -> None:
    played = play(RECORDS, twisted(lambda text: [text.replace("AB", "AC")]))
    assert played.findings.payload_mismatches == 1
    assert played.findings.lost == 1


def test_a_message_that_comes_twice_is_found() -> None:
    played = play(RECORDS, twisted(lambda text: [text, text] if "Authorize" in text else [text]))
    found = played.findings
    assert (found.repeated, found.payload_mismatches) == (1, 1)  # its answer came twice, too


def test_a_command_is_obeyed_and_its_latency_is_that_of_the_csms() -> None:
    records = said(
        *BOOT,
        (20.0, "down", '[2,"c","Reset",{"type":"Soft"}]'),
        (20.2, "up", '[3,"c",{"status":"Accepted"}]'),
    )
    found = play(records, PlainFactory()).findings
    assert (found.lost, found.payload_mismatches, found.refused) == (0, 0, 0)
    (seconds,) = found.latency.seconds["command"]
    assert seconds == pytest.approx(0.2 + 2 * DELAY_SECONDS)


def test_a_call_without_an_answer_in_the_trace_holds_nothing_up() -> None:
    records = said(
        *BOOT,
        (10.0, "up", '[2,"x","DataTransfer",{"vendorId":"V"}]'),
        (20.0, "up", AUTHORIZE),
        (20.5, "down", ACCEPTED),
    )
    found = play(records, PlainFactory()).findings
    assert (found.lost, found.payload_mismatches) == (0, 0)
    assert len(found.latency.seconds["authorize"]) == 1


def test_a_second_boot_means_that_the_power_was_gone() -> None:
    again: list[Said] = [(at + 100.0, way, text.replace('"1"', '"9"')) for at, way, text in BOOT]
    played = play(said(*BOOT, (50.0, "up", AUTHORIZE), *again), PlainFactory())
    assert played.findings.lost == 0  # its answer was never given, in the trace as here


def test_heartbeats_are_answered_in_the_trace_or_by_a_gateway() -> None:
    records = said(
        *BOOT,
        (30.0, "up", '[2,"h","Heartbeat",{}]'),
        (30.1, "down", '[3,"h",{"currentTime":"2026-03-02T00:00:30.000Z"}]'),
    )
    found = play(records, PlainFactory()).findings
    assert (found.lost, found.payload_mismatches) == (0, 0)
    (seconds,) = found.latency.seconds["status"]
    assert seconds == pytest.approx(0.1 + 2 * DELAY_SECONDS)
