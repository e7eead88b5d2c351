"""The page of results: one HTML file that needs nothing else."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from laconic_bench.results import report_tables
from laconic_bench.results.budget_plot import budget_plot
from laconic_bench.results.cost_plot import cost_plot
from laconic_bench.results.html_parts import folded, html_facts, html_plot, html_table
from laconic_bench.results.layer_plot import layer_plot, layers_of
from laconic_bench.results.page_style import STYLE
from laconic_bench.results.plot import Plot, slug
from laconic_bench.results.price import Price
from laconic_bench.results.result import Result
from laconic_bench.results.window_plot import window_plot

BEGINS: Final = "<!DOCTYPE html>"
"""The text of a page."""
TITLE: Final = "What OCPP costs on a narrow link"
_INTRODUCTION: Final = (
    "Bytes are those of IP packets, both ways, everything included. A megabyte has 1,000,000 bytes"
    " and a month 30 days; shorter runs are multiplied. Payload is what a contender makes of the"
    " messages, without any layer below; the floor is the information that the scenario put into"
    " them. An answer is timed from the request at who has asked, the age of a message from the"
    " charger to the CSMS. A figure that was not measured is left out."
)


@dataclass(frozen=True, slots=True)
class Plots:
    """The plots of a page, where they stand."""

    overall: Sequence[Plot]
    by_result: Sequence[Sequence[Plot]]

    def all(self) -> list[Plot]:
        """Return them in the order of the page."""
        return [*self.overall, *(plot for plots in self.by_result for plot in plots)]


def plots_of(results: Sequence[Result], price: Price) -> Plots:
    """Return what can be drawn of the results."""
    layers = layers_of(results)
    links = dict.fromkeys(result.key[1:] for result in results)
    costs = [cost_plot([one for one in results if one.key[1:] == link], price) for link in links]
    by_result = [
        (layer_plot(one, layers), window_plot(one), budget_plot(one, price.budget_mb))
        for one in results
    ]
    return Plots(_some(costs), [_some(plots) for plots in by_result])


def page(
    results: Sequence[Result], plots: Plots, price: Price, draw: Callable[[Plot], str] = html_plot
) -> str:
    """Return the page as text. `draw` makes the HTML of a plot, which takes a second."""
    return "\n".join(_lines(results, plots, price, draw)) + "\n"


def _some(plots: Sequence[Plot | None]) -> list[Plot]:
    return [plot for plot in plots if plot is not None]


def _lines(
    results: Sequence[Result], plots: Plots, price: Price, draw: Callable[[Plot], str]
) -> Iterator[str]:
    yield BEGINS
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{TITLE}</title>\n<style>\n{STYLE}\n</style></head>\n<body>"
    yield f"<header><h1>{TITLE}</h1>\n<p>{_INTRODUCTION}</p></header>"
    yield from _navigation(results)
    yield "<main>"
    if len(results) > 1:
        yield html_table(report_tables.month_table(results))
    yield from map(draw, plots.overall)
    for result, own in zip(results, plots.by_result, strict=True):
        yield from _section(result, list(map(draw, own)), price)
    yield "</main>\n<footer><p>Made by <code>laconic bench report</code>.</p></footer>"
    yield "</body></html>"


def _navigation(results: Sequence[Result]) -> Iterator[str]:
    if len(results) > 1:
        links = (f'<li><a href="#{_id(one)}">{escape(str(one.key))}</a></li>' for one in results)
        yield f'<nav aria-label="Results"><ul>{"".join(links)}</ul></nav>'


def _section(result: Result, drawn: Sequence[str], price: Price) -> Iterator[str]:
    priced = None if price == Price(budget_mb=price.budget_mb) else price
    yield f'<section id="{_id(result)}"><h2>{escape(str(result.key))}</h2>'
    yield html_facts(report_tables.facts(result))
    yield html_table(report_tables.byte_table(result, priced))
    yield html_table(report_tables.note_table(result))
    yield html_table(report_tables.message_table(result))
    yield html_table(report_tables.floor_table(result))
    yield from drawn
    yield "<h3>All figures</h3>"
    yield html_table(report_tables.latency_table(result))
    yield html_table(report_tables.layer_table(result))
    for table in (
        report_tables.action_table(result),
        report_tables.cause_table(result),
        report_tables.day_table(result),
        report_tables.process_table(result),
        report_tables.settings_table(result),
    ):
        yield folded(table)
    yield "</section>"


def _id(result: Result) -> str:
    return slug("result", result.key)
