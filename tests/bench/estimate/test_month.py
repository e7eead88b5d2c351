"""A log is counted, and scaled to 30 days by the time it covers."""

from collections import Counter

import pytest

from laconic_bench.estimate.month import LogCount, median_of
from laconic_bench.model.exchanges import Exchange
from laconic_bench.units import DAY_SECONDS
from tests.support.small_logs import Talk, charging_day, exchanges_of, in_order


def counted(exchanges: list[Exchange], days: float | None = None) -> LogCount:
    count = LogCount(span_days=days)
    for exchange in exchanges:
        count.add(exchange)
    return count


def test_a_day_is_a_thirtieth_of_a_month() -> None:
    talk = charging_day()
    talk.heartbeats(DAY_SECONDS, DAY_SECONDS, 1)
    count = counted(talk.exchanges())
    assert count.messages == len(talk.records)
    assert count.covered_seconds == DAY_SECONDS
    assert count.messages_per_month("CP1") == 30 * len(talk.records)
    actions = count.actions_per_month()
    assert actions["StartTransaction"] == actions["StopTransaction (answer)"] == 30
    assert sum(actions.values()) == 30 * len(talk.records)
    texts = sum(len(record.raw) for record in talk.records)
    assert count.text_bytes_per_month == 30 * texts
    assert count.chargers["CP1"].heartbeat_seconds == 300


def test_each_charger_has_a_month_of_its_own() -> None:
    always, seldom = Talk("CP1"), Talk("CP2")
    always.heartbeats(0, 10 * DAY_SECONDS, 600)
    seldom.heartbeats(3 * DAY_SECONDS, 5 * DAY_SECONDS, 600)
    count = counted(exchanges_of(in_order(always, seldom)))
    assert count.charger_covered_seconds("CP1") == count.covered_seconds == 10 * DAY_SECONDS
    assert count.charger_covered_seconds("CP2") == 2 * DAY_SECONDS
    assert count.messages_per_month("CP2") == len(seldom.records) * 15


def test_an_hour_without_power_does_not_count() -> None:
    talk = Talk()
    talk.heartbeats(0, DAY_SECONDS, 300)
    talk.heartbeats(DAY_SECONDS + 3_600, 2 * DAY_SECONDS + 3_600, 300)
    assert counted(talk.exchanges()).covered_seconds == 2 * DAY_SECONDS


def test_few_messages_do_not_become_many() -> None:
    steady, once = Talk("CP1"), Talk("CP2")
    steady.heartbeats(0, DAY_SECONDS, 300)
    once.heartbeats(500, 503, 1)
    count = counted(exchanges_of(in_order(steady, once)))
    # No more often than every 900 s, not every second.
    assert count.messages_per_month("CP2") == 8 * 30 * DAY_SECONDS / 900


def test_the_user_may_say_how_many_days_it_is() -> None:
    count = counted(charging_day().exchanges(), days=3)
    assert count.covered_seconds == count.charger_covered_seconds("CP1") == 3 * DAY_SECONDS
    assert count.all_messages_per_month == 10 * count.messages


@pytest.mark.parametrize(
    ("values", "median"), [({}, None), ({5: 1}, 5), ({1: 2, 9: 2}, 1), ({1: 1, 7: 5, 90: 1}, 7)]
)
def test_the_median_of_counted_values(values: dict[int, int], median: float | None) -> None:
    assert median_of(Counter(values)) == median
