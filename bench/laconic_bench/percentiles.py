"""Percentiles by nearest rank: always one of the values."""

from collections.abc import Iterable


def percentile(values: Iterable[float], percent: int) -> float | None:
    """Return a percentile; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(1, -(-len(ordered) * percent // 100)) - 1]
