"""What is played: pieces one after the other, without silence."""

from laconic_bench.estimate.sample import Chosen, Piece
from laconic_bench.estimate.timeline import GAP_SECONDS, spread, timeline_of
from laconic_bench.model.exchanges import Exchange
from laconic_bench.units import DAY_SECONDS
from tests.support.small_logs import Talk, charging_day


def whole(exchanges: list[Exchange]) -> Chosen:
    return Chosen([Piece(exchanges, exchanges[-1].at_seconds)])


def test_silence_is_cut_out_and_the_rest_keeps_its_times() -> None:
    talk = Talk()
    talk.heartbeats(100, 400, 100)
    talk.heartbeats(9_400, 9_600, 100)
    line = timeline_of(whole(talk.exchanges()), 900)
    times = [one.at_seconds for one in line.exchanges]
    assert times == [0, 100, 200, 300, 301, 401, 501]
    assert line.seconds == 500 + GAP_SECONDS
    assert line.messages == 14
    assert [one.text for one in line.exchanges] == [one.text for one in talk.exchanges()]


def test_a_piece_keeps_the_time_until_what_came_after_it() -> None:
    talk = Talk()
    talk.heartbeats(100, 2_000, 100)
    found = talk.exchanges()
    pieces = [Piece(found[:3], found[3].at_seconds), Piece(found[10:12], found[12].at_seconds)]
    line = timeline_of(Chosen(pieces), 900)
    times = [one.at_seconds for one in line.exchanges]
    assert times == [0, 100, 200, 300, 400]
    assert line.seconds == 500


def test_without_times_messages_are_spread_over_their_part_of_the_days() -> None:
    exchanges = charging_day().exchanges()[:10]
    line = spread(whole(exchanges), days=2, whole_messages=40)
    assert line.seconds == DAY_SECONDS
    steps = [one.at_seconds for one in line.exchanges]
    assert steps == [number * DAY_SECONDS / 10 for number in range(10)]
    assert all(one.think_seconds <= 0.1 for one in line.exchanges)


def test_nothing_is_played_of_nothing() -> None:
    assert timeline_of(Chosen([]), 900).messages == spread(Chosen([]), 1, 0).messages == 0
