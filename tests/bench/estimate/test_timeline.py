"""What is played: the newest, without silence."""

from laconic_bench.estimate.month import messages_of
from laconic_bench.estimate.timeline import GAP_SECONDS, Newest, spread, timeline_of
from laconic_bench.units import DAY_SECONDS
from tests.support.small_logs import Talk, charging_day


def test_the_newest_messages_are_kept() -> None:
    exchanges = charging_day().exchanges()
    newest = Newest(100)
    for exchange in exchanges:
        newest.add(exchange)
    kept = newest.exchanges()
    assert kept == exchanges[-50:]
    assert sum(map(messages_of, kept)) == 100


def test_silence_is_cut_out_and_the_rest_keeps_its_times() -> None:
    talk = Talk()
    talk.heartbeats(100, 400, 100)
    talk.heartbeats(9_400, 9_600, 100)
    line = timeline_of(talk.exchanges(), 900)
    times = [one.at_seconds for one in line.exchanges]
    assert times == [0, 100, 200, 300, 301, 401, 501]
    assert line.seconds == 500 + GAP_SECONDS
    assert line.messages == 14
    assert [one.text for one in line.exchanges] == [one.text for one in talk.exchanges()]


def test_without_times_messages_are_spread_over_their_part_of_the_days() -> None:
    exchanges = charging_day().exchanges()[:10]
    line = spread(exchanges, days=2, whole_messages=40)
    assert line.seconds == DAY_SECONDS
    steps = [one.at_seconds for one in line.exchanges]
    assert steps == [number * DAY_SECONDS / 10 for number in range(10)]
    assert all(one.think_seconds <= 0.1 for one in line.exchanges)


def test_nothing_is_played_of_nothing() -> None:
    assert timeline_of([], 900).messages == spread([], 1, 0).messages == 0
