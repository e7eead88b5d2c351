"""The plot of a budget over the month."""

import pytest

from laconic_bench.results.budget_plot import budget_plot, left_each_day
from laconic_bench.results.canvas import WIDE
from laconic_bench.results.result import Contender, Figures
from tests.support.bench_results import sample, with_contender, with_figures

FEW = sample(names=["ocppj-tls", "laconic"])


def test_what_is_left_falls_with_each_day() -> None:
    assert left_each_day([1_000_000, 500_000, 4_000_000], 5.0) == [5.0, 4.0, 3.5, -0.5]
    assert left_each_day([], 5.0) == [5.0]


def test_a_line_for_each_contender_begins_at_the_budget() -> None:
    plot = budget_plot(FEW, 25.0)
    assert plot is not None
    [axes] = plot.draw(WIDE).axes
    laconic, ocppj = axes.lines
    assert [len(line.get_xdata()) for line in (laconic, ocppj)] == [31, 31]
    assert laconic.get_ydata()[0] == ocppj.get_ydata()[0] == 25.0
    sent = FEW.measured_contenders["laconic"].wire_bytes / 1e6
    assert laconic.get_ydata()[-1] == pytest.approx(25.0 - sent)
    # What is used up stays below the axis.
    assert axes.get_ylim()[0] == 0 > ocppj.get_ydata()[-1]


def test_the_table_tells_on_which_day_nothing_is_left() -> None:
    few = sample(names=["laconic", "ocppj-tls"], days=2)
    days = (10_000_000, 20_000_000)
    sent = Figures(1, 30_000_000, 0, daily_wire_bytes=days)
    few = with_contender(few, "ocppj-tls", Contender(sent))
    plot = budget_plot(few, 25.0)
    assert plot is not None
    laconic, ocppj = plot.tables[0].rows
    assert laconic[1] == "not used up"
    assert list(ocppj) == ["ocppj-tls", "2", "30.00", "0"]


def test_without_days_there_is_no_plot() -> None:
    alone = sample(names=["laconic"])
    assert budget_plot(with_figures(alone, daily_wire_bytes=()), 25.0) is None
