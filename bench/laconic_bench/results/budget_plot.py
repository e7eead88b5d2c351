"""The plot of how a month's budget is used up, day by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, floor
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
_RATE: Final = " at this rate"


@dataclass(frozen=True, slots=True)
class Spending:
    """What is left of a budget: days that are over, and megabytes; below 0: what is missing."""

    measured: Sequence[tuple[float, float]]
    """At the start, after each day, and at the end of the run."""
    extended: Sequence[tuple[float, float]]
    """From the end of the run on, after each day of the month, at the mean rate; empty if the whole
    month was measured."""

    @property
    def used_up_on_day(self) -> int | None:
        """The first day on which too much is used, measured or extended; None: there is none."""
        points = (*self.measured, *self.extended)
        return next((ceil(day) for day, left in points if left < 0), None)

    @property
    def is_used_up(self) -> bool:
        """Tell whether too much was used in the run itself."""
        return any(left < 0 for _, left in self.measured)


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
    used = enumerate(accumulate(daily_wire_bytes, initial=0))
    # The last day may be a part of one, and what comes after the end is charged to it.
    left = {min(float(day), days): budget_mb - size / MEGABYTE for day, size in used}
    at_end = left[days] = budget_mb - sum(daily_wire_bytes) / MEGABYTE
    a_day = (budget_mb - at_end) / days
    extended = [(day, budget_mb - a_day * day) for day in range(floor(days) + 1, MONTH_DAYS + 1)]
    return Spending(list(left.items()), [(days, at_end), *extended] if extended else [])


def _draw(spendings: Mapping[str, Spending], budget_mb: float, width: int) -> canvas.Figure:
    names = list(spendings)
    lines = [Line(name, one.measured) for name, one in spendings.items()]
    with canvas.style():
        made = line_figure(width, names, _PLOT_PIXELS)
        [axes] = canvas.panels(made, [1.0])
        drawn = draw_lines(axes, lines, markers=False)
        for line, one in zip(drawn, spendings.values(), strict=True):
            if one.extended:
                how = {"color": line.get_color(), "linestyle": _EXTENSION, "linewidth": 1.2}
                axes.plot(*zip(*one.extended, strict=True), **how)
        canvas.number_axis(axes, "y", [budget_mb])
        axes.set_ylim(0, budget_mb * 1.04)
        axes.set_xlim(0, max(MONTH_DAYS, *(line.points[-1][0] for line in lines)))
        axes.set_title("MB left")
        canvas.axis_text(axes, width, "days")
        canvas.legend(made, width, drawn, names)
        return made


def _table(spendings: Mapping[str, Spending], budget_mb: float) -> Table:
    rows = [(name, *_row(one)) for name, one in spendings.items()]
    end = max(one.measured[-1][0] for one in spendings.values())
    span = f"in {end:,g} days" if end != 1 else "in 1 day"
    columns = ["contender", "used up on day", f"MB used {span}", "MB left then"]
    if any(one.extended for one in spendings.values()):
        columns.append(f"MB left after {MONTH_DAYS} days at this rate")
        rows = [(*row, _month_text(one)) for row, one in zip(rows, spendings.values(), strict=True)]
    return Table(f"A budget of {budget_mb:,.10g} MB", columns, rows)


def _row(spending: Spending) -> tuple[str, ...]:
    day = spending.used_up_on_day
    used_up = "not used up" if day is None else f"{day}{'' if spending.is_used_up else _RATE}"
    (_, budget_mb), (_, left) = spending.measured[0], spending.measured[-1]
    return used_up, decimal_text(budget_mb - left), decimal_text(max(left, 0.0))


def _month_text(spending: Spending) -> str:
    _, left = (spending.extended or spending.measured)[-1]
    return decimal_text(max(left, 0.0))
