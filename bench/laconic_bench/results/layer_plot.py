"""The plot of where the bytes are: a bar of layers for each contender."""

from collections.abc import Mapping, Sequence
from typing import Final

from laconic_bench.results import canvas
from laconic_bench.results.colours import INK, SERIES, SURFACE
from laconic_bench.results.lines import chosen, left_out
from laconic_bench.results.numbers_text import decimal_text
from laconic_bench.results.plot import Plot, slug
from laconic_bench.results.result import Result
from laconic_bench.units import MONTH_DAYS

ZOOM: Final = 8
"""Contenders that need less than the largest one by this factor are drawn again, larger."""
INVISIBLE: Final = 40
_ROW_PIXELS: Final = 34
_AXIS_PIXELS: Final = 62
OTHERS: Final = "others"

_Bar = tuple[str, dict[str, float]]
"""What is written above it, and megabytes in a month by layer."""


def layers_of(results: Sequence[Result]) -> list[str]:
    """Return the layers that are drawn; where they stand decides their colour.

    If there are more than colours, the smallest ones become `others`.
    """
    shares: dict[str, float] = {}
    for result in results:
        for figures in result.measured_contenders.values():
            for layer, size in figures.by_layer.items():
                share = size / max(figures.wire_bytes, 1)
                shares[layer] = max(share, shares.get(layer, 0.0))
    if len(shares) <= len(SERIES):
        return list(shares)
    largest = sorted(shares, key=lambda layer: -shares[layer])[: len(SERIES) - 1]
    return [*(layer for layer in shares if layer in largest), OTHERS]


def layer_plot(result: Result, layers: Sequence[str]) -> Plot | None:
    """Return the plot of a result; None if no contender tells its layers.

    `layers` are those of `layers_of` all results of the page, so that colours stay the same.
    """
    bars = sorted(_bars(result), key=_length)
    if not bars:
        return None
    drawn = [(label, _named(parts, layers)) for label, parts in bars]
    ends = [drawn[0][0]] if len(drawn) == 1 else [f"from {drawn[0][0]}", f"to {drawn[-1][0]}"]
    return Plot(
        slug("layers", result.key),
        "Bytes by layer",
        f"A bar of bytes by layer for each contender on {result.key}: {', '.join(ends)}.",
        lambda width: _draw(drawn, layers, width),
        note=left_out(_names(result)),
    )


def _names(result: Result) -> list[str]:
    return [name for name, figures in result.measured_contenders.items() if figures.by_layer]


def _bars(result: Result) -> list[_Bar]:
    bars: list[_Bar] = []
    for name in chosen(_names(result)):
        figures = result.measured_contenders[name]
        parts = {layer: result.mb_per_month(size) for layer, size in figures.by_layer.items()}
        computed = ", computed" if result.contenders[name].is_computed else ""
        bars.append((f"{name}: {decimal_text(sum(parts.values()))} MB{computed}", parts))
    return bars


def _named(parts: Mapping[str, float], layers: Sequence[str]) -> dict[str, float]:
    found = dict.fromkeys(layers, 0.0)
    for layer, size in parts.items():
        found[layer if layer in found else OTHERS] += size
    return found


def _draw(bars: Sequence[_Bar], layers: Sequence[str], width: int) -> canvas.Figure:
    groups = _groups(bars)
    heights = [len(group) * _ROW_PIXELS + _AXIS_PIXELS for group in groups]
    with canvas.style():
        height = sum(heights) + canvas.legend_pixels(width, layers)
        made = canvas.figure(width, height)
        axes = canvas.panels(made, heights)
        for one, group in zip(axes, groups, strict=True):
            _draw_panel(one, group, layers, width)
            if group is not groups[0]:
                one.set_title(f"The {len(group)} shortest, on another scale")
        canvas.legend(made, width, _patches(layers), layers)
        return made


def _groups(bars: Sequence[_Bar]) -> list[Sequence[_Bar]]:
    """Return all bars, those that would be too short to see, and so on."""
    groups = [bars]
    while True:
        longest = _length(groups[-1][-1])
        small = [bar for bar in groups[-1] if _length(bar) * ZOOM < longest]
        # One bar on its own compares with nothing, and is drawn again only if it was invisible.
        if not small or (len(small) == 1 and _length(small[0]) * INVISIBLE > longest):
            return groups
        groups.append(small)


def _length(bar: _Bar) -> float:
    return sum(bar[1].values())


def _draw_panel(axes: canvas.Axes, bars: Sequence[_Bar], layers: Sequence[str], width: int) -> None:
    places = [-row for row in range(len(bars))]
    start = [0.0] * len(bars)
    longest = _length(bars[-1])
    for number, layer in enumerate(layers):
        sizes = [parts[layer] for _, parts in bars]
        # The line between two parts must not hide a narrow one.
        edges = [0.8 if size > longest / 100 else 0.0 for size in sizes]
        axes.barh(
            places, sizes, 0.44, start, color=SERIES[number], edgecolor=SURFACE, linewidth=edges
        )
        start = [before + size for before, size in zip(start, sizes, strict=True)]
    for place, (label, _) in zip(places, bars, strict=True):
        # Above its bar: names are too long for a margin on a phone.
        text = canvas.fitted(label, width - 20)
        canvas.label(axes, (0, place + 0.3), text, xytext=(0, 0), color=INK, va="bottom")
    axes.set_ylim(places[-1] - 0.5, 0.9)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(False, axis="y")
    canvas.number_axis(axes, "x", [max(start)])
    canvas.axis_text(axes, width, f"MB in {MONTH_DAYS} days, both ways")


def _patches(layers: Sequence[str]) -> list[canvas.Handle]:
    from matplotlib.patches import Patch

    return [Patch(color=SERIES[number]) for number in range(len(layers))]
