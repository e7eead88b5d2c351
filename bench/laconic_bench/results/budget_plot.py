"""The plot of how a month's budget is used up, day by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from laconic_bench.results import canvas
from laconic_bench.results.lines import Line, chosen, draw_lines, left_out, line_figure
from laconic_bench.results.numbers_text import decimal_text
from laconic_bench.results.plot import Plot, slug
from laconic_bench.results.result import Result
from laconic_bench.results.table import Table
from laconic_bench.units import MEGABYTE, MONTH_DAYS

_PLOT_PIXELS: Final = 330
_EXTENSION: Final = (0, (2, 2))


@dataclass(frozen=True, slots=True)
class Spending:
    """What is left of a budget, in megabytes; below 0: what is missing."""

    measured: Sequence[float]
    """At the start and after each day."""
    extended: Sequence[float]
    """From the last measured day to the end of the month, at the mean rate; empty if the whole
    month was measured."""

    @property
    def used_up_on_day(self) -> int | None:
        """The first day after which too much is used, measured or extended; None: there is none."""
        days = (*self.measured, *self.extended[1:])
        return next((day for day, left in enumerate(days) if left < 0), None)


def budget_plot(result: Result, budget_mb: float) -> Plot | None:
    """Return the plot of a result; None if no contender tells what it sent on each day."""
    spendings = {
        name: spending_of(figures.daily_wire_bytes, result.days, budget_mb)
        for name, figures in result.measured_contenders.items()
        if figures.daily_wire_bytes
    }
    if not spendings:
        return None
    names = list(spendings)
    shown = {name: spendings[name] for name in chosen(names)}
    is_extended = any(one.extended for one in spendings.values())
    rate = f"Thin dashes: at the mean rate of the {result.days:g} days that were measured."
    return Plot(
        slug("budget", result.key),
        f"A budget of {budget_mb:,.10g} MB over the month",
        f"Lines that fall from {budget_mb:,.10g} MB with each day on {result.key};"
        " where one meets zero the budget of the site is used up.",
        lambda width: _draw(shown, budget_mb, width),
        [_table(spendings, budget_mb)],
        " ".join(filter(None, [rate if is_extended else "", left_out(names)])),
    )


def spending_of(daily_wire_bytes: Sequence[int], days: float, budget_mb: float) -> Spending:
    """Return what is left on each day of a run of so many days, and of the rest of the month."""
    used = accumulate(daily_wire_bytes, initial=0)
    measured = [budget_mb - size_bytes / MEGABYTE for size_bytes in used]
    a_day = (budget_mb - measured[-1]) / days
    last = len(measured) - 1
    # At the rate of the whole run: its last day may be a part of one.
    extended = [budget_mb - a_day * day for day in range(last + 1, MONTH_DAYS + 1)]
    return Spending(measured, [measured[-1], *extended] if extended else [])


def _draw(spendings: Mapping[str, Spending], budget_mb: float, width: int) -> canvas.Figure:
    names = list(spendings)
    lines = [Line(name, list(enumerate(one.measured))) for name, one in spendings.items()]
    with canvas.style():
        made = line_figure(width, names, _PLOT_PIXELS)
        [axes] = canvas.panels(made, [1.0])
        drawn = draw_lines(axes, lines, markers=False)
        for line, one in zip(drawn, spendings.values(), strict=True):
            if one.extended:
                days = range(len(one.measured) - 1, MONTH_DAYS + 1)
                how = {"color": line.get_color(), "linestyle": _EXTENSION, "linewidth": 1.2}
                axes.plot(days, one.extended, **how)
        canvas.number_axis(axes, "y", [budget_mb])
        axes.set_ylim(0, budget_mb * 1.04)
        axes.set_xlim(0, max(MONTH_DAYS, *(len(line.points) - 1 for line in lines)))
        axes.set_title("MB left")
        canvas.axis_text(axes, width, "days")
        canvas.legend(made, width, drawn, names)
        return made


def _table(spendings: Mapping[str, Spending], budget_mb: float) -> Table:
    rows = [(name, *_row(one)) for name, one in spendings.items()]
    columns = ("contender", "used up on day", "MB used", "MB left")
    return Table(f"A budget of {budget_mb:,.10g} MB", columns, rows)


def _row(spending: Spending) -> tuple[str, str, str]:
    day, measured = spending.used_up_on_day, spending.measured
    is_measured = day is not None and day < len(measured)
    used_up = "not used up" if day is None else str(day) if is_measured else f"{day} at this rate"
    used_mb = measured[0] - measured[-1]
    return used_up, decimal_text(used_mb), decimal_text(max(measured[-1], 0.0))
