"""The tally counts every message once, under its action."""

from laconic_bench.trace import TraceRecord
from laconic_bench.workloads.summary import Count, Tally
from tests.support.workload_life import played

RECORDS = [
    TraceRecord(0.0, "CP1", "up", "1.6", '[2, "1", "Heartbeat", {}]'),
    TraceRecord(0.1, "CP1", "down", "1.6", '[2,"1","Reset",{"type":"Soft"}]'),
    TraceRecord(0.2, "CP1", "down", "1.6", '[3,"1",{}]'),
    TraceRecord(0.3, "CP1", "up", "1.6", '[3,"1",{"status":"Accepted"}]'),
    TraceRecord(0.4, "CP1", "up", "2.1", '[6,"1","NotifyPeriodicEventStream",{"ü":1}]'),
]


def test_calls_answers_and_sends_are_told_apart() -> None:
    tally = Tally()
    assert list(tally.watch(RECORDS)) == RECORDS
    assert {kind: count.messages for kind, count in tally.counts.items()} == {
        ("up", "Heartbeat"): 1,
        ("down", "Reset"): 1,
        ("down", "Heartbeat (answer)"): 1,
        ("up", "Reset (answer)"): 1,
        ("up", "NotifyPeriodicEventStream"): 1,
    }


def test_bytes_are_of_utf_8() -> None:
    tally = Tally()
    list(tally.watch(RECORDS))
    assert tally.counts["up", "NotifyPeriodicEventStream"].bytes == len(RECORDS[4].raw) + 1
    assert tally.total("down") == Count(2, len(RECORDS[1].raw) + len(RECORDS[2].raw))


def test_a_day_is_counted_whole() -> None:
    records = played("boda-site")
    tally = Tally()
    list(tally.watch(records))
    assert tally.total("up", "down").messages == len(records)
    assert tally.total("up").messages == sum(record.direction == "up" for record in records)
