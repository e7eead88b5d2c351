"""The plot of a budget over the month."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.results.budget_plot import budget_plot, spending_of
from laconic_bench.results.canvas import WIDE
from laconic_bench.results.result import Contender, Figures
from tests.support.bench_results import sample, with_contender, with_figures

FEW = sample(names=["ocppj-tls", "laconic"])


def test_what_is_left_falls_with_each_day() -> None:
    found = spending_of([1_000_000, 500_000, 4_000_000], 3.0, 5.0)
    assert found.measured == [(0.0, 5.0), (1.0, 4.0), (2.0, 3.5), (3.0, -0.5)]
    assert found.used_up_on_day == 3 and found.is_used_up


@pytest.mark.parametrize("days", [0.1, 0.2, 0.999])
def test_a_part_of_a_day_ends_where_it_ends(days: float) -> None:
    found = spending_of([300_000], days, 25.0)
    assert found.measured == [(0.0, 25.0), (days, 24.7)]
    # One straight line from there on: no day is cheaper than another.
    assert [day for day, _ in found.extended] == [days, *range(1, 31)]
    for day, left in found.extended:
        assert left == pytest.approx(25.0 - 0.3 / days * day)


def test_what_comes_after_the_end_is_charged_to_the_last_day() -> None:
    found = spending_of([1_000_000, 500_000, 250_000], 2.0, 5.0)
    assert found.measured == [(0.0, 5.0), (1.0, 4.0), (2.0, 3.25)]
    found = spending_of([1_000_000, 500_000, 250_000], 2.5, 5.0)
    assert found.measured[-1] == (2.5, 3.25)
    silent_at_the_end = spending_of([1_000_000], 2.0, 5.0)
    assert silent_at_the_end.measured[-1] == (2.0, 4.0)
    assert silent_at_the_end.extended[:2] == [(2.0, 4.0), (3, 3.5)]


@given(
    st.integers(1, 40), st.lists(st.integers(0, 10**7), min_size=40, max_size=40), st.floats(1, 99)
)
def test_what_was_not_measured_goes_on_at_the_mean_rate(
    days: int, sizes: list[int], budget_mb: float
) -> None:
    found = spending_of(sizes[:days], days, budget_mb)
    assert len(found.measured) == days + 1
    if days >= 30:
        assert found.extended == []
        return
    assert len(found.extended) == 31 - days and found.extended[0] == found.measured[-1]
    month_mb = sum(sizes[:days]) / days * 30 / 1e6
    assert found.extended[-1][1] == pytest.approx(budget_mb - month_mb)
    assert (found.used_up_on_day is not None) >= (month_mb > budget_mb + 1e-6)


def test_a_short_run_has_a_dashed_line_to_the_end_of_the_month() -> None:
    sent = Figures(1, 3_000_000, 0, daily_wire_bytes=(2_000_000, 1_000_000))
    few = with_contender(sample(names=["laconic"], days=2), "laconic", Contender(sent))
    plot = budget_plot(few, 25.0)
    assert plot is not None
    assert plot.note == "Thin dashes: at the mean rate of the 2 days that were measured."
    [axes] = plot.draw(WIDE).axes
    measured, extended = axes.lines
    assert list(measured.get_ydata()) == [25.0, 23.0, 22.0]
    assert list(extended.get_xdata()) == list(range(2, 31))
    assert extended.get_ydata()[0] == 22.0 and extended.get_ydata()[-1] == 25.0 - 45.0
    assert extended.get_color() == measured.get_color()
    assert axes.get_xlim() == (0, 30)
    [table] = plot.tables
    assert table.columns[2:] == [
        *("MB used in 2 days", "MB left then", "MB left after 30 days at this rate"),
    ]
    assert table.rows == [("laconic", "17 at this rate", "3.000", "22.00", "0")]


def test_a_line_for_each_contender_begins_at_the_budget() -> None:
    plot = budget_plot(FEW, 25.0)
    assert plot is not None
    [axes] = plot.draw(WIDE).axes
    laconic, ocppj = axes.lines
    assert [len(line.get_xdata()) for line in (laconic, ocppj)] == [31, 31]
    assert "MB left after" not in " ".join(plot.tables[0].columns)
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
    assert list(ocppj) == ["ocppj-tls", "2", "30.00", "0", "0"]


def test_without_days_there_is_no_plot() -> None:
    alone = sample(names=["laconic"])
    assert budget_plot(with_figures(alone, daily_wire_bytes=()), 25.0) is None
