"""Tables as Markdown."""

import pytest

from laconic_bench.results.table import Table, markdown_lines


def test_labels_are_on_the_left_and_figures_on_the_right() -> None:
    table = Table("bytes", ("contender", "kind", "MB"), [("laconic", "a|b", "2.9")], labels=2)
    assert list(markdown_lines(table)) == [
        "| contender | kind | MB |",
        "|---|---|---:|",
        "| laconic | a\\|b | 2.9 |",
    ]


def test_a_row_of_another_length_is_a_fault_of_the_program() -> None:
    with pytest.raises(AssertionError, match="has not 2 cells"):
        Table("bytes", ("contender", "MB"), [("laconic",)])
