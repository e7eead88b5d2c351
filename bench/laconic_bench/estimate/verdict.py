"""Whether a month fits a budget."""

from dataclasses import dataclass
from math import floor

from laconic_bench.units import MEGABYTE, MONTH_DAYS


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a budget says to the cost of a month."""

    fits: bool
    spare_mb: float
    """What is left of the budget; below 0: what is missing."""
    used_up_on_day: int | None
    """The day of the month, from 1, on which nothing is left; None if that does not happen."""


def verdict_of(bytes_per_month: float, budget_mb: float) -> Verdict:
    """Return whether the bytes of a month, spent evenly, fit a budget."""
    megabytes = bytes_per_month / MEGABYTE
    if megabytes <= budget_mb:
        return Verdict(True, budget_mb - megabytes, None)
    day = floor(budget_mb / (megabytes / MONTH_DAYS)) + 1
    return Verdict(False, budget_mb - megabytes, min(day, MONTH_DAYS))
