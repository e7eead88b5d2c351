"""Percentiles and classes."""

from laconic_bench.model.latency import Times, classes_of
from laconic_codec.messages import Call


def test_percentiles_are_by_nearest_rank() -> None:
    times = Times()
    for number in range(1, 101):
        times.add("a", number / 1000)
    times.add("b", 2.0)
    assert times.percentiles_ms() == {
        "a": {"p50": 50.0, "p95": 95.0, "p99": 99.0},
        "b": {"p50": 2000.0, "p95": 2000.0, "p99": 2000.0},
    }


def test_an_authorize_counts_twice() -> None:
    assert classes_of(Call("1", "Authorize", "{}"), "1.6") == ("interactive", "authorize")
    assert classes_of(Call("1", "MeterValues", "{}"), "1.6") == ("telemetry",)
