"""The plot of what waiting buys: bytes against the age of messages, over the batch window."""

from collections.abc import Mapping, Sequence
from typing import Final

from laconic_bench.results import canvas
from laconic_bench.results.colours import MUTED
from laconic_bench.results.lines import Line, draw_lines, line_figure
from laconic_bench.results.numbers_text import decimal_text, setting_text
from laconic_bench.results.plot import Plot, slug
from laconic_bench.results.result import (
    DEFAULT_CONTENDER,
    WINDOW,
    WINDOWS,
    Figures,
    Percentiles,
    Result,
)
from laconic_bench.results.table import Table

MOST_FAMILIES: Final = 8
MOST_CLASSES: Final = 3
_PANEL_PIXELS: Final = 270
_MATTERS: Final = 1.1
"""By which factor the age of a class must differ between windows, or it is not drawn."""

_Families = Mapping[str, Sequence[tuple[float, str]]]
"""By the other settings: windows in seconds, and the contenders that have them."""


def window_plot(result: Result) -> Plot | None:
    """Return the plot of a result; None without contenders that differ only in their window."""
    families = _families(result)
    classes = _classes(result, families)
    if not classes:
        return None
    drawn = dict(list(families.items())[:MOST_FAMILIES])
    more = len(families) - len(drawn)
    return Plot(
        slug("windows", result.key),
        "Bytes against latency, over the batch window",
        f"Lines through the batch windows that were measured on {result.key}: the longer messages"
        " may wait for their batch, the fewer bytes.",
        lambda width: _draw(result, drawn, classes, width),
        [_table(result, families)],
        f"{more} more ways are not drawn; the table has them." if more else "",
    )


def _families(result: Result) -> _Families:
    found: dict[tuple[tuple[str, str], ...], dict[float, str]] = {}
    for name in result.measured_contenders:
        settings = result.contenders[name].settings
        window = settings.get(WINDOW)
        if not name.startswith(DEFAULT_CONTENDER) or isinstance(window, str | bool | None):
            continue
        others = {key: setting_text(value) for key, value in settings.items() if key not in WINDOWS}
        found.setdefault(tuple(sorted(others.items())), {}).setdefault(float(window), name)
    swept = {others: windows for others, windows in found.items() if len(windows) > 1}
    every = [setting for others in swept for setting in others]
    return {
        # What all of them have is no part of the name.
        ", ".join(f"{one[0]} {one[1]}" for one in others if every.count(one) < len(swept))
        or DEFAULT_CONTENDER: sorted(windows.items())
        for others, windows in swept.items()
    }


def _ages(figures: Figures) -> Mapping[str, Percentiles]:
    return figures.delivery_ms or figures.latency_ms


def _classes(result: Result, families: _Families) -> list[str]:
    """Return the classes whose age depends on the window; all of them if none does."""
    ages: dict[str, list[float]] = {}
    for windows in families.values():
        for _, name in windows:
            for one, found in _ages(result.measured_contenders[name]).items():
                ages.setdefault(one, []).append(found.p95)
    different = [one for one, found in ages.items() if max(found) > _MATTERS * min(found)]
    return (different or list(ages))[:MOST_CLASSES]


def _draw(result: Result, families: _Families, classes: Sequence[str], width: int) -> canvas.Figure:
    names = list(families) if len(families) > 1 else []
    with canvas.style():
        made = line_figure(width, names, _PANEL_PIXELS * len(classes))
        for axes, one in zip(canvas.panels(made, [1.0] * len(classes)), classes, strict=True):
            lines = [Line(name, _points(result, families[name], one)) for name in families]
            drawn = draw_lines(axes, lines, markers=True)
            _write_windows(axes, result, families, one)
            points = [point for line in lines for point in line.points]
            canvas.number_axis(axes, "x", [x for x, _ in points])
            canvas.number_axis(axes, "y", [y for _, y in points])
            axes.set_title("MB in 30 days, both ways")
            canvas.axis_text(axes, width, f"age at the CSMS in seconds, p95, of {one}")
            if names and one == classes[0]:
                canvas.legend(made, width, drawn, names)
        return made


def _points(
    result: Result, windows: Sequence[tuple[float, str]], message_class: str
) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for _, name in windows:
        figures = result.measured_contenders[name]
        found = _ages(figures).get(message_class)
        if found is not None:
            points.append((found.p95 / 1_000, result.mb_per_month(figures.wire_bytes)))
    return points


def _write_windows(
    axes: canvas.Axes, result: Result, families: _Families, message_class: str
) -> None:
    # Above the highest line there is room; the windows of the others are in the same order.
    highest = max(
        families,
        key=lambda name: max(
            (y for _, y in _points(result, families[name], message_class)), default=0
        ),
    )
    windows = families[highest]
    for (window, _), point in zip(windows, _points(result, windows, message_class), strict=False):
        canvas.label(axes, point, f"{window:g} s", xytext=(0, 8), color=MUTED, ha="center")


def _table(result: Result, families: _Families) -> Table:
    rows: list[Sequence[str]] = []
    for family, windows in families.items():
        for window, name in windows:
            figures = result.measured_contenders[name]
            month = decimal_text(result.mb_per_month(figures.wire_bytes))
            for one, found in _ages(figures).items():
                age = decimal_text(found.p95)
                rows.append((family, name, f"{window:g}", month, one, age))
    columns = ("way", "contender", "window in s", "MB in 30 days", "class", "p95 age in ms")
    return Table("Batch windows", columns, rows, labels=2)
