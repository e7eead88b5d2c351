"""The table that an operator reads."""

from dataclasses import replace

from laconic_gateway.core.site.budget.governor import BudgetSettings
from laconic_gateway.core.site.budget.month import Month
from laconic_gateway.usage.report import Line, Report
from laconic_gateway.usage.text import as_text

REPORT = Report(
    site="kisumu-1",
    month=Month.of(1_795_770_856.0, 1),
    saved_at="2026-11-27T09:13:46Z",
    total=Line("total", 9_000_000, 3_345_678),
    today_bytes=410_000,
    forecast_bytes=13_710_000,
    budget=BudgetSettings(25_000_000, 2_500_000, 30_000_000),
    rung="thinner",
    causes=[Line("message", 8_000_000, 345_678), Line("acknowledgement", 1_000_000, 3_000_000)],
    actions=[Line("MeterValues", 9_000_000, 3_345_678)],
    chargers=[Line("CP1", 9_000_000, 3_345_678)],
    thinned=1_234,
    thinned_shed=5,
    held=2,
)

EXPECTED = """\
site kisumu-1, billing month 2026-11-01 to 2026-11-30 (UTC)
counted until 2026-11-27T09:13:46Z; the gateway writes once a minute

used         12.35 MB    49 % of the budget
forecast     13.71 MB    55 % of the budget
today         0.41 MB
budget       25.00 MB, rung thinner
reserve       2.50 MB for what is never saved on
hard cap     30.00 MB

cause                                   up bytes    down bytes         bytes
message                                8,000,000       345,678     8,345,678
acknowledgement                        1,000,000     3,000,000     4,000,000
total                                  9,000,000     3,345,678    12,345,678

action                                  up bytes    down bytes         bytes
MeterValues                            9,000,000     3,345,678    12,345,678
total                                  9,000,000     3,345,678    12,345,678

charger                                 up bytes    down bytes         bytes
CP1                                    9,000,000     3,345,678    12,345,678
total                                  9,000,000     3,345,678    12,345,678

kept back: 1,234 thinned, 2 held until there is budget
the thinned ones: laconic thinned --config FILE
5 thinned ones were shed, the oldest first"""


def test_the_table_is_this() -> None:
    assert as_text(REPORT) == EXPECTED


def test_without_a_budget_it_says_so() -> None:
    text = as_text(replace(REPORT, budget=None, forecast_bytes=None))
    assert "budget     none: the configuration has no [budget], nothing is saved on" in text
    assert "forecast   not known yet" in text
    assert "%" not in text


def test_long_tables_end_with_the_rest() -> None:
    many = [Line(f"CP{number:02}", 100 - number, 1) for number in range(30)]
    text = as_text(replace(REPORT, chargers=many))
    assert "CP19" in text and "CP20" not in text
    assert "(10 more)" in text
