"""Figures as parts of a page and as files."""

import struct
from pathlib import Path

import pytest

from laconic_bench.results import canvas
from tests.support.html_tables import Page


def drawing(name: str = "one", label: str = "laconic") -> str:
    with canvas.style():
        made = canvas.figure(canvas.WIDE, 200)
        [axes] = canvas.panels(made, [1.0])
        [line] = axes.plot([1, 2, 3], [3, 1, 2], marker="o")
        canvas.number_axis(axes, "y", [1, 2, 3])
        canvas.legend(made, canvas.WIDE, [line], [label])
    return canvas.to_svg(made, name, "Title & more", "What <is> seen")


def test_a_drawing_stands_on_its_own() -> None:
    svg = drawing()
    assert svg.startswith('<svg viewBox="0 0 760 200" role="img"')
    for foreign in ("://", "<style", "<metadata", "<!--", "<?xml", "font-family"):
        assert foreign not in svg


def test_a_drawing_has_a_title_and_a_description() -> None:
    svg = drawing()
    page = Page(svg)
    assert page.tags[0][1]["aria-labelledby"] == "one-title one-desc"
    assert '<title id="one-title">Title &amp; more</title>' in svg
    assert '<desc id="one-desc">What &lt;is&gt; seen</desc>' in svg


def test_two_drawings_of_a_page_share_no_id_and_point_to_their_own() -> None:
    one, other = Page(drawing("one")), Page(drawing("other"))
    assert len(one.ids()) > 20
    assert all(found.startswith("one-") for found in one.ids())
    assert not set(one.ids()) & set(other.ids())
    targets = [attrs.get("xlink:href") for _, attrs in one.tags if "xlink:href" in attrs]
    assert targets
    assert {f"#{found}" for found in one.ids()} >= set(targets)


def test_the_colours_are_those_of_the_page() -> None:
    page = Page(drawing())
    styles = [attrs["style"] or "" for _, attrs in page.tags if "style" in attrs]
    assert any("var(--grid)" in style for style in styles)
    assert any("var(--muted)" in style for style in styles)


def test_text_stays_text_also_if_it_looks_like_markup() -> None:
    label = 'a$b$ #2a78d6 id="x" <script> font-family: y;'
    page = Page(drawing(label=label))
    assert label in page.text
    assert "script" not in {tag for tag, _ in page.tags}


def test_letters_that_the_font_has_not_are_no_trouble(tmp_path: Path) -> None:
    assert "\N{ROCKET} \u6f22" in Page(drawing(label="\N{ROCKET} \u6f22")).text
    with canvas.style():
        made = canvas.figure(100, 100)
        made.text(0.5, 0.5, "\N{ROCKET} \u6f22")
    canvas.to_png(made, tmp_path / "letters.png")


def test_the_same_figure_is_the_same_drawing_and_the_same_file(tmp_path: Path) -> None:
    assert drawing() == drawing()
    for name in ("a.png", "b.png"):
        with canvas.style():
            made = canvas.figure(300, 200)
            canvas.panels(made, [1.0])[0].plot([1, 2], [2, 1])
        canvas.to_png(made, tmp_path / name)
    data = (tmp_path / "a.png").read_bytes()
    assert data == (tmp_path / "b.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert struct.unpack(">II", data[16:24]) == (600, 400)


@pytest.mark.parametrize(
    ("values", "scale"),
    [([], "linear"), ([0.0], "linear"), ([1, 30], "linear"), ([0, 1, 31], "log")],
)
def test_an_axis_is_logarithmic_if_the_values_differ_much(values: list[float], scale: str) -> None:
    with canvas.style():
        [axes] = canvas.panels(canvas.figure(300, 200), [1.0])
        canvas.number_axis(axes, "y", values)
    assert axes.get_yscale() == scale
    low, high = axes.get_ylim()
    assert all(low <= value <= high for value in values if value)
    assert (low == 0) == (scale == "linear")


def test_long_texts_are_cut() -> None:
    assert canvas.fitted("a  short\none", 100) == "a short one"
    assert canvas.fitted("x" * 100, canvas.NARROW) == "x" * 46 + "\N{HORIZONTAL ELLIPSIS}"


def test_a_legend_has_the_columns_that_fit() -> None:
    assert canvas.legend_columns(canvas.WIDE, ["ip"] * 20) == 13
    assert canvas.legend_columns(canvas.NARROW, ["ip"] * 20) == 6
    assert canvas.legend_columns(canvas.NARROW, ["a very long name of a contender"] * 3) == 1
    assert canvas.legend_columns(canvas.WIDE, ["ip"]) == 1
    assert canvas.legend_pixels(canvas.WIDE, []) < canvas.legend_pixels(canvas.WIDE, ["ip"])
