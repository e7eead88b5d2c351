"""One line of a table of figures: what it is, what was aimed at, what was measured."""

from dataclasses import dataclass

HEADERS_BYTES = 28
"""IPv4 without options, and UDP."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure. `is_met` is None where there is no goal, or where nothing could be measured."""

    figure: str
    goal: str
    measured: str
    is_met: bool | None = None

    def markdown(self) -> str:
        """Return the line of a table."""
        verdict = {True: "yes", False: "**no**", None: "-"}[self.is_met]
        return f"| {self.figure} | {self.goal} | {self.measured} | {verdict} |"


TABLE_HEAD = ("| figure | goal | measured | met |", "|---|---|---|---|")


def bytes_row(figure: str, measured_bytes: int, goal_bytes: int, note: str = "") -> Row:
    """Return a row of bytes on the wire; a goal is the most that is allowed."""
    measured = f"{measured_bytes:,} B{note}"
    return Row(figure, f"<= {goal_bytes:,} B", measured, measured_bytes <= goal_bytes)
