"""The budget governor: how far a site has to save, from what it has used.

| rung      | what is done                                                                     |
|-----------|----------------------------------------------------------------------------------|
| `full`    | nothing                                                                          |
| `wider`   | telemetry, states and background wait longer for company in a frame              |
| `thinner` | and telemetry outside of transactions is thinned                                 |
| `held`    | and background traffic is held until the rung is lower                           |
| `stopped` | telemetry outside of transactions stops: only at the hard cap, if there is one    |

A day's share is what the budget without its reserve leaves for each day that is left: what a day
saved or spent too much is carried over to all days after it. Within a day the use may follow a
line that begins with a part of the share and ends with all of it. Use above the line leads one rung
up at a time, use clearly below it one rung down.

What is protected (`throttle`) goes on at every rung; if it alone is more than the budget, no rung
helps.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.core.site.budget.meter import Totals
from laconic_gateway.core.site.budget.month import DAY_SECONDS

MEGABYTE: Final = 1_000_000
ALERT_PERCENTS: Final = (50, 80, 100)
CAP_WARNING_PERCENT: Final = 90
"""Of the hard cap: from here on the operator knows that it comes."""

HEAD_START: Final = 0.25
"""Part of a day's share that may be used at once: a burst in the morning is no reason to save."""
STEP_UP_SECONDS: Final = 900.0
"""Between two steps up: so long a step needs until it shows."""
STEP_DOWN_SECONDS: Final = 3600.0
"""Between any step and a step down."""
DOWN_BELOW: Final = 0.8
"""Of the line: use below this part of it leads down."""


class Rung(IntEnum):
    """How much is saved; each rung does what those before it do, and more."""

    FULL = 0
    WIDER = 1
    THINNER = 2
    HELD = 3
    STOPPED = 4


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """What a month may cost."""

    monthly_bytes: int
    reserve_bytes: int
    """Part of `monthly_bytes` that the ladder keeps free for what is protected."""
    hard_cap_bytes: int | None = None
    """From here on telemetry outside of transactions stops until the month is over."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the operator has been told in a month. It has to survive restarts."""

    first_day: int = 0
    """Of the month, counted from 1970-01-01."""
    percent: int = 0
    """The highest of `ALERT_PERCENTS` that was said; 0: none."""
    cap_percent: int = 0
    """The same of the hard cap: 0, `CAP_WARNING_PERCENT` or 100."""


class Governor:
    """Watches the totals of the meter; moves one rung at a time, with hysteresis."""

    def __init__(self, settings: BudgetSettings, told: Told, rung: Rung = Rung.FULL) -> None:
        """`told` and `rung` are what they were when the process before this one ended."""
        self._settings = settings
        self.told = told
        """Write it down when it has changed."""
        self.rung = rung
        self._stepped_at: float | None = None

    def check(self, totals: Totals, now: Instant) -> list[Note]:
        """Compare what was used with what may be; return what the operator is to be told."""
        notes = self._alerts(totals)
        step = self._step(totals, now)
        if step is not None:
            notes.append(step)
        return notes

    def share_bytes(self, totals: Totals, unix_seconds: float) -> float:
        """Return what may be used on the day of `totals`, all days before taken into account."""
        before = totals.month_bytes - totals.day_bytes
        left = self._settings.monthly_bytes - self._settings.reserve_bytes - before
        return max(left, 0) / totals.month.days_left(unix_seconds)

    def _line_bytes(self, totals: Totals, unix_seconds: float) -> float:
        """Return what may be used by now of the day's share."""
        passed = unix_seconds % DAY_SECONDS / DAY_SECONDS
        part = HEAD_START + (1 - HEAD_START) * passed
        return self.share_bytes(totals, unix_seconds) * part

    def _step(self, totals: Totals, now: Instant) -> Note | None:
        cap = self._settings.hard_cap_bytes
        if cap is not None and totals.month_bytes >= cap:
            if self.rung is Rung.STOPPED:
                return None
            return self._move(Rung.STOPPED, f"the hard cap of {megabytes(cap)} is reached", now)
        if self.rung is Rung.STOPPED:
            return self._move(Rung.HELD, "a new month has begun", now)
        line = self._line_bytes(totals, now.unix)
        since = None if self._stepped_at is None else now.monotonic - self._stepped_at
        used = (
            f"today {megabytes(totals.day_bytes)} are used, {megabytes(line)} would be on the line"
        )
        if totals.day_bytes > line and self.rung < Rung.HELD:
            if since is None or since >= STEP_UP_SECONDS:
                return self._move(Rung(self.rung + 1), used, now)
        elif totals.day_bytes < DOWN_BELOW * line and self.rung > Rung.FULL:
            if since is None or since >= STEP_DOWN_SECONDS:
                return self._move(Rung(self.rung - 1), used, now)
        return None

    def _move(self, rung: Rung, reason: str, now: Instant) -> Note:
        way = "up" if rung > self.rung else "down"
        text = f"budget: {way} from {name(self.rung)} to {name(rung)}: {reason}"
        self.rung, self._stepped_at = rung, now.monotonic
        level = Level.WARNING if way == "up" else Level.INFO
        return Note(Topic.BUDGET_STEP, name(rung), text, level)

    def _alerts(self, totals: Totals) -> list[Note]:
        told, month = self.told, totals.month
        if told.first_day != month.first_day:
            told = Told(month.first_day)
        budget, cap = self._settings.monthly_bytes, self._settings.hard_cap_bytes
        notes: list[Note] = []
        percent = _reached(totals.month_bytes, budget, ALERT_PERCENTS)
        if percent > told.percent:
            text = (
                f"budget: {percent} % of {megabytes(budget)} are used in the month that ends on"
                f" {month.last_date}"
            )
            notes.append(_alert(str(percent), text))
        cap_percent = 0
        if cap is not None:
            cap_percent = _reached(totals.month_bytes, cap, (CAP_WARNING_PERCENT, 100))
        if cap is not None and cap_percent > told.cap_percent:
            text = (
                f"budget: {cap_percent} % of the hard cap of {megabytes(cap)} are used; telemetry"
                f" outside of transactions {'stops at the cap' if cap_percent < 100 else 'stops'}"
                f" and is kept (laconic thinned), until the month ends on {month.last_date}"
            )
            notes.append(_alert(f"cap_{cap_percent}", text))
        self.told = Told(
            month.first_day, max(percent, told.percent), max(cap_percent, told.cap_percent)
        )
        return notes


def name(rung: Rung) -> str:
    """Return the name of a rung as logs and metrics have it."""
    return rung.name.lower()


def megabytes(amount_bytes: float) -> str:
    """Return an amount in decimal megabytes, as bills have it."""
    return f"{amount_bytes / MEGABYTE:.2f} MB"


def _alert(label: str, text: str) -> Note:
    return Note(Topic.BUDGET_ALERT, label, text, Level.WARNING)


def _reached(used_bytes: int, limit_bytes: int, percents: tuple[int, ...]) -> int:
    """Return the highest percentage of the limit that is reached; 0 if it is none of them."""
    return max((p for p in percents if used_bytes * 100 >= limit_bytes * p), default=0)
