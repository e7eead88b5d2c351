"""Figures of matplotlib in the style of the page, as SVG and as PNG.

Nothing of `pyplot` is used: it keeps a state, and may look for a window system.
"""

import re
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any, Final, TypeAlias

import matplotlib.figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from laconic_bench.results.colours import GRID, INK, MUTED, SURFACE, by_theme

Axes: TypeAlias = Any
Figure: TypeAlias = Any
Handle: TypeAlias = Any
"""Of matplotlib. Its functions take keywords that the strict checkers cannot know."""

WIDE: Final = 760
NARROW: Final = 340
"""Widths in pixels, for a desk and for a phone."""
TEXT_PIXELS: Final = 11.5
LOG_FROM: Final = 30
"""Values that differ by this factor get a logarithmic axis."""
_UNITS_PER_INCH: Final = 72
_PNG_SCALE: Final = 2
_CHARACTER_PIXELS: Final = 7.2
"""Mean width of a character; the font of the browser may be narrower."""
_HANDLE_PIXELS: Final = 40
_LEFT_OUT: Final = re.compile(
    r"<!--.*?-->\s*|<metadata>.*?</metadata>\s*|<style.*?</style>\s*", re.DOTALL
)
"""Of a drawing: comments, a description of the file, and what would be styles of the whole page."""
_TAG: Final = re.compile(r"<[^>]*>")
_SAYS_NOTHING: Final = re.compile(r' font-family: [^;]*;| transform="rotate\(-0 [^"]*\)"')
_ID: Final = re.compile(r'\b(id="|href="#|url\(#)')

_STYLE: Final[dict[str, Any]] = {
    "font.family": "sans-serif",
    "font.size": TEXT_PIXELS,
    "axes.titlesize": TEXT_PIXELS,
    "axes.titlelocation": "left",
    "axes.titlecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": GRID,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "text.color": INK,
    "legend.frameon": False,
    "legend.labelcolor": MUTED,
    "legend.handlelength": 1.6,
    "legend.columnspacing": 1.2,
    "lines.linewidth": 2.0,
    "lines.markersize": 6.0,
    "lines.markeredgecolor": SURFACE,
    "figure.facecolor": SURFACE,
    "svg.fonttype": "none",
    # Names of contenders are no formulas.
    "text.parse_math": False,
}


@contextmanager
def style(name: str = "") -> Generator[None]:
    """Draw and save inside of it; `name` begins the ids of a drawing."""
    library: Any = matplotlib
    with library.rc_context({**_STYLE, "svg.hashsalt": name or None}):
        yield


def figure(width: int, height: float) -> Figure:
    """Return an empty figure of a size in pixels."""
    size = (width / _UNITS_PER_INCH, height / _UNITS_PER_INCH)
    return matplotlib.figure.Figure(figsize=size, dpi=_UNITS_PER_INCH, layout="constrained")


def panels(made: Figure, heights: Sequence[float]) -> list[Axes]:
    """Return axes, one below the other, with these shares of the height."""
    grid = made.add_gridspec(len(heights), 1, height_ratios=list(heights))
    return [made.add_subplot(grid[row, 0]) for row in range(len(heights))]


def fitted(text: str, width: int) -> str:
    """Return a text that has room in a width in pixels; the tables have it whole."""
    most = int(width / _CHARACTER_PIXELS)
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}\N{HORIZONTAL ELLIPSIS}"


def legend_columns(width: int, labels: Sequence[str]) -> int:
    """Return how many columns of labels fit beside each other."""
    longest = max(map(len, labels), default=1) * _CHARACTER_PIXELS + _HANDLE_PIXELS
    return max(1, min(len(labels), int(width / longest)))


def legend(made: Figure, width: int, handles: Sequence[Handle], labels: Sequence[str]) -> None:
    """Put a legend above the plot."""
    columns = legend_columns(width, labels)
    cut = [fitted(label, width - _HANDLE_PIXELS) for label in labels]
    made.legend(list(handles), cut, loc="outside upper left", ncols=columns)


def legend_pixels(width: int, labels: Sequence[str]) -> float:
    """Return how high a legend will be."""
    rows = -(-len(labels) // legend_columns(width, labels)) if labels else 0
    return rows * TEXT_PIXELS * 1.75 + 12


def label(axes: Axes, place: tuple[float, float], text: str, **how: Any) -> None:
    """Write a text at a place of the data; it takes no room from the axes, however long it is."""
    axes.annotate(text, place, textcoords="offset points", **how).set_in_layout(False)


def axis_text(axes: Axes, width: int, text: str) -> None:
    """Write what the x axis has."""
    axes.set_xlabel(fitted(text, width - _HANDLE_PIXELS), loc="left").set_in_layout(False)


def number_axis(axes: Axes, which: str, values: Sequence[float]) -> None:
    """Set up axis `x` or `y` for values from 0 on; logarithmic if they differ much."""
    positive = [value for value in values if value > 0]
    axis: Any = getattr(axes, f"{which}axis")
    if positive and max(positive) > LOG_FROM * min(positive):
        axes.set(**{f"{which}scale": "log"})
        axes.set(**{f"{which}lim": (min(positive) / 1.6, max(positive) * 1.6)})
        axis.set_minor_formatter(NullFormatter())
    else:
        axes.set(**{f"{which}lim": (0, max(positive, default=1) * 1.12)})
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(_tick_text))


def _tick_text(value: float, _position: int) -> str:
    return f"{value:,.10g}"


def to_svg(made: Figure, name: str, title: str, description: str) -> str:
    """Return a figure as an element of an HTML page, in colours of the page.

    `name` must be another one for each drawing of a page: it begins all ids.
    """
    text = StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with style(name), warnings.catch_warnings():
        # The browser has the letters that the font of matplotlib has not.
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        made.savefig(text, format="svg", metadata=nothing, transparent=True)
    drawn = text.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    head_end = drawn.index(">")
    box = re.search(r'viewBox="[^"]*"', drawn[:head_end])
    assert box is not None
    inner = _LEFT_OUT.sub("", drawn[head_end + 1 :].strip())
    # Only inside of tags: names of contenders stay what they are.
    inner = _TAG.sub(lambda tag: _of_page(tag[0], name), inner)
    head = f'<svg {box[0]} role="img" aria-labelledby="{name}-title {name}-desc">'
    named = f'<title id="{name}-title">{escape(title)}</title>'
    described = f'<desc id="{name}-desc">{escape(description)}</desc>'
    return f"{head}\n{named}\n{described}\n{inner}"


def _of_page(tag: str, name: str) -> str:
    return by_theme(_ID.sub(rf"\1{name}-", _SAYS_NOTHING.sub("", tag)))


def to_png(made: Figure, path: Path) -> None:
    """Write a figure in the light colours, at twice its size."""
    with style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        # Without a version or a date the same figure is the same file.
        made.savefig(path, dpi=_UNITS_PER_INCH * _PNG_SCALE, metadata={"Software": None})
