"""The usage of the billing month as a table for people."""

from collections.abc import Iterator
from typing import Final

from laconic_gateway.core.site.budget.governor import megabytes
from laconic_gateway.usage.report import Line, Report

LINES_SHOWN: Final = 20
"""Of chargers and of actions; the rest is one line. `--json` has them all."""
_NAME_WIDTH: Final = 34
_NUMBER_WIDTH: Final = 14


def as_text(report: Report) -> str:
    """Return the report in lines of at most 80 characters, but for long names."""
    return "\n".join([*_head(report), *_tables(report), *_kept(report)])


def _head(report: Report) -> Iterator[str]:
    month = report.month
    yield f"site {report.site}, billing month {month.first_date} to {month.last_date} (UTC)"
    yield f"counted until {report.saved_at or 'now: nothing'}; the gateway writes once a minute"
    yield ""
    used = report.total.total_bytes
    yield f"used      {megabytes(used):>11}{_of_budget(used, report)}"
    forecast = report.forecast_bytes
    if forecast is None:
        yield "forecast   not known yet"
    else:
        yield f"forecast  {megabytes(forecast):>11}{_of_budget(forecast, report)}"
    yield f"today     {megabytes(report.today_bytes):>11}"
    if report.budget is None:
        yield "budget     none: the configuration has no [budget], nothing is saved on"
        return
    yield f"budget    {megabytes(report.budget.monthly_bytes):>11}, rung {report.rung}"
    yield f"reserve   {megabytes(report.budget.reserve_bytes):>11} for what is never saved on"
    if report.budget.hard_cap_bytes is not None:
        yield f"hard cap  {megabytes(report.budget.hard_cap_bytes):>11}"


def _tables(report: Report) -> Iterator[str]:
    for title, lines in (
        ("cause", report.causes),
        ("action", report.actions),
        ("charger", report.chargers),
    ):
        yield ""
        yield _row(title, "up bytes", "down bytes", "bytes")
        for line in lines[:LINES_SHOWN]:
            yield _line(line)
        if rest := lines[LINES_SHOWN:]:
            up, down = sum(one.up_bytes for one in rest), sum(one.down_bytes for one in rest)
            yield _line(Line(f"({len(rest)} more)", up, down))
        yield _line(report.total)


def _kept(report: Report) -> Iterator[str]:
    yield ""
    yield f"kept back: {report.thinned:,} thinned, {report.held:,} held until there is budget"
    if report.thinned:
        yield "the thinned ones: laconic thinned --config FILE"
    if report.thinned_shed:
        yield f"{report.thinned_shed:,} thinned ones were shed, the oldest first"


def _of_budget(amount_bytes: int, report: Report) -> str:
    if report.budget is None:
        return ""
    return f"{100 * amount_bytes / report.budget.monthly_bytes:6.0f} % of the budget"


def _line(line: Line) -> str:
    return _row(line.name, f"{line.up_bytes:,}", f"{line.down_bytes:,}", f"{line.total_bytes:,}")


def _row(name: str, *cells: str) -> str:
    return name.ljust(_NAME_WIDTH) + "".join(cell.rjust(_NUMBER_WIDTH) for cell in cells)
