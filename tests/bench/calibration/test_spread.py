"""The model of a live run."""

from dataclasses import replace

from laconic_bench.calibration.spread import modelled
from laconic_bench.contenders.catalog import ENTRANTS
from laconic_bench.radio.profiles import PROFILES
from laconic_bench.suite.run import Run
from laconic_bench.suite.script import Script, Work

WORK = Work("chaji", 3, 0.03, PROFILES["2g"], 120.0, from_hour=0.5)


def test_the_first_run_is_that_of_the_benchmark_and_the_others_differ_by_chance_only() -> None:
    run = Run(WORK, "2g", [ENTRANTS["ocppj-tls"]], 1).measure()
    found = modelled(replace(run, measured="live"), 3)
    first, *others = found.figures["ocppj-tls"]
    expected = run.measured_contenders["ocppj-tls"]
    assert (first.by_layer, first.latency_ms) == (expected.by_layer, expected.latency_ms)
    assert all(one.latency_ms != first.latency_ms for one in others)
    assert {(one.payload_bytes or 0) >= (first.payload_bytes or 1) for one in others} == {True}
    assert [(one.lost, one.payload_mismatches) for one in others] == [(0, 0), (0, 0)]


def test_the_messages_of_each_class_are_counted() -> None:
    run = Run(WORK, "2g", [ENTRANTS["coap-cbor"]], 1).measure()
    samples = modelled(run, 1).samples
    calls = [one for one in Script(WORK).exchanges() if one.answer_text is not None]
    ups = sum(one.is_up for one in calls)
    assert samples.get("command", 0) == len(calls) - ups
    assert sum(samples.values()) - samples.get("authorize", 0) == len(calls)
