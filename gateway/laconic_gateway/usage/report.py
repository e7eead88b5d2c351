"""The usage of the billing month as figures."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from laconic_gateway.config import SiteConfig
from laconic_gateway.core.instant import timestamp
from laconic_gateway.core.site.budget.contents import SITE
from laconic_gateway.core.site.budget.forecast import forecast_bytes
from laconic_gateway.core.site.budget.governor import BudgetSettings, Rung, name
from laconic_gateway.core.site.budget.meter import Account, Way
from laconic_gateway.core.site.budget.month import Month, day_of
from laconic_gateway.edge.accounts import RUNG, SAVED_AT
from laconic_gateway.edge.storage.usage_tables import SHED, Usage

THE_SITE: Final = "(site)"
"""Charger of what belongs to none: keepalives, new epochs and the like."""
NO_ACTION: Final = "(none)"


@dataclass(frozen=True, slots=True)
class Line:
    """What one cause, charger or action took."""

    name: str
    up_bytes: int
    down_bytes: int

    @property
    def total_bytes(self) -> int:
        """Both directions."""
        return self.up_bytes + self.down_bytes


@dataclass(frozen=True, slots=True)
class Report:
    """The usage of one site in the billing month of a moment."""

    site: str
    month: Month
    saved_at: str | None
    """Until when was counted, as OCPP writes times; None: nothing was written yet."""
    total: Line
    today_bytes: int
    forecast_bytes: int | None
    budget: BudgetSettings | None
    rung: str
    causes: list[Line]
    actions: list[Line]
    chargers: list[Line]
    thinned: int
    thinned_shed: int
    held: int

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints; all amounts are bytes, all dates those of UTC."""
        budget = self.budget
        return {
            "site": self.site,
            "first_date": str(self.month.first_date),
            "last_date": str(self.month.last_date),
            "saved_at": self.saved_at,
            "used_bytes": self.total.total_bytes,
            "up_bytes": self.total.up_bytes,
            "down_bytes": self.total.down_bytes,
            "today_bytes": self.today_bytes,
            "forecast_bytes": self.forecast_bytes,
            "budget_bytes": None if budget is None else budget.monthly_bytes,
            "reserve_bytes": None if budget is None else budget.reserve_bytes,
            "hard_cap_bytes": None if budget is None else budget.hard_cap_bytes,
            "rung": self.rung,
            "causes": _as_json(self.causes, "cause"),
            "actions": _as_json(self.actions, "action"),
            "chargers": _as_json(self.chargers, "charger"),
            "thinned_messages": self.thinned,
            "thinned_messages_shed": self.thinned_shed,
            "held_messages": self.held,
        }


def make_report(config: SiteConfig, usage: Usage, unix_seconds: float) -> Report:
    """Return the usage in the billing month of a moment."""
    budget = config.budget
    month = Month.of(unix_seconds, 1 if budget is None else budget.month_starts_on_day)
    counted = {to: n for (first, to), n in usage.counted.items() if first == month.first_day}
    saved_at = usage.numbers.get(SAVED_AT)
    until = unix_seconds if saved_at is None else min(saved_at, unix_seconds)
    used_bytes = sum(counted.values())
    total = _lines(counted, lambda _: "total") or [Line("total", 0, 0)]
    return Report(
        site=config.site.name,
        month=month,
        saved_at=None if saved_at is None else timestamp(saved_at),
        total=total[0],
        today_bytes=usage.day_bytes.get(day_of(unix_seconds), 0),
        forecast_bytes=forecast_bytes(used_bytes, usage.day_bytes, month, until),
        budget=None if budget is None else budget.settings(),
        rung=name(Rung(usage.numbers.get(RUNG, 0))),
        causes=_lines(counted, lambda to: str(to.cause)),
        actions=_lines(counted, lambda to: to.action or NO_ACTION),
        chargers=_lines(counted, lambda to: THE_SITE if to.charger == SITE else to.charger),
        thinned=usage.thinned,
        thinned_shed=usage.numbers.get(SHED, 0),
        held=usage.held,
    )


def _lines(counted: dict[Account, int], key: Callable[[Account], str]) -> list[Line]:
    """Return the sums by a key, the largest first."""
    sums: dict[str, dict[Way, int]] = {}
    for account, amount in counted.items():
        by_way = sums.setdefault(key(account), dict.fromkeys(Way, 0))
        by_way[account.way] += amount
    lines = [Line(name, by_way[Way.UP], by_way[Way.DOWN]) for name, by_way in sums.items()]
    return sorted(lines, key=lambda line: (-line.total_bytes, line.name))


def _as_json(lines: list[Line], key: str) -> list[dict[str, Any]]:
    return [
        {key: line.name, "up_bytes": line.up_bytes, "down_bytes": line.down_bytes} for line in lines
    ]
