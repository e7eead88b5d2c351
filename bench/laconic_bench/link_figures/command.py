"""Measures the link and writes the page of its figures: docs/link-figures.md.

    python -m laconic_bench.link_figures [--datagrams 1000000] [--seed 1] > docs/link-figures.md

It takes about ten minutes. The fuzzer runs beside the rest, with the lowest priority.
"""

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from laconic_bench.link_figures import page
from laconic_bench.link_figures.latency_section import latency_section
from laconic_bench.link_figures.page import Effort


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m laconic_bench.link_figures")
    parser.add_argument("--datagrams", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the fuzzer")
    options = parser.parse_args(arguments)
    for line in write(Effort(), options.datagrams, options.seed):
        print(line, flush=True)
    return 0


def write(effort: Effort, datagrams: int, seed: int) -> Iterator[str]:
    """Yield the lines of the page, each section when it has been measured."""
    command = ["nice", "-n", "19", sys.executable, "-m", "laconic_bench.fuzz_link"]
    numbers = ["--datagrams", str(datagrams), "--seed", str(seed)]
    yield from _head()
    yield from page.exchange_section(effort)
    yield from page.cpu_section(effort)
    with subprocess.Popen([*command, *numbers], stdout=subprocess.PIPE, text=True) as fuzzing:
        yield from latency_section(effort.chargers, effort.calls)
        yield from page.idle_section(effort)
        yield from page.loss_section(effort)
        printed, _ = fuzzing.communicate()
    yield from page.fuzz_section(json.loads(printed))


def _head() -> Iterator[str]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    yield "# Figures of the link"
    yield ""
    yield "Made by `make link-figures`; not typed."
    yield ""
    yield f"{datetime.now(UTC):%Y-%m-%d}, commit {commit or 'unknown'}, CPython"
    yield f"{platform.python_version()}, {platform.machine()}, on a shared machine."
    yield ""
