"""Intervals are read off the traffic."""

from laconic_bench.estimate.intervals import ALIGNED, HEARTBEAT, SAMPLE, Interval, Intervals, What
from laconic_bench.model.exchanges import Exchange
from tests.support.small_logs import Talk, charging_day, exchanges_of, in_order, sample


def interval_of(exchanges: list[Exchange], what: What) -> Interval | None:
    intervals = Intervals()
    for exchange in exchanges:
        intervals.add(exchange)
    return intervals.of(what)


def test_the_interval_of_heartbeats_is_their_median_gap() -> None:
    talk = charging_day()
    assert interval_of(talk.exchanges(), (HEARTBEAT, "1.6")) == Interval(300, 300)
    assert interval_of(talk.exchanges(), (HEARTBEAT, "2.x")) is None


def test_chargers_may_differ() -> None:
    both = exchanges_of(in_order(charging_day("CP1", 300), charging_day("CP2", 60)))
    found = interval_of(both, (HEARTBEAT, "1.6"))
    assert found == Interval(60, 300)
    assert (str(found), str(Interval(60, 60))) == ("60 to 300 s", "60 s")


def test_meter_values_of_transactions_and_of_the_clock_are_apart() -> None:
    talk = Talk()
    for number in range(20):
        talk.meter_values(10 * number, sample("1"))
        talk.meter_values(10 * number + 5, sample("1"), transaction=None)
    found = talk.exchanges()
    assert interval_of(found, (SAMPLE, "1.6")) == Interval(10, 10)
    assert interval_of(found, (ALIGNED, "1.6")) == Interval(10, 10)


def test_too_few_are_no_interval() -> None:
    talk = Talk()
    talk.heartbeats(0, 200, 100)
    assert interval_of(talk.exchanges(), (HEARTBEAT, "1.6")) is None
