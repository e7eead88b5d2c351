"""Measures the link and writes the page of its figures: docs/link-figures.md.

    python -m laconic_bench.link_figures [--datagrams 1000000] [--seed 1] > docs/link-figures.md
    python -m laconic_bench.link_figures --again latency docs/link-figures.md > new.md

The first takes about ten minutes; the fuzzer runs beside the rest, with the lowest priority. The
second measures one section of a page anew and copies the others.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from laconic_bench.figure_page import again, stamped
from laconic_bench.link_figures import page
from laconic_bench.link_figures.latency_section import latency_section
from laconic_bench.link_figures.page import Effort

_Section = Callable[[Effort], Iterator[str]]
SECTIONS: Final[dict[str, _Section]] = {
    "exchanges": page.exchange_section,
    "cpu": page.cpu_section,
    "latency": lambda effort: latency_section(effort.chargers, effort.calls),
    "idle": page.idle_section,
    "loss": page.loss_section,
}
"""All but that of the fuzzer, in the order of the page."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m laconic_bench.link_figures")
    parser.add_argument("--datagrams", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the fuzzer")
    parser.add_argument("--again", choices=[*SECTIONS], help="measure one section of PAGE anew")
    parser.add_argument("page", type=Path, nargs="?", metavar="PAGE")
    options = parser.parse_args(arguments)
    if options.again is None:
        lines = write(Effort(), options.datagrams, options.seed)
    elif options.page is None:
        parser.error("--again needs the page")
    else:
        text = options.page.read_text(encoding="utf-8")
        lines = again(text.splitlines(), partial(SECTIONS[options.again], Effort()))
    for line in lines:
        print(line, flush=True)
    return 0


def write(effort: Effort, datagrams: int, seed: int) -> Iterator[str]:
    """Yield the lines of the page, each section when it has been measured."""
    yield "# Figures of the link"
    yield ""
    yield "Made by `make link-figures`; not typed."
    yield ""
    first, second, *others = SECTIONS.values()
    yield from stamped(partial(first, effort))
    yield from stamped(partial(second, effort))
    with _fuzzing(datagrams, seed, effort.fuzz_niceness) as fuzzing:
        for section in others:
            yield from stamped(partial(section, effort))
        printed, _ = fuzzing.communicate()
    yield from stamped(lambda: page.fuzz_section(json.loads(printed)))


def _fuzzing(datagrams: int, seed: int, niceness: int) -> "subprocess.Popen[str]":
    command = ["nice", "-n", str(niceness), sys.executable, "-m", "laconic_bench.fuzz_link"]
    numbers = ["--datagrams", str(datagrams), "--seed", str(seed)]
    return subprocess.Popen([*command, *numbers], stdout=subprocess.PIPE, text=True)
