"""Measures journal, outbox and gateway, and writes the page of their figures.

    python -m laconic_bench.storage_figures > docs/storage-figures.md
    python -m laconic_bench.storage_figures --again cpu docs/storage-figures.md > new.md

The first takes about half an hour; bytes at the block device need root. The second measures one
section of a page anew and copies the others.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from laconic_bench.figure_page import again, stamped
from laconic_bench.storage_figures import disk_sections, journal_sections, life_sections
from laconic_bench.storage_figures.effort import Effort

SECTIONS: Final[dict[str, Callable[[Effort], Iterator[str]]]] = {
    "writes": journal_sections.writes_section,
    "grouping": journal_sections.grouping_section,
    "cpu": journal_sections.cpu_section,
    "gateway": life_sections.gateway_section,
    "damage": disk_sections.damage_section,
    "trouble": disk_sections.trouble_section,
    "csms": life_sections.csms_section,
    "outage": life_sections.outage_section,
}
"""In the order of the page."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m laconic_bench.storage_figures")
    parser.add_argument("--again", choices=[*SECTIONS], help="measure one section of PAGE anew")
    parser.add_argument("page", type=Path, nargs="?", metavar="PAGE")
    options = parser.parse_args(arguments)
    if options.again is None:
        lines = write(Effort())
    elif options.page is None:
        parser.error("--again needs the page")
    else:
        text = options.page.read_text(encoding="utf-8")
        lines = again(text.splitlines(), partial(SECTIONS[options.again], Effort()))
    for line in lines:
        print(line, flush=True)
    return 0


def write(effort: Effort) -> Iterator[str]:
    """Yield the lines of the page, each section when it has been measured."""
    yield "# Figures of journal, outbox and gateway"
    yield ""
    yield "Made by `make storage-figures`; not typed."
    yield ""
    for section in SECTIONS.values():
        yield from stamped(partial(section, effort))
