"""Billing months: which one a moment belongs to, and how far it has come.

Days and months are those of UTC, so that they do not depend on the clock settings of a gateway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Self

DAY_SECONDS: Final = 86_400
LAST_START_DAY: Final = 28
"""Every month of the calendar has this day."""


def day_of(unix_seconds: float) -> int:
    """Return the day of a moment, counted from 1970-01-01."""
    return int(unix_seconds // DAY_SECONDS)


@dataclass(frozen=True, slots=True)
class Month:
    """One billing month."""

    first_day: int
    """Counted from 1970-01-01, as all days here."""
    days: int
    """How many days it has: 28 to 31."""

    @classmethod
    def of(cls, unix_seconds: float, starts_on_day: int) -> Self:
        """Return the billing month of a moment; it begins on that day of the calendar's month.

        Raises:
            ValueError: `starts_on_day` is not from 1 to 28.
        """
        if not 1 <= starts_on_day <= LAST_START_DAY:
            raise ValueError(f"a billing month starts on day 1 to 28, not {starts_on_day}")
        today = datetime.fromtimestamp(unix_seconds, UTC).date()
        first = today.replace(day=starts_on_day)
        if first > today:
            first = (first.replace(day=1) - timedelta(days=1)).replace(day=starts_on_day)
        after = (first.replace(day=1) + timedelta(days=32)).replace(day=starts_on_day)
        return cls((first - date(1970, 1, 1)).days, (after - first).days)

    @property
    def first_date(self) -> date:
        """The date of its first day."""
        return date(1970, 1, 1) + timedelta(days=self.first_day)

    @property
    def last_date(self) -> date:
        """The date of its last day."""
        return self.first_date + timedelta(days=self.days - 1)

    def sum_of(self, by_day: Mapping[int, int]) -> int:
        """Return the sum over its days; missing days count as 0."""
        days = range(self.first_day, self.first_day + self.days)
        return sum(by_day.get(day, 0) for day in days)

    def days_left(self, unix_seconds: float) -> int:
        """Return how many days are left, the day of the moment included; at least 1."""
        return min(max(self.first_day + self.days - day_of(unix_seconds), 1), self.days)

    def seconds_left(self, unix_seconds: float) -> float:
        """Return how much of it is left."""
        return max((self.first_day + self.days) * DAY_SECONDS - unix_seconds, 0.0)
