"""The plot of cost against chargers."""

from dataclasses import replace

import pytest

from laconic_bench.results.canvas import NARROW, WIDE
from laconic_bench.results.cost_plot import cost_plot
from laconic_bench.results.price import Price
from tests.support.bench_results import SITES, sample

NAMES = ["laconic", "ocppj-tls"]
RESULTS = [sample(scenario, names=NAMES) for scenario in SITES]
PRICE = Price(2.0, "KES", 25.0)


def test_the_points_are_what_was_measured() -> None:
    plot = cost_plot(RESULTS[::-1], PRICE)
    assert plot is not None
    [axes] = plot.draw(WIDE).axes
    laconic, ocppj, budget = axes.lines
    for line, name in ((laconic, "laconic"), (ocppj, "ocppj-tls")):
        figures = [one.measured_contenders[name] for one in RESULTS]
        assert list(line.get_xdata()) == [1, 4, 12, 105]
        assert list(line.get_ydata()) == pytest.approx(
            [2 * one.wire_bytes / 1e6 for one in figures]
        )
    assert list(budget.get_ydata()) == [50.0, 50.0]
    assert plot.name == "cost-2g-nat120"
    assert "chaji (1), swap (4), boda-site (12), depot (105)" in plot.description


def test_the_table_has_the_price() -> None:
    plot = cost_plot(RESULTS, PRICE)
    assert plot is not None
    [table] = plot.tables
    assert table.caption == "KES in 30 days"
    megabytes = RESULTS[2].mb_per_month(RESULTS[2].measured_contenders["laconic"].wire_bytes)
    assert table.rows[0][3] == PRICE.text(megabytes) == f"{2 * megabytes:.3f}"


def test_a_contender_that_is_missing_at_a_site_has_one_point_less() -> None:
    plot = cost_plot([*RESULTS[:3], sample("depot", names=["laconic"])], PRICE)
    assert plot is not None
    [axes] = plot.draw(WIDE).axes
    assert [len(line.get_xdata()) for line in axes.lines[:2]] == [4, 3]
    assert plot.tables[0].rows[1][-1] == "-"


def test_numbers_of_chargers_do_not_overlap() -> None:
    counts = range(1, 106, 4)
    sites = [replace(RESULTS[2], scenario=f"s{one}", chargers=one) for one in counts]
    for width, most in ((WIDE, 27), (NARROW, 12)):
        plot = cost_plot(sites, PRICE)
        assert plot is not None
        [axes] = plot.draw(width).axes
        ticks = axes.get_xticks()
        assert 3 < len(ticks) <= most
        assert set(ticks) < set(counts)


def test_sites_of_one_size_are_no_plot() -> None:
    assert cost_plot(RESULTS[:1], PRICE) is None
    assert cost_plot([RESULTS[0], replace(RESULTS[1], chargers=1)], PRICE) is None
    assert cost_plot([RESULTS[0], replace(RESULTS[1], chargers=None)], PRICE) is None
