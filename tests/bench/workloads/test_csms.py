"""What the CSMS says is valid, and its transaction ids never repeat."""

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.causes import CLOCK, RIDER_UP
from laconic_bench.workloads.draws import Lane
from tests.support.ocpp_schemas import check
from tests.support.workload_life import world


@given(st.integers(0, 10**9))
def test_answers_with_the_time_are_valid(now_ms: int) -> None:
    csms = world().csms
    for version in ("1.6", "2.1"):
        check(3, "Heartbeat", csms.clock(now_ms), version)
        check(3, "BootNotification", csms.boot(now_ms), version)


def test_answers_about_riders_are_valid() -> None:
    place = world()
    rider = place.riders.come(RIDER_UP)
    for accepted in (True, False):
        info = place.csms.tag_info(rider, accepted)
        check(3, "Authorize", f'{{"idTagInfo":{info}}}', "1.6")
        assert (json.loads(info)["status"] == "Accepted") is accepted
        info = place.csms.token_info(rider, accepted)
        check(3, "Authorize", f'{{"idTokenInfo":{info}}}', "2.1")
        assert (json.loads(info)["status"] == "Accepted") is accepted


def test_transaction_ids_rise_with_gaps() -> None:
    csms = world().csms
    ids = [csms.next_transaction() for _ in range(200)]
    assert all(one < other for one, other in pairwise(ids))
    assert ids[-1] - ids[0] > 400


def test_few_riders_are_refused() -> None:
    csms = world().csms
    assert 5 <= [csms.accepts() for _ in range(1_000)].count(False) <= 45


def test_only_told_times_are_charged() -> None:
    place = world()
    before = len(place.draws.entries())
    assert place.csms.latency_ms() > 0
    assert len(place.draws.entries()) == before
    assert place.csms.told_latency_ms(CLOCK) > 0
    assert place.csms.message_id() != place.csms.message_id()
    lanes = [entry.cause.lane for entry in place.draws.entries()][before:]
    assert set(lanes) <= {Lane.DOWN_ANSWER, Lane.DOWN_CALL} and len(lanes) == 2
