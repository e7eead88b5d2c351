"""Which figures of model and live runs have to agree, and whether they do."""

from dataclasses import replace

import pytest

from laconic_bench.calibration.agreement import (
    BYTES_GOAL,
    LATENCY_GOAL,
    Agreement,
    agreements,
    samples_of,
)
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.results.result import Contender, Figures, LinkSettings, Percentiles, Result
from laconic_bench.suite.script import Script, Work

LOSSLESS = LinkSettings(600.0, 50.0, 32_000.0, 0.0, 120.0)
SAMPLES = {"authorize": 40, "status": 40, "command": 9}


def result(up: int, p50: float, settings: LinkSettings = LOSSLESS, name: str = "a") -> Result:
    """Return a result with one contender; its site answers statuses itself."""
    times = {
        "authorize": Percentiles(p50, 2 * p50, 3 * p50),
        "status": Percentiles(p50 / 100, p50 / 10, p50 / 10),
        "command": Percentiles(p50, p50, p50),
    }
    figures = Figures(None, up, 1_000, latency_ms=times)
    head = ("chaji", "2g", 0.01, 1, 9, 900, None)
    return Result(*head, {name: Contender(figures)}, {}, link_settings=settings)


def by_figure(modelled: Result, live: Result) -> dict[str, Agreement]:
    return {one.figure: one for one in agreements(modelled, live, SAMPLES)}


def test_bytes_of_both_ways_are_compared_by_their_share() -> None:
    found = by_figure(result(1_021, 700.0), result(1_000, 700.0))
    assert found["wire bytes up"].difference == pytest.approx(0.021)
    assert not found["wire bytes up"].is_met
    assert found["wire bytes down"].is_met and found["wire bytes"].is_met
    assert {found[name].goal for name in ("wire bytes up", "wire bytes")} == {BYTES_GOAL}


def test_percentiles_that_few_messages_make_are_left_out() -> None:
    found = by_figure(result(1_000, 700.0), result(1_000, 700.0))
    assert [name for name in found if "p" in name.split()[1]] == [
        *("authorize p50 in ms", "authorize p95 in ms", "status p50 in ms", "status p95 in ms")
    ]


def test_answers_of_the_site_itself_have_no_goal() -> None:
    found = by_figure(result(1_000, 700.0), result(1_000, 730.0))
    assert found["authorize p50 in ms"].goal == LATENCY_GOAL
    assert found["authorize p50 in ms"].is_met
    assert found["status p50 in ms"].goal is None and found["status p50 in ms"].is_met


def test_with_loss_only_medians_have_a_goal() -> None:
    lossy = replace(LOSSLESS, loss=0.02)
    found = by_figure(result(1_000, 700.0, lossy), result(1_000, 900.0, lossy))
    assert not found["authorize p50 in ms"].is_met
    assert found["authorize p95 in ms"].goal is None


def test_a_contender_that_only_one_has_is_left_out() -> None:
    assert agreements(result(1, 1.0), result(1, 1.0, name="b"), SAMPLES) == []


def test_what_was_not_measured_differs_by_nothing_or_by_all() -> None:
    assert Agreement("a", "x", 0.0, 0.0, 0.02).difference == 0.0
    assert not Agreement("a", "x", 1.0, 0.0, 0.02).is_met


def test_the_messages_of_each_class_are_counted() -> None:
    work = Work("chaji", 1, 0.1, LinkProfile(), 120.0)
    found = samples_of(work)
    calls = [one for one in Script(work).exchanges() if one.answer_text is not None]
    ups = sum(one.is_up for one in calls)
    assert found["command"] == len(calls) - ups > 0
    assert sum(found.values()) - found.get("authorize", 0) == len(calls)
