"""Times in logs, in the ways programs write them. Without a zone they are taken as UTC."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from laconic_bench.units import DAY_SECONDS

_CLOCK: Final = r"(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
_ZONE: Final = r"\s?(Z\b|[+-]\d\d(?::?\d\d)?\b)?"
_NAMES: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_MONTHS: Final = {str(name): number for number, name in enumerate(_NAMES, start=1)}
_MONTH: Final = f"({'|'.join(_NAMES)})"
NO_YEAR: Final = 2000
"""Stands for the year of logs that have none. It has a 29 February."""

_YEAR_FIRST: Final = re.compile(rf"\b(\d{{4}})[-/.](\d\d)[-/.](\d\d)[T\s_,]+{_CLOCK}{_ZONE}")
_DAY_FIRST: Final = re.compile(
    rf"\b(\d\d?)[-/.](\d\d?)[-/.](\d{{4}})[T\s_,]+{_CLOCK}(?:\s?([AP]M))?{_ZONE}", re.IGNORECASE
)
_NAMED_MONTH: Final = re.compile(rf"\b(\d\d?)[-/ ]{_MONTH}[-/ ](\d{{4}})[:T\s]+{_CLOCK}{_ZONE}")
_SYSLOG: Final = re.compile(rf"\b{_MONTH}\s+(\d\d?)\s+(?:(\d{{4}})\s+)?{_CLOCK}")
_EPOCH: Final = re.compile(
    r"(?:^|[\s\[(=:\"])(1\d{9})(\d{3}(?:\d{3})?)?(?:\.(\d{1,9}))?(?=$|[^\d])"
)
_CLOCK_ONLY: Final = re.compile(rf"(?:^|[\s\[(]){_CLOCK}(?=$|[^\d:])")


class Clock:
    """Reads the times of one log, in its order."""

    def __init__(self) -> None:
        self._days_seconds = 0.0
        self._last_clock_seconds = 0.0

    def read(self, text: str) -> float | None:
        """Return the Unix time that a text names; None if it names none.

        A time of day without a date counts from an unknown day: it is another day when it goes
        back by more than twelve hours.
        """
        for pattern, of in _DATED:
            found = pattern.search(text)
            if found is not None:
                try:
                    return of(found)
                except (ValueError, OverflowError):
                    return None
        found = _CLOCK_ONLY.search(text)
        return None if found is None else self._of_day(found)

    def _of_day(self, found: re.Match[str]) -> float | None:
        hour, minute, second, fraction = found.groups()
        seconds = int(hour) * 3600 + int(minute) * 60 + int(second) + _fraction(fraction)
        if seconds >= DAY_SECONDS:
            return None
        if seconds < self._last_clock_seconds - DAY_SECONDS / 2:
            self._days_seconds += DAY_SECONDS
        self._last_clock_seconds = seconds
        return self._days_seconds + seconds


def _fraction(digits: str | None) -> float:
    return float(f"0.{digits}") if digits else 0.0


def _zone(text: str | None) -> timezone:
    if not text or text in "Zz":
        return UTC
    sign = -1 if text[0] == "-" else 1
    minutes = int(text[-2:]) if len(text) > 3 else 0
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=minutes))


def _unix(year: int, month: int, day: int, clock: tuple[str, ...], zone: str | None) -> float:
    hour, minute, second, fraction = clock
    time = datetime(year, month, day, int(hour), int(minute), int(second), tzinfo=_zone(zone))
    return time.timestamp() + _fraction(fraction)


def _of_year_first(found: re.Match[str]) -> float:
    year, month, day, *clock, zone = found.groups()
    return _unix(int(year), int(month), int(day), tuple(clock), zone)


def _of_day_first(found: re.Match[str]) -> float:
    first, second, year, hour, *rest, half, zone = found.groups()
    day, month = int(first), int(second)
    if half or month > 12:  # As Americans write it.
        day, month = month, day
    if half:
        hour = str(int(hour) % 12 + (12 if half.upper() == "PM" else 0))
    return _unix(int(year), month, day, (hour, *rest), zone)


def _of_named_month(found: re.Match[str]) -> float:
    day, month, year, *clock, zone = found.groups()
    return _unix(int(year), _MONTHS[month], int(day), tuple(clock), zone)


def _of_syslog(found: re.Match[str]) -> float:
    month, day, year, *clock = found.groups()
    number = _MONTHS[month]
    return _unix(int(year or NO_YEAR), number, int(day), tuple(clock), None)


def _of_epoch(found: re.Match[str]) -> float:
    seconds, thousandths, fraction = found.groups()
    return int(seconds) + _fraction(thousandths or fraction)


_DATED: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], float]], ...]] = (
    (_YEAR_FIRST, _of_year_first),
    (_DAY_FIRST, _of_day_first),
    (_NAMED_MONTH, _of_named_month),
    (_SYSLOG, _of_syslog),
    (_EPOCH, _of_epoch),
)
