"""Budgets and days."""

import pytest

from laconic_bench.estimate.verdict import Verdict, verdict_of


@pytest.mark.parametrize(
    ("megabytes", "budget", "verdict"),
    [
        (0, 25, Verdict(True, 25, None)),
        (25, 25, Verdict(True, 0, None)),
        (30, 29, Verdict(False, -1, 30)),
        (50, 25, Verdict(False, -25, 16)),
        (3_000, 25, Verdict(False, -2_975, 1)),
    ],
)
def test_a_month_fits_or_ends_early(megabytes: float, budget: float, verdict: Verdict) -> None:
    assert verdict_of(megabytes * 1e6, budget) == verdict
