"""Lines of tables."""

from laconic_bench.link_figures.row import Row, bytes_row


def test_a_row_says_whether_its_goal_is_met() -> None:
    assert bytes_row("a", 1_000, 999).markdown() == "| a | <= 999 B | 1,000 B | **no** |"
    assert bytes_row("a", 9, 9, ", all").markdown() == "| a | <= 9 B | 9 B, all | yes |"
    assert Row("a", "-", "9 B").markdown() == "| a | - | 9 B | - |"
