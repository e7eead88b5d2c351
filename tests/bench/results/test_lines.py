"""Lines that can be told apart."""

from laconic_bench.results import canvas
from laconic_bench.results.lines import (
    MOST_LINES,
    Line,
    chosen,
    draw_lines,
    left_out,
    line_figure,
    reference,
)


def test_the_default_contender_is_first_and_the_others_stay_in_order() -> None:
    assert chosen(["ocppj", "laconic", "mqtt"]) == ["laconic", "ocppj", "mqtt"]
    many = [f"way {number}" for number in range(MOST_LINES + 2)]
    assert chosen([*many, "laconic"]) == ["laconic", *many[: MOST_LINES - 1]]
    assert left_out(many) == "2 more are not drawn; the table has them."
    assert left_out(many[:MOST_LINES]) == ""


def test_each_line_has_a_look_of_its_own() -> None:
    lines = [Line(f"way {number}", [(0, number), (1, number)]) for number in range(MOST_LINES)]
    with canvas.style():
        [axes] = canvas.panels(line_figure(canvas.WIDE, [], 100), [1.0])
        drawn = [*draw_lines(axes, lines, markers=True), reference(axes, 3)]
    looks = {(one.get_color(), one.get_marker(), str(one.get_linestyle())) for one in drawn}
    assert len(looks) == MOST_LINES + 1
    assert [list(one.get_ydata()) for one in drawn[:2]] == [[0, 0], [1, 1]]
