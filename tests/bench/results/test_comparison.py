"""What is a regression and what is not."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_bench.results.comparison import Change, Figure, Verdict, compare, figures
from laconic_bench.results.limit import Limits, byte_limit, time_limit
from laconic_bench.results.result import Contender, Figures, Percentiles, Result
from tests.support.bench_results import (
    RESULTS,
    sample,
    several,
    with_contender,
    with_figures,
    without_contender,
)

LIMITS = Limits(byte_limit("+1%"), time_limit("+5%"))
OLD = sample(names=["laconic", "ocppj-tls"])
FIGURES = OLD.measured_contenders["laconic"]


def regressions(old: Result, new: Result, limits: Limits = LIMITS) -> list[tuple[str, str, str]]:
    """Contender, figure and verdict of each regression."""
    found = compare([old], [new], limits).regressions
    return [(one.contender, str(one.figure), one.verdict.value) for one in found]


def bare(up: int, down: int, payload_bytes: int, milliseconds: int) -> Contender:
    times = Percentiles(milliseconds, milliseconds, milliseconds)
    classes = {"interactive": times}
    return Contender(Figures(payload_bytes, up, down, latency_ms=classes, delivery_ms=classes))


@given(found=RESULTS)
@settings(max_examples=60, deadline=None)
def test_a_run_is_no_regression_of_itself(found: Result) -> None:
    clean = replace(
        found,
        contenders={
            name: replace(one, figures=replace(one.figures, lost=0, payload_mismatches=None))
            if one.figures is not None
            else one
            for name, one in found.contenders.items()
        },
    )
    same = compare([clean], [clean], Limits(byte_limit("0"), time_limit("0")))
    assert {change.verdict for change in same.changes} <= {Verdict.SAME}
    assert not same.notes


@given(
    old=st.lists(st.integers(0, 10_000), min_size=4, max_size=4),
    new=st.lists(st.integers(0, 10_000), min_size=4, max_size=4),
    percent=st.integers(0, 100),
    amount=st.integers(0, 1_000),
)
@settings(max_examples=300, deadline=None)
def test_just_what_grew_beyond_its_limit_is_found(
    old: list[int], new: list[int], percent: int, amount: int
) -> None:
    limits = Limits(byte_limit(f"{percent}%"), time_limit(f"{amount}ms"))
    before, after = (with_contender(OLD, "x", bare(*four)) for four in (old, new))
    found = {figure for name, figure, _ in regressions(before, after, limits) if name == "x"}
    grown = {
        name
        for name, was, now in (
            ("wire bytes", sum(old[:2]), sum(new[:2])),
            ("payload bytes", old[2], new[2]),
        )
        if Fraction(now) > was * Fraction(100 + percent, 100)
    }
    if new[3] - old[3] > amount:
        grown |= {
            f"interactive {kind} {percentile}"
            for kind in ("answer", "delivery")
            for percentile in ("p50", "p95", "p99")
        }
    assert found == grown


@pytest.mark.parametrize("kind", ["latency_ms", "delivery_ms"])
@pytest.mark.parametrize("percentile", ["p50", "p95", "p99"])
def test_each_percentile_of_each_class_is_compared(kind: str, percentile: str) -> None:
    times = Percentiles(100, 1_000, 10_000)

    def of(percentiles: Percentiles) -> Result:
        changed: dict[str, Any] = {kind: {"interactive": percentiles}}
        return with_figures(OLD, **changed)

    name = f"interactive {'answer' if kind == 'latency_ms' else 'delivery'} {percentile}"
    for factor, told in ((1.05, []), (1.06, [("laconic", name, "worse")])):
        grown = replace(times, **{percentile: getattr(times, percentile) * factor})
        assert regressions(of(times), of(grown)) == told


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"lost": 1}, "lost"),
        ({"payload_mismatches": 1}, "payload mismatches"),
        ({"recovery_seconds": 500.0}, "recovery"),
    ],
)
def test_defects_and_recovery_are_compared(changed: dict[str, Any], told: str) -> None:
    assert regressions(OLD, with_figures(OLD, **changed)) == [("laconic", told, "worse")]


def test_a_defect_is_a_regression_also_if_it_is_old() -> None:
    old = with_figures(OLD, lost=7)
    assert regressions(old, with_figures(OLD, lost=6)) == [("laconic", "lost", "worse")]
    added = with_contender(OLD, "new", Contender(replace(FIGURES, lost=1)))
    assert regressions(OLD, added) == [("new", "lost", "worse")]


@pytest.mark.parametrize("missing", ["gone", "without figures"])
def test_a_contender_that_is_missing_is_a_regression(missing: str) -> None:
    new = without_contender(OLD, "ocppj-tls")
    if missing == "without figures":
        new = with_contender(OLD, "ocppj-tls", Contender(None, reason="no library"))
    found = regressions(OLD, new)
    assert len(found) == len(figures(OLD.contenders["ocppj-tls"])) == 17
    assert {(name, verdict) for name, _, verdict in found} == {("ocppj-tls", "missing")}
    # One that had no figures before cannot lose any.
    assert not regressions(new, new)


def test_a_class_or_a_figure_that_is_missing_is_a_regression() -> None:
    found = regressions(OLD, with_figures(OLD, latency_ms={}))
    assert found == [
        ("laconic", f"interactive answer {one}", "missing") for one in ("p50", "p95", "p99")
    ]
    assert regressions(OLD, with_figures(OLD, lost=None)) == [("laconic", "lost", "missing")]


def test_what_is_new_is_only_named() -> None:
    new = with_contender(OLD, "quic", OLD.contenders["laconic"])
    new = with_figures(new, latency_ms={**FIGURES.latency_ms, "command": Percentiles(1, 2, 3)})
    found = compare([OLD], [new, sample("chaji")], LIMITS)
    assert not found.regressions
    assert found.notes == [
        "boda-site, 2g, NAT 120 s: new contender quic",
        "new: chaji, 2g, NAT 120 s",
    ]
    added = {one.contender for one in found.changes if one.verdict is Verdict.NEW}
    assert {"quic", "laconic"} <= added
    command = [one for one in found.changes if one.figure.message_class == "command"]
    assert [one.verdict for one in command] == [Verdict.NEW] * 3


def test_the_cost_of_the_processes_is_not_compared() -> None:
    new = with_figures(OLD, cpu_seconds={"site": 9e9}, memory_mb={"site": 9e9})
    assert {one.verdict for one in compare([OLD], [new], LIMITS).changes} == {Verdict.SAME}


def test_what_else_differs_is_noted_once() -> None:
    old = several()
    new = [replace(one, versions={**one.versions, "python": "3.13"}) for one in old]
    laconic = new[0].contenders["laconic"]
    settings = {**laconic.settings, "window_seconds": 30.0, "coding": "adaptive"}
    changed = replace(laconic, settings=settings, is_computed=True)
    new[0] = replace(with_contender(new[0], "laconic", changed), entropy_floor_bytes=5.0)
    floor = old[0].entropy_floor_bytes
    assert compare(old, new, LIMITS).notes == [
        "version of python 3.12.1 -> 3.13",
        f"chaji, 2g, NAT 120 s: entropy floor in bytes {floor} -> 5.0",
        "chaji, 2g, NAT 120 s: laconic: window_seconds 60.0 -> 30.0",
        "chaji, 2g, NAT 120 s: laconic: coding none -> adaptive",
        "chaji, 2g, NAT 120 s: laconic is computed now",
    ]


def test_fewer_bytes_are_better_and_a_few_more_within_the_limit() -> None:
    new = with_figures(OLD, payload_bytes=(FIGURES.payload_bytes or 0) - 1)
    new = with_figures(new, "ocppj-tls", recovery_seconds=_recovery(OLD) * 1.01)
    verdicts = {_name(one): one.verdict for one in compare([OLD], [new], LIMITS).changes}
    assert verdicts["laconic", Figure("payload bytes")] is Verdict.BETTER
    assert verdicts["ocppj-tls", Figure("recovery")] is Verdict.WITHIN


def _recovery(result: Result) -> float:
    seconds = result.measured_contenders["ocppj-tls"].recovery_seconds
    assert seconds is not None
    return seconds


def _name(change: Change) -> tuple[str, Figure]:
    return change.contender, change.figure
