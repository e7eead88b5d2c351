"""The judge finds what is wrong, and only that."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.judge import Verdict, judge
from tests.support.defects import (
    DEFECTS,
    Defect,
    Line,
    World,
    change_answer,
    lose,
    lose_answer,
    mutate,
    written,
)

WORLDS = st.builds(World, seed=st.integers(0, 2**32), exchanges=st.integers(20, 40))


@given(WORLDS)
def test_without_a_defect_all_is_delivered(world: World) -> None:
    verdict = world.verdict()
    expected = sum(len(lines) for lines in world.charger.values())
    assert verdict == Verdict(ocpp_messages=expected, delivered=expected)


@pytest.mark.parametrize("defect", DEFECTS)
@given(world=WORLDS, up=st.booleans())
def test_each_defect_raises_its_counter_and_no_other(
    defect: Defect, world: World, up: bool
) -> None:
    expected = defect(world, up)
    found = world.verdict()
    assert replace(found, ocpp_messages=0, delivered=0) == expected
    assert found.defects == 1


@given(WORLDS)
def test_every_message_counts_once(world: World) -> None:
    """Whatever one defect does, the messages of a run are delivered, lost or changed."""
    defect = world.rng.choice([lose, mutate, change_answer, lose_answer])
    defect(world, True)
    found = world.verdict()
    assert found.ocpp_messages == found.delivered + found.lost + found.payload_mismatches


def _both(charger: list[Line], csms: list[Line]) -> Verdict:
    return judge(written({"A": charger}), written({"A": csms}))


CALL = Line(True, '[2,"1","Authorize",{"idTag":"T"}]')
ANSWER = Line(False, '[3,"1",{"idTagInfo":{}}]')


def test_answers_of_two_chargers_that_are_exchanged_are_mismatches() -> None:
    def conversation(answer: str) -> list[Line]:
        return [CALL, Line(False, f'[3,"1",{{"from":"{answer}"}}]')]

    chargers = {"A": conversation("B"), "B": conversation("A")}
    csms = {"A": conversation("A"), "B": conversation("B")}
    verdict = judge(written(chargers), written(csms))
    assert replace(verdict, ocpp_messages=0, delivered=0) == Verdict(payload_mismatches=2)


def test_an_answer_that_nobody_asked_for_is_a_mismatch() -> None:
    stray = Line(False, '[3,"77",{}]')
    assert _both([CALL, ANSWER, stray], [CALL, ANSWER]).payload_mismatches == 1


def test_an_answer_that_comes_twice_is_a_duplicate() -> None:
    verdict = _both([CALL, ANSWER, ANSWER], [CALL, ANSWER])
    assert (verdict.duplicated, verdict.defects) == (1, 1)


def test_a_message_id_may_be_used_again_after_its_answer() -> None:
    assert _both([CALL, ANSWER] * 2, [CALL, ANSWER] * 2).defects == 0


def test_what_nobody_sent_is_a_mismatch() -> None:
    assert _both([], [CALL]).payload_mismatches == 1


def test_what_cannot_be_read_is_a_mismatch() -> None:
    assert _both([], [Line(True, '[2,"1","Authorize",{]')]).payload_mismatches == 1


def test_an_error_in_place_of_a_result_is_a_mismatch() -> None:
    error = Line(False, '[4,"1","InternalError","",{}]')
    assert _both([CALL, error], [CALL, ANSWER]).payload_mismatches == 1
    assert _both([CALL, error], [CALL, error]).defects == 0


def test_the_site_may_answer_what_needs_no_content_before_the_csms_does() -> None:
    call, empty = Line(True, '[2,"1","MeterValues",{}]'), Line(False, '[3,"1",{}]')
    assert _both([call, empty], [call]).defects == 0
    assert _both([CALL, empty], [CALL, ANSWER]).payload_mismatches == 1


def test_a_heartbeat_needs_an_answer_with_a_time() -> None:
    heartbeat = Line(True, '[2,"1","Heartbeat",{}]')
    assert _both([heartbeat], [heartbeat]).lost == 1
    assert _both([heartbeat, Line(False, '[3,"1",{}]')], []).payload_mismatches == 1


def test_a_request_must_not_overtake_the_answer_that_was_sent_before_it() -> None:
    command = Line(False, '[2,"9","TriggerMessage",{}]')
    answer = Line(True, '[3,"9",{"status":"Accepted"}]')
    triggered = Line(True, '[2,"1","MeterValues",{}]')
    right = [command, answer, triggered]
    assert _both(right, right).defects == 0
    assert _both(right, [command, triggered, answer]).reordered == 1
    assert _both([triggered, command, answer], [command, answer, triggered]).defects == 0


def test_what_is_under_way_is_not_there_yet_and_nothing_else() -> None:
    verdict = _both([CALL, ANSWER, CALL], [CALL, ANSWER])
    assert replace(verdict, delivered=0, ocpp_messages=0) == Verdict(lost=1)


UPDATE = '{"eventType":"Updated","seqNo":1}'
UPDATE_WITH_TOKEN = '{"idToken":{"idToken":"T"},"eventType":"Updated"}'
COST = '{"totalCost":3.5}'


def _event(payload: str) -> Line:
    return Line(True, f'[2,"1","TransactionEvent",{payload}]')


def test_an_update_without_a_token_may_be_answered_at_the_site() -> None:
    charger = [_event(UPDATE), Line(False, '[3,"1",{}]')]
    assert _both(charger, [_event(UPDATE)]).defects == 0, "the CSMS has not answered yet"
    assert _both(charger, [_event(UPDATE), Line(False, f'[3,"1",{COST}]')]).defects == 0
    assert _both(charger, []) == Verdict(ocpp_messages=1, lost=1), "but it has to arrive"


@pytest.mark.parametrize(
    "payload", [UPDATE_WITH_TOKEN, '{"eventType":"Started"}', '{"eventType":"Ended"}', "{}", "[]"]
)
def test_no_other_transaction_event_may_be_answered_at_the_site(payload: str) -> None:
    charger = [_event(payload), Line(False, '[3,"1",{}]')]
    assert _both(charger, [_event(payload)]).payload_mismatches == 1
    assert _both(charger, [_event(payload), Line(False, f'[3,"1",{COST}]')]).payload_mismatches == 1
    assert _both(charger, [_event(payload), Line(False, '[3,"1",{}]')]).defects == 0


def test_the_site_invents_no_answer_with_content() -> None:
    charger = [_event(UPDATE), Line(False, f'[3,"1",{COST}]')]
    assert _both(charger, [_event(UPDATE)]).payload_mismatches == 1
    assert _both(charger, [_event(UPDATE), Line(False, f'[3,"1",{COST}]')]).defects == 0
