"""Changes are really made, and touch nothing else."""

from itertools import pairwise

import pytest

from laconic_bench.estimate.changes import (
    asked_less,
    compact,
    thinned,
    with_short_ids,
    without_measurands,
)
from laconic_bench.estimate.intervals import heartbeats
from laconic_bench.estimate.readings import measurand_of, readings_of
from laconic_bench.model.exchanges import Exchange
from laconic_bench.trace import TraceRecord
from laconic_codec.messages import parse
from tests.support.small_logs import Talk, charging_day, exchanges_of, sample


def texts(exchanges: list[Exchange]) -> list[str]:
    return [one.text for one in exchanges]


def test_thinning_keeps_the_new_interval_and_everything_else() -> None:
    exchanges = charging_day().exchanges()
    series = heartbeats("1.6")
    less = thinned(exchanges, series, 900)
    kept = [one.at_seconds for one in less if series(one) is not None]
    assert kept == [60 + 900 * number for number in range(len(kept))]
    assert len(kept) == 96
    others = [one for one in exchanges if series(one) is None]
    assert texts([one for one in less if series(one) is None]) == texts(others)


def test_early_heartbeats_count_as_on_time() -> None:
    talk = Talk()
    for moment in (0, 299, 601, 899, 1_200):
        talk.heartbeats(moment, moment, 1)
    assert len(thinned(talk.exchanges(), heartbeats("1.6"), 300)) == 5


@pytest.mark.parametrize(("before", "after"), [(40, 60), (50, 60), (250, 300), (7, 60), (59, 60)])
def test_thinning_gives_the_interval_on_the_average(before: int, after: int) -> None:
    talk = Talk()
    hours = 24
    talk.heartbeats(17, 17 + 3_600 * hours, before)
    less = thinned(talk.exchanges(), heartbeats("1.6"), after)
    assert abs(len(less) - 3_600 * hours / after) <= 1
    gaps = {other.at_seconds - one.at_seconds for one, other in pairwise(less)}
    assert max(gaps) - min(gaps) <= 2 * before


def test_a_pause_is_not_made_up_for() -> None:
    talk = Talk()
    talk.heartbeats(0, 600, 10)
    talk.heartbeats(5_000, 5_600, 10)
    less = thinned(talk.exchanges(), heartbeats("1.6"), 60)
    assert [one.at_seconds for one in less if one.at_seconds > 600][:3] == [5_000, 5_040, 5_100]
    assert len(less) == 11 + 11


def test_measurands_go_from_periodic_values_only() -> None:
    talk = Talk()
    talk.meter_values(0, sample("1", context="Transaction.Begin"), sample("2", "Voltage"))
    talk.meter_values(10, sample("1"), sample("2", "Voltage"))
    talk.meter_values(20, sample("2", "Voltage"))
    less = without_measurands(talk.exchanges(), frozenset({"Voltage"}))
    found = [
        [measurand_of(one) for one in readings.samples()]
        for exchange in less
        if (readings := readings_of(exchange)) is not None
    ]
    energy = "Energy.Active.Import.Register"
    assert found == [[energy, "Voltage"], [energy]]


def test_short_ids_are_counters_of_each_side_with_their_answers() -> None:
    talk = Talk()
    uuid = "ab6930f6-bf8d-477d-9c1e-d9befb11e239"
    talk.up(0, "Heartbeat", {}, {"currentTime": uuid}, message_id=uuid)
    talk.up(5, "Heartbeat", {}, message_id="x" * 36)
    talk.down(9, "Reset", {"type": "Soft"}, {"status": "Accepted"}, message_id=uuid[:-1] + "0")
    short = with_short_ids(talk.exchanges())
    assert texts(short) == [
        '[2,"1","Heartbeat",{}]',
        '[2,"2","Heartbeat",{}]',
        '[2,"1","Reset",{"type":"Soft"}]',
    ]
    assert [one.answer_text for one in short] == [
        f'[3,"1",{{"currentTime":"{uuid}"}}]',
        '[3,"2",{}]',
        '[3,"1",{"status":"Accepted"}]',
    ]
    assert [one.answer_id for one in short] == ["1", "2", "1"]


def test_compact_takes_only_white_space() -> None:
    spaced = [
        TraceRecord(0, "CP1", "up", "1.6", '[2, "1", "X", {"a b":\t"c  d", "e": [1, 2]}]'),
        TraceRecord(1, "CP1", "down", "1.6", '[4, "1", "Code", "a  text", { }]'),
    ]
    (one,) = compact(exchanges_of(spaced))
    assert one.text == '[2,"1","X",{"a b":"c  d","e":[1,2]}]'
    assert one.answer_text == '[4,"1","Code","a  text",{}]'
    assert parse(one.text) == one.message


def test_the_same_question_is_asked_once_a_day() -> None:
    talk = Talk()
    for hour in range(48):
        talk.down(3_600 * hour, "GetConfiguration", {"key": ["A"]})
    talk.down(3_600 * 48 + 1, "GetConfiguration", {"key": ["B"]})
    talk.down(3_600 * 48 + 9, "Reset", {"type": "Soft"})
    talk.down(3_600 * 48 + 10, "Reset", {"type": "Soft"})
    less = asked_less(talk.exchanges(), 86_400)
    assert [one.message.action for one in less] == ["GetConfiguration"] * 4 + ["Reset"] * 2
