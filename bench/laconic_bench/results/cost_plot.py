"""The plot of what a site costs in a month, against its chargers."""

from collections.abc import Sequence
from typing import Final

from matplotlib.ticker import NullLocator

from laconic_bench.results import canvas
from laconic_bench.results.lines import (
    Line,
    chosen,
    draw_lines,
    left_out,
    line_figure,
    reference,
)
from laconic_bench.results.numbers_text import ABSENT
from laconic_bench.results.plot import Plot, slug
from laconic_bench.results.price import Price
from laconic_bench.results.result import Result
from laconic_bench.results.table import Table
from laconic_bench.units import MONTH_DAYS

_PLOT_PIXELS: Final = 360
_LABEL_PIXELS: Final = 30


def cost_plot(results: Sequence[Result], price: Price) -> Plot | None:
    """Return the plot of results of one link; None if they are not of sites of several sizes."""
    sized = sorted((one for one in results if one.chargers), key=lambda one: one.chargers or 0)
    if len({one.chargers for one in sized}) < 2:
        return None
    names = list(dict.fromkeys(name for one in sized for name in one.measured_contenders))
    lines = {name: Line(name, _points(sized, name, price)) for name in names}
    return Plot(
        slug("cost", sized[0].key._replace(scenario="")),
        "Cost in a month against chargers at the site",
        f"A line for each contender over {sized[0].link}, through the sites that were measured:"
        f" {', '.join(f'{one.scenario} ({one.chargers})' for one in sized)}.",
        lambda width: _draw(sized, [lines[name] for name in chosen(names)], price, width),
        [_table(sized, names, price)],
        " ".join(filter(None, ["Only the points are measured.", left_out(names)])),
    )


def _points(results: Sequence[Result], name: str, price: Price) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for result in results:
        figures = result.measured_contenders.get(name)
        if figures is not None:
            cost = result.mb_per_month(figures.wire_bytes) * price.per_mb
            points.append((float(result.chargers or 0), cost))
    return points


def _draw(
    results: Sequence[Result], lines: Sequence[Line], price: Price, width: int
) -> canvas.Figure:
    budget = price.budget_mb * price.per_mb
    names = [*(line.name for line in lines), f"budget: {budget:,.10g} {price.currency}"]
    with canvas.style():
        made = line_figure(width, names, _PLOT_PIXELS)
        [axes] = canvas.panels(made, [1.0])
        drawn = [*draw_lines(axes, lines, markers=True), reference(axes, budget)]
        chargers = [float(one.chargers or 0) for one in results]
        canvas.number_axis(axes, "x", chargers)
        costs = [y for line in lines for _, y in line.points]
        canvas.number_axis(axes, "y", [*costs, budget])
        _mark_sites(axes, sorted(set(chargers)), width)
        axes.set_title(canvas.fitted(f"{price.currency} in {MONTH_DAYS} days", width - 60))
        canvas.axis_text(axes, width, "chargers and swap cabinets at the site")
        canvas.legend(made, width, drawn, names)
        return made


def _mark_sites(axes: canvas.Axes, chargers: Sequence[float], width: int) -> None:
    """Write the numbers of chargers below the points, without those that have no room."""
    ticks: list[float] = []
    last = -float(width)
    for count in chargers:
        pixels = (
            axes.transAxes.inverted().transform(axes.transData.transform((count, 1)))[0] * width
        )
        if pixels - last >= _LABEL_PIXELS:
            ticks.append(count)
            last = pixels
    axes.set_xticks(ticks)
    axes.xaxis.set_minor_locator(NullLocator())


def _table(results: Sequence[Result], names: Sequence[str], price: Price) -> Table:
    rows = [
        [
            name,
            *(
                ABSENT
                if (figures := result.measured_contenders.get(name)) is None
                else price.text(result.mb_per_month(figures.wire_bytes))
                for result in results
            ),
        ]
        for name in names
    ]
    sites = [f"{one.scenario}, {one.chargers} chargers" for one in results]
    return Table(f"{price.currency} in {MONTH_DAYS} days", ["contender", *sites], rows)
