"""Both ends of a conversation: who may speak when, and what is found out."""

from collections.abc import Callable
from functools import partial

import pytest

from laconic_bench.model.carrier import Carrier, CarrierFactory, Ends
from laconic_bench.model.link import ModelLink
from laconic_gateway.core.expander.command_desk import OUTCOME_UNKNOWN
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


def making(make: Callable[[ModelLink, Ends], Carrier]) -> CarrierFactory:
    def factory(
        link: ModelLink, ends: Ends, nat_seconds: float, identities: frozenset[str]
    ) -> Carrier:
        return make(link, ends)

    return factory


def twisted(twist: Callable[[str], list[str]]) -> CarrierFactory:
    return making(partial(Twisted, twist))


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


class StandIn(PlainCarrier):
    """Answers questions of the charger itself; the CSMS hears of them `later`, or never."""

    def __init__(self, answer: str, later: bool, link: ModelLink, ends: Ends) -> None:
        super().__init__(PlainFactory(), link, ends)
        self._answer = answer
        self._later = later

    def charger_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        if label == "Authorize":
            self._link.schedule.after(
                0.01, lambda: self._ends.charger_hears(identity, self._answer)
            )
        if label != "Authorize" or self._later:
            super().charger_says(identity, text, label)


@pytest.mark.parametrize("answer", [ACCEPTED, ACCEPTED.replace("Accepted", "Invalid")])
@pytest.mark.parametrize("later", [False, True])
def test_a_question_that_the_gateway_answers_is_substituted_and_not_lost(
    answer: str, later: bool
) -> None:
    found = play(RECORDS, making(partial(StandIn, answer, later))).findings
    # What the CSMS answers later is for nobody any more.
    assert (found.substituted, found.lost, found.payload_mismatches) == (1, 0, 0)


def test_the_question_that_is_asked_again_is_the_one_that_the_csms_hears() -> None:
    class Once(StandIn):
        def charger_says(self, identity: str, text: str, label: str) -> None:
            says = (
                super().charger_says if '"2"' in text else partial(PlainCarrier.charger_says, self)
            )
            says(identity, text, label)

    records = said(
        *BOOT,
        (10.0, "up", AUTHORIZE),
        (10.5, "down", ACCEPTED),
        (70.0, "up", AUTHORIZE.replace('"2"', '"3"')),
        (70.5, "down", ACCEPTED.replace('"2"', '"3"')),
    )
    found = play(records, making(partial(Once, ACCEPTED, False))).findings
    assert (found.substituted, found.lost, found.payload_mismatches) == (1, 0, 0)


class Impatient(PlainCarrier):
    """Tells the CSMS of a failure before the charger has the command."""

    def __init__(self, why: str, link: ModelLink, ends: Ends) -> None:
        super().__init__(PlainFactory(), link, ends)
        self._error = f'[4,"c","InternalError","{why}",{{}}]'

    def csms_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        if label == "GetConfiguration":
            self._ends.csms_hears(identity, self._error)
        super().csms_says(identity, text, label)


@pytest.mark.parametrize(("why", "altered"), [(f"slow; {OUTCOME_UNKNOWN}", 0), ("not reached", 1)])
def test_a_command_may_come_late_if_the_csms_knows_that_it_may(why: str, altered: int) -> None:
    records = said(
        *BOOT,
        (20.0, "down", '[2,"c","GetConfiguration",{}]'),
        (20.2, "up", '[3,"c",{"unknownKey":[]}]'),
    )
    found = play(records, making(partial(Impatient, why))).findings
    assert (found.refused, found.lost) == (1, 0)
    assert found.payload_mismatches == altered
