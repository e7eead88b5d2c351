"""Parts of the page."""

from laconic_bench.results.html_parts import folded, html_facts, html_table
from laconic_bench.results.table import Table
from tests.support.html_tables import Page

TABLE = Table("Bytes & more", ("contender", "class", "MB", "note"), [("a", "b", "1.5", "<i>")], 2)


def test_labels_and_figures_are_told_apart() -> None:
    assert '<th scope="row">a</th><td class="label">b</td><td>1.5</td>' in html_table(TABLE)
    found = Page(html_table(TABLE))
    assert found.tables == {"Bytes & more": [[*TABLE.columns], [*TABLE.rows[0]]]}


def test_a_table_without_rows_is_left_out() -> None:
    empty = Table("Nothing", ("contender",), [])
    assert html_table(empty) == folded(empty) == ""


def test_a_folded_table_says_what_it_is() -> None:
    assert folded(TABLE).startswith("<details><summary>Table: Bytes &amp; more</summary>")


def test_facts_are_names_and_values() -> None:
    assert html_facts([("days", "30"), ("a<b", "&")]) == (
        "<dl><div><dt>days</dt><dd>30</dd></div><div><dt>a&lt;b</dt><dd>&amp;</dd></div></dl>"
    )
