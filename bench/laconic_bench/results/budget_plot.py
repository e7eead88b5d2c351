"""The plot of how a month's budget is used up, day by day."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from laconic_bench.results import canvas
from laconic_bench.results.lines import Line, chosen, draw_lines, left_out, line_figure
from laconic_bench.results.numbers_text import decimal_text
from laconic_bench.results.plot import Plot, slug
from laconic_bench.results.result import Result
from laconic_bench.results.table import Table
from laconic_bench.units import MEGABYTE

_PLOT_PIXELS: Final = 330


def budget_plot(result: Result, budget_mb: float) -> Plot | None:
    """Return the plot of a result; None if no contender tells what it sent on each day."""
    left = {
        name: left_each_day(figures.daily_wire_bytes, budget_mb)
        for name, figures in result.measured_contenders.items()
        if figures.daily_wire_bytes
    }
    if not left:
        return None
    names = list(left)
    lines = [Line(name, list(enumerate(left[name]))) for name in chosen(names)]
    return Plot(
        slug("budget", result.key),
        f"A budget of {budget_mb:,.10g} MB over the month",
        f"Lines that fall from {budget_mb:,.10g} MB with each day on {result.key};"
        " where one meets zero the budget of the site is used up.",
        lambda width: _draw(lines, budget_mb, width),
        [_table(left, budget_mb)],
        left_out(names),
    )


def left_each_day(daily_wire_bytes: Sequence[int], budget_mb: float) -> list[float]:
    """Return the megabytes that are left at the start and after each day; negative if too much."""
    used = accumulate(daily_wire_bytes, initial=0)
    return [budget_mb - size_bytes / MEGABYTE for size_bytes in used]


def _draw(lines: Sequence[Line], budget_mb: float, width: int) -> canvas.Figure:
    names = [line.name for line in lines]
    with canvas.style():
        made = line_figure(width, names, _PLOT_PIXELS)
        [axes] = canvas.panels(made, [1.0])
        drawn = draw_lines(axes, lines, markers=False)
        canvas.number_axis(axes, "y", [budget_mb])
        axes.set_ylim(0, budget_mb * 1.04)
        axes.set_xlim(0, max(len(line.points) for line in lines) - 1)
        axes.set_title("MB left")
        canvas.axis_text(axes, width, "days")
        canvas.legend(made, width, drawn, names)
        return made


def _table(left: dict[str, list[float]], budget_mb: float) -> Table:
    rows = [
        (name, _used_up(days), decimal_text(days[0] - days[-1]), decimal_text(max(days[-1], 0.0)))
        for name, days in left.items()
    ]
    columns = ("contender", "used up on day", "MB used", "MB left")
    return Table(f"A budget of {budget_mb:,.10g} MB", columns, rows)


def _used_up(days: Sequence[float]) -> str:
    return next((str(day) for day, left in enumerate(days) if left < 0), "not used up")
