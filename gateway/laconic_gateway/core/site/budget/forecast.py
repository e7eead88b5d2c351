"""What the month will have cost when it ends."""

from collections.abc import Mapping
from typing import Final

from laconic_gateway.core.site.budget.month import DAY_SECONDS, Month, day_of

DAYS_LOOKED_BACK: Final = 7
"""A week has every kind of day once."""
SHORTEST_SECONDS: Final = 3600.0
"""Before a gateway has run for this long, its pace says nothing."""


def forecast_bytes(
    month_bytes: int, day_bytes: Mapping[int, int], month: Month, unix_seconds: float
) -> int | None:
    """Return the bytes of the whole billing month at the pace of the last days.

    The pace is that of the last seven days, today's part included, and no further back than the
    first day with traffic.

    Args:
        month_bytes: what was used in the month so far.
        day_bytes: what was used on each day, counted from 1970-01-01; missing days had none.
        month: the billing month.
        unix_seconds: the time now.

    Returns: None if there is too little to go by.
    """
    today = day_of(unix_seconds)
    used = {day: count for day, count in day_bytes.items() if 0 <= today - day < DAYS_LOOKED_BACK}
    if not any(used.values()):
        return None
    first = min(day for day, count in used.items() if count)
    seconds = unix_seconds - first * DAY_SECONDS
    if seconds < SHORTEST_SECONDS:
        return None
    return month_bytes + round(sum(used.values()) / seconds * month.seconds_left(unix_seconds))
