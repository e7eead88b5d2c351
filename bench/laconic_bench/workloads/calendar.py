"""Virtual time of a workload as messages and people know it."""

from datetime import UTC, datetime, timedelta
from typing import Final

DAY_MS: Final = 86_400_000
HOUR_MS: Final = 3_600_000

_EAST_AFRICA_OFFSET_MS: Final = 3 * HOUR_MS
"""Local time at the site: UTC+3, all year."""


class Calendar:
    """Turns milliseconds since the start of the workload into texts and hours of the day."""

    def __init__(self, start: datetime) -> None:
        utc = start.astimezone(UTC)
        self._midnight: Final = utc.replace(hour=0, minute=0, second=0, microsecond=0)
        self._start_ms: Final = (utc - self._midnight) // timedelta(milliseconds=1)
        self._dates: Final[dict[int, str]] = {}

    def local_hours(self, time_ms: int) -> float:
        """Return the hour of the day at the site, with its fraction."""
        return (self._start_ms + time_ms + _EAST_AFRICA_OFFSET_MS) % DAY_MS / HOUR_MS

    def next_ms(self, time_ms: int, period_ms: int) -> int:
        """Return the next time at which the clock (UTC) is a multiple of a period."""
        return time_ms + period_ms - (self._start_ms + time_ms) % period_ms

    def next_local_ms(self, time_ms: int, hours: float) -> int:
        """Return when the clock at the site next shows an hour of the day."""
        left_hours = (hours - self.local_hours(time_ms)) % 24
        return time_ms + (round(left_hours * HOUR_MS) or DAY_MS)

    def seconds(self, time_ms: int) -> str:
        """Return the time as 2026-03-02T06:05:04, the fraction cut off."""
        day, rest_ms = divmod(self._start_ms + time_ms, DAY_MS)
        minutes, seconds = divmod(rest_ms // 1000, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{self._date(day)}T{hours:02d}:{minutes:02d}:{seconds:02d}"

    def seconds_z(self, time_ms: int) -> str:
        """Return the time as 2026-03-02T06:05:04Z."""
        return self.seconds(time_ms) + "Z"

    def seconds_offset(self, time_ms: int) -> str:
        """Return the time as 2026-03-02T06:05:04+00:00."""
        return self.seconds(time_ms) + "+00:00"

    def milliseconds_z(self, time_ms: int) -> str:
        """Return the time as 2026-03-02T06:05:04.003Z."""
        return f"{self.seconds(time_ms)}.{(self._start_ms + time_ms) % 1000:03d}Z"

    def unix_seconds(self, time_ms: int) -> int:
        """Return the time as seconds since 1970."""
        return int(self._midnight.timestamp()) + (self._start_ms + time_ms) // 1000

    def digits(self, time_ms: int) -> str:
        """Return the time as 20260302060504."""
        text = self.seconds(time_ms)
        return text[:4] + text[5:7] + text[8:10] + text[11:13] + text[14:16] + text[17:19]

    def _date(self, day: int) -> str:
        text = self._dates.get(day)
        if text is None:
            text = self._dates[day] = (self._midnight + timedelta(days=day)).date().isoformat()
        return text
