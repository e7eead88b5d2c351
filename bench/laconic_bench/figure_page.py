"""A page of figures: sections, each measured on its own and stamped with when and where."""

import os
import platform
import subprocess
import textwrap
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias

Section: TypeAlias = Callable[[], Iterator[str]]
"""Measures, and yields the lines of the section; the first one is its heading."""

LINE_CHARACTERS: Final = 100


def stamped(section: Section) -> Iterator[str]:
    """Yield the lines of a section, with when and where it was measured below its heading."""
    heading, *lines = section()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    yield heading
    yield ""
    yield f"{datetime.now(UTC):%Y-%m-%d}, commit {commit or 'unknown'}, CPython"
    yield f"{platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores shared with"
    yield f"others, load average at the end {os.getloadavg()[1]:.1f}."
    yield from lines


def paragraph(text: str) -> Iterator[str]:
    """Yield the lines of a paragraph, and an empty one."""
    yield from textwrap.wrap(text, LINE_CHARACTERS, break_on_hyphens=False)
    yield ""


def again(page: Sequence[str], section: Section) -> Iterator[str]:
    """Yield the lines of a page, one of its sections measured anew."""
    made = list(stamped(section))
    is_old = False
    for line in page:
        if line.startswith("## "):
            is_old = line == made[0]
            if is_old:
                yield from made
        if not is_old:
            yield line
