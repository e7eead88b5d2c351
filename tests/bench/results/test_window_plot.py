"""The plot over the batch window."""

from dataclasses import replace

import pytest

from laconic_bench.results.canvas import WIDE
from laconic_bench.results.result import Figures, Result, Setting
from laconic_bench.results.window_plot import MOST_FAMILIES, window_plot
from tests.support.bench_results import sample, with_contender, with_figures

WINDOWS = ["laconic-window-0", "laconic", "laconic-window-300", "laconic-window-900"]
SWEPT = sample(names=WINDOWS)


def with_coding(result: Result, coding: str) -> Result:
    """Return a result that has each contender of a window also with another coding."""
    for name in WINDOWS:
        contender = result.contenders[name]
        settings: dict[str, Setting] = {**contender.settings, "coding": coding}
        result = with_contender(result, f"{name}-{coding}", replace(contender, settings=settings))
    return result


def test_a_line_goes_through_the_windows_in_their_order() -> None:
    plot = window_plot(SWEPT)
    assert plot is not None
    [axes] = plot.draw(WIDE).axes
    [line] = axes.lines
    months = [SWEPT.mb_per_month(SWEPT.measured_contenders[one].wire_bytes) for one in WINDOWS]
    ages = [SWEPT.measured_contenders[one].delivery_ms["telemetry"].p95 / 1000 for one in WINDOWS]
    assert list(line.get_ydata()) == pytest.approx(months)
    assert list(line.get_xdata()) == pytest.approx(ages)
    assert [text.get_text() for text in axes.texts] == ["0 s", "60 s", "300 s", "900 s"]
    # The age of interactive messages does not depend on the window.
    assert axes.get_xlabel() == "age at the CSMS in seconds, p95, of telemetry"


def test_the_table_has_every_window_and_class() -> None:
    plot = window_plot(SWEPT)
    assert plot is not None
    [table] = plot.tables
    assert [(row[1], row[2], row[4]) for row in table.rows] == [
        (name, seconds, message_class)
        for name, seconds in zip(WINDOWS, ["0", "60", "300", "900"], strict=True)
        for message_class in ("interactive", "telemetry")
    ]


def test_only_what_differs_in_the_window_alone_is_one_line() -> None:
    plot = window_plot(with_coding(SWEPT, "cbor"))
    assert plot is not None
    [axes] = plot.draw(WIDE).axes
    assert len(axes.lines) == 2
    assert {row[0] for row in plot.tables[0].rows} == {"laconic", "coding cbor"}


def test_windows_are_written_above_the_highest_line() -> None:
    result = with_coding(SWEPT, "cbor")
    for name in WINDOWS:
        figures = result.measured_contenders[name]
        dear = Figures(
            0, 9 * figures.wire_bytes_up, 0, latency_ms={}, delivery_ms=figures.delivery_ms
        )
        contender = replace(result.contenders[f"{name}-cbor"], figures=dear)
        result = with_contender(result, f"{name}-cbor", contender)
    plot = window_plot(result)
    assert plot is not None
    [axes] = plot.draw(WIDE).axes
    highest = max(axes.lines, key=lambda line: max(line.get_ydata()))
    assert [text.xy[1] for text in axes.texts] == list(highest.get_ydata())


def test_more_ways_than_colours_are_named() -> None:
    result = SWEPT
    for number in range(MOST_FAMILIES + 1):
        result = with_coding(result, f"c{number}")
    plot = window_plot(result)
    assert plot is not None
    [axes] = plot.draw(WIDE).axes
    assert len(axes.lines) == MOST_FAMILIES
    assert plot.note == "2 more ways are not drawn; the table has them."


def test_one_window_is_no_plot_and_others_than_laconic_have_none() -> None:
    assert window_plot(sample(names=["laconic", "zstd-coap", "ocppj-tls"])) is None
    assert window_plot(sample(names=["ocppj-tls"])) is None


def test_answers_are_drawn_if_nobody_knows_the_age() -> None:
    result = SWEPT
    for name in WINDOWS:
        result = with_figures(result, name, delivery_ms={})
    plot = window_plot(result)
    assert plot is not None
    assert {row[4] for row in plot.tables[0].rows} == {"interactive"}
