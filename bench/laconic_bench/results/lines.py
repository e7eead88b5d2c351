"""Lines through measured points, each told by colour, marker and legend."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from laconic_bench.results import canvas
from laconic_bench.results.colours import MUTED, SERIES
from laconic_bench.results.result import DEFAULT_CONTENDER

MOST_LINES: Final = 16
"""More cannot be told apart."""
_MARKERS: Final = ("o", "s", "^", "D")
_DASHES: Final = ("-", (0, (4, 2)))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plot; the points are in the order in which they are joined."""

    name: str
    points: Sequence[tuple[float, float]]


def chosen(names: Sequence[str]) -> list[str]:
    """Return those that are drawn: the default contender first, then in their order."""
    ordered = sorted(names, key=lambda name: name != DEFAULT_CONTENDER)
    return ordered[:MOST_LINES]


def left_out(names: Sequence[str]) -> str:
    """Return what is to be said about those that are not drawn; empty if there are none."""
    more = len(names) - MOST_LINES
    return f"{more} more are not drawn; the table has them." if more > 0 else ""


def draw_lines(axes: canvas.Axes, lines: Sequence[Line], *, markers: bool) -> list[canvas.Handle]:
    """Draw lines, the first one above the others; return them for the legend."""
    drawn: list[canvas.Handle] = []
    for number, line in enumerate(lines):
        turn = number // len(SERIES)
        [one] = axes.plot(
            [x for x, _ in line.points],
            [y for _, y in line.points],
            color=SERIES[number % len(SERIES)],
            linestyle=_DASHES[turn % len(_DASHES)],
            linewidth=3.0 if line.name == DEFAULT_CONTENDER else 1.8,
            marker=_MARKERS[turn % len(_MARKERS)] if markers else "",
            zorder=3 + len(lines) - number,
        )
        drawn.append(one)
    return drawn


def reference(axes: canvas.Axes, y: float) -> canvas.Handle:
    """Draw a horizontal line for comparison; return it for the legend."""
    return axes.axhline(y, color=MUTED, linewidth=1.4, linestyle=(0, (1, 2)), zorder=2)


def line_figure(width: int, names: Sequence[str], plot_pixels: float) -> canvas.Figure:
    """Return an empty figure with room for a legend of these names."""
    return canvas.figure(width, plot_pixels + canvas.legend_pixels(width, names))
