"""The figures of a billing month."""

from pathlib import Path

from laconic_gateway.address import Address
from laconic_gateway.config import BudgetSection, SiteConfig, SiteSection
from laconic_gateway.core.site.budget.contents import SITE, Cause
from laconic_gateway.core.site.budget.meter import Account, Way
from laconic_gateway.core.site.budget.month import Month, day_of
from laconic_gateway.edge.accounts import RUNG, SAVED_AT
from laconic_gateway.edge.storage.usage_tables import SHED, Usage
from laconic_gateway.usage.report import NO_ACTION, THE_SITE, Line, make_report

NOW = 1_795_770_856.0  # 2026-11-27T09:14:16Z
TODAY = day_of(NOW)
MONTH = Month.of(NOW, 1).first_day
SECTION = SiteSection(name="kisumu-1", keys=Path("k"), expander=Address("h", 1))


def usage() -> Usage:
    counted = {
        (MONTH, Account(Way.UP, Cause.MESSAGE, "CP1", "MeterValues")): 7_000,
        (MONTH, Account(Way.DOWN, Cause.ACKNOWLEDGEMENT, "CP1", "MeterValues")): 2_000,
        (MONTH, Account(Way.UP, Cause.MESSAGE, "CP2", "Authorize")): 500,
        (MONTH, Account(Way.UP, Cause.KEEPALIVE, SITE, "")): 470,
        (MONTH - 30, Account(Way.UP, Cause.MESSAGE, "CP1", "MeterValues")): 99_999,
    }
    numbers = {SAVED_AT: int(NOW) - 30, RUNG: 2, SHED: 4}
    return Usage(counted, {TODAY: 970, TODAY - 1: 9_000}, numbers, thinned=3, held=1, last_kept=4)


def test_each_breakdown_adds_up_to_the_month() -> None:
    report = make_report(SiteConfig(site=SECTION), usage(), NOW)
    assert report.total == Line("total", 7_970, 2_000)
    for lines in (report.causes, report.actions, report.chargers):
        assert sum(line.up_bytes for line in lines) == 7_970
        assert sum(line.down_bytes for line in lines) == 2_000
        assert [line.total_bytes for line in lines] == sorted(
            (line.total_bytes for line in lines), reverse=True
        )
    assert report.actions[0] == Line("MeterValues", 7_000, 2_000)
    assert {line.name for line in report.actions} == {"MeterValues", "Authorize", NO_ACTION}
    assert {line.name for line in report.chargers} == {"CP1", "CP2", THE_SITE}
    assert (report.today_bytes, report.saved_at) == (970, "2026-11-27T09:13:46Z")
    assert report.budget is None


def test_json_has_every_figure_in_bytes() -> None:
    budget = BudgetSection(monthly_megabytes=10.0, hard_cap_megabytes=12.0)
    found = make_report(SiteConfig(site=SECTION, budget=budget), usage(), NOW).as_json()
    assert found["forecast_bytes"] > found["used_bytes"] == 9_970
    expected = {
        "site": "kisumu-1",
        "first_date": "2026-11-01",
        "last_date": "2026-11-30",
        "budget_bytes": 10_000_000,
        "reserve_bytes": 1_000_000,
        "hard_cap_bytes": 12_000_000,
        "rung": "thinner",
        "thinned_messages": 3,
        "thinned_messages_shed": 4,
        "held_messages": 1,
    }
    assert {key: found[key] for key in expected} == expected
    assert found["causes"][0] == {"cause": "message", "up_bytes": 7_500, "down_bytes": 0}


def test_a_month_without_traffic_is_empty() -> None:
    config = SiteConfig(site=SECTION, budget=BudgetSection(month_starts_on_day=5))
    report = make_report(config, Usage({}, {}, {}, 0, 0, 0), NOW)
    assert report.total == Line("total", 0, 0)
    assert (report.saved_at, report.forecast_bytes, report.causes) == (None, None, [])
    assert str(report.month.first_date) == "2026-11-05"
