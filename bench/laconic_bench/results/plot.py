"""A plot that can be drawn at several widths, with what tells the same in words and numbers."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from laconic_bench.results.table import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot of the page."""

    name: str
    """Of its file, and where it begins the ids of the page: letters, digits and hyphens."""
    title: str
    description: str
    """What is to be seen, for those who do not see it."""
    draw: "Callable[[int], Figure]"
    """Draws at a width in pixels."""
    tables: Sequence[Table] = ()
    """The figures that are drawn."""
    note: str = ""
    """What else is to be known."""


def slug(*parts: object) -> str:
    """Return a name that is safe for files and ids."""
    text = "-".join(f"{part:g}" if isinstance(part, float) else str(part) for part in parts)
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "plot"
