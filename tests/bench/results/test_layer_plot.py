"""The plot of layers: its bars are the figures."""

import re
from typing import Any

import pytest

from laconic_bench.results.canvas import NARROW, WIDE
from laconic_bench.results.layer_plot import OTHERS, layer_plot, layers_of
from laconic_bench.results.lines import MOST_LINES
from laconic_bench.results.plot import Plot
from laconic_bench.results.result import Result
from tests.support.bench_results import sample, several, with_contender, with_figures

FEW = sample(names=["laconic", "laconic-window-900", "ocppj-tls"])


def made(result: Result) -> Plot:
    plot = layer_plot(result, layers_of([result]))
    assert plot is not None
    return plot


def lengths(axes: Any) -> list[float]:
    """Megabytes of each bar of some axes, from top to bottom."""
    sums: dict[float, float] = {}
    for part in axes.patches:
        place = round(part.get_y(), 3)
        sums[place] = sums.get(place, 0.0) + part.get_width()
    return [sums[place] for place in sorted(sums, reverse=True)]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_bar_is_as_long_as_the_month_is_large(width: int) -> None:
    whole, zoomed = made(FEW).draw(width).axes
    months = sorted(FEW.mb_per_month(one.wire_bytes) for one in FEW.measured_contenders.values())
    assert lengths(whole) == pytest.approx(months)
    assert lengths(zoomed) == pytest.approx(months[:2])
    labels = [text.get_text() for text in zoomed.texts]
    assert labels == [f"laconic-window-900: {months[0]:.3f} MB", f"laconic: {months[1]:.3f} MB"]
    assert [text.get_text() for text in whole.texts][2:] == [f"ocppj-tls: {months[2]:.1f} MB"]


def test_no_bar_of_many_is_too_short_to_see() -> None:
    axes = made(sample()).draw(WIDE).axes
    assert [len(lengths(one)) for one in axes] == [12, 11, 5]
    for group in axes:
        smallest, *_, longest = lengths(group)
        assert group is not axes[-1] or smallest * 40 > longest
    assert axes[0].texts[-1].get_text().startswith("soap-https: 2,")
    assert axes[0].texts[-1].get_text().endswith(" MB, computed")


def test_more_bars_than_can_be_read_are_named() -> None:
    many = FEW
    for number in range(MOST_LINES):
        many = with_contender(many, f"way {number}", FEW.contenders["ocppj-tls"])
    plot = made(many)
    assert len(lengths(plot.draw(WIDE).axes[0])) == MOST_LINES
    assert plot.note == "3 more are not drawn; the table has them."


def test_one_contender_has_one_bar() -> None:
    [axes] = made(sample(names=["laconic"])).draw(WIDE).axes
    assert len(lengths(axes)) == 1


def test_colours_stay_the_same_over_the_page_and_small_layers_go_together() -> None:
    layers = layers_of(several())
    assert len(layers) == 8
    assert layers[0] == "payload"
    assert layers[-1] == OTHERS
    assert layers_of([FEW]) == ["payload", "oscore", "coap", "udp", "ip", "websocket", "tls", "tcp"]
    assert "mqtt" not in layers  # The smallest one.


def test_without_layers_there_is_no_plot() -> None:
    alone = sample(names=["laconic"])
    assert layer_plot(with_figures(alone, by_layer={}), ["payload"]) is None


def test_the_description_tells_the_ends() -> None:
    told = r".* on boda-site, 2g, NAT 120 s: from laconic-window-900: .* MB, to ocppj-tls: .* MB\."
    assert re.fullmatch(told, made(FEW).description)
    assert made(FEW).name == "layers-boda-site-2g-nat120"
