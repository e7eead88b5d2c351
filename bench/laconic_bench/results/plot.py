"""A plot that can be drawn at several widths, with what tells the same in words and numbers."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from laconic_bench.results.canvas import Figure
from laconic_bench.results.result import Key
from laconic_bench.results.table import Table

_SAFE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot of the page."""

    name: str
    """Of its file, and where it begins the ids of the page: letters, digits and hyphens."""
    title: str
    description: str
    """What is to be seen, for those who do not see it."""
    draw: Callable[[int], Figure]
    """Draws at a width in pixels."""
    tables: Sequence[Table] = ()
    """The figures that are drawn."""
    note: str = ""
    """What else is to be known."""


def slug(kind: str, key: Key) -> str:
    """Return a name for files and ids that no other kind and key has."""
    nat = key.nat_timeout_seconds
    parts = [kind, key.scenario, key.link, *([] if nat is None else [f"nat{nat:g}"])]
    parts += ["" if key.measured == "model" else "live", *key.events]
    text = "-".join(part for part in parts if part)
    if _SAFE.fullmatch(text):
        return text
    # Two names that differ only in what is not safe must not become one.
    return f"{re.sub('[^a-z0-9]+', '-', text.lower())}-{crc32(repr(key).encode()):08x}"
