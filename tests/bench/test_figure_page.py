"""A section of a page is measured anew, and the others stay as they are."""

from collections.abc import Iterator

from laconic_bench.figure_page import again, stamped


def _section() -> Iterator[str]:
    yield "## CPU"
    yield ""
    yield "new"


def test_a_section_tells_when_and_where_it_was_measured() -> None:
    heading, empty, *stamp, last = stamped(_section)
    assert (heading, empty, last) == ("## CPU", "", "new")
    assert "commit" in stamp[0]
    assert "cores" in stamp[1]


def test_one_section_is_measured_anew_and_the_others_stay() -> None:
    page = ["# Figures", "", "## Exchanges", "kept", "## CPU", "old", "## Last", "kept too"]
    made = list(again(page, _section))
    assert made[:5] == page[:5]
    assert made[-2:] == page[-2:]
    assert "old" not in made
    assert "new" in made
