"""Which figures of model and live runs have to agree, and whether they do."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from laconic_bench.calibration.agreement import (
    BYTES_GOAL,
    LATENCY_GOAL,
    Agreement,
    Verdict,
    agreements,
)
from laconic_bench.calibration.spread import Modelled
from laconic_bench.results.result import Contender, Figures, LinkSettings, Percentiles, Result

LINK = LinkSettings(600.0, 50.0, 32_000.0, 0.0, 120.0)
SAMPLES = {"authorize": 100, "status": 100, "command": 9}


def figures(up: int, p50: float) -> Figures:
    """Return figures of a contender whose site answers statuses itself."""
    times = {
        "authorize": Percentiles(p50, 2 * p50, 3 * p50),
        "status": Percentiles(p50 / 100, p50 / 10, p50 / 10),
        "command": Percentiles(p50, p50, p50),
    }
    return Figures(None, up, 1_000, latency_ms=times)


def live(up: int, p50: float, settings: LinkSettings = LINK) -> Result:
    head = ("chaji", "2g", 0.01, 1, 9, 900, None)
    return Result(*head, {"a": Contender(figures(up, p50))}, {}, link_settings=settings)


def by_figure(result: Result, *runs: Figures) -> dict[str, Agreement]:
    found = agreements(result, Modelled({"a": runs}, SAMPLES))
    return {one.figure: one for one in found}


def test_bytes_of_both_ways_are_compared_by_their_share() -> None:
    found = by_figure(live(1_000, 700.0), figures(1_021, 700.0))
    assert found["wire bytes up"].difference == pytest.approx(0.021)
    assert found["wire bytes up"].verdict is Verdict.MISSED
    assert found["wire bytes down"].verdict is Verdict.MET
    assert {found[name].goal for name in ("wire bytes up", "wire bytes")} == {BYTES_GOAL}


def test_the_median_of_the_models_runs_is_compared_and_their_spread_is_told() -> None:
    runs = [figures(up, 700.0) for up in (1_100, 1_050, 990)]
    found = by_figure(live(1_000, 700.0), *runs)["wire bytes up"]
    assert found.model == 1_050
    assert found.difference == pytest.approx(0.05)
    assert found.verdict is Verdict.SPREAD
    assert by_figure(live(980, 700.0), *runs)["wire bytes up"].verdict is Verdict.MISSED


def test_percentiles_with_few_messages_beyond_are_left_out() -> None:
    found = by_figure(live(1_000, 700.0), figures(1_000, 700.0))
    assert [name for name in found if "ms" in name] == [
        *("authorize p50 in ms", "authorize p95 in ms", "status p50 in ms", "status p95 in ms")
    ]


@pytest.mark.parametrize(
    ("p50", "verdict"), [(700.0, Verdict.MET), (730.0, Verdict.MET), (740.0, Verdict.MISSED)]
)
def test_answers_that_crossed_the_link_have_a_goal(p50: float, verdict: Verdict) -> None:
    found = by_figure(live(1_000, p50), figures(1_000, 700.0))
    assert found["authorize p50 in ms"].goal == LATENCY_GOAL
    assert found["authorize p50 in ms"].verdict is verdict
    assert found["status p50 in ms"].verdict is Verdict.NONE


def test_without_a_link_nothing_is_asked() -> None:
    nothing = replace(LINK, round_trip_ms=0.0)
    rows: Sequence[Agreement] = list(
        by_figure(live(1, 700.0, nothing), figures(9_000, 1.0)).values()
    )
    assert rows and all(row.verdict is Verdict.NONE for row in rows)


def test_what_was_not_measured_differs_by_nothing_or_by_all() -> None:
    assert Agreement("a", "x", [0.0], 0.0, 0.02).difference == 0.0
    assert Agreement("a", "x", [1.0], 0.0, 0.02).verdict is Verdict.MISSED
