"""Runs both plays, each in a process of its own, and says in one line what has happened.

    python -m laconic_bench.fuzz_link --datagrams 1000000 --seed 1

The same seed sends the same datagrams on any machine. The exit code is 0 only if nothing was
raised, the site that strangers attacked still works, and no process has kept more memory than it
may.
"""

import argparse
import gc
import json
import multiprocessing
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from laconic_bench.fuzz_link.play import Outcome, Play

MEMORY_LIMIT_BYTES: Final = 8_000_000
WARM_UP_SHARE: Final = 0.04
"""Of the datagrams, after which the memory is looked at for the first time."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one play has come to."""

    outcome: Outcome
    still_works: bool
    """True also where nobody can promise it."""
    memory_growth_bytes: int
    """Of the process, after the warm-up."""


def play(seed: int, datagrams: int, has_keys: bool) -> Report:
    """Run one play in this process."""
    world = Play(f"{seed} {'keys' if has_keys else 'strangers'}", has_keys=has_keys)
    warm_up = int(datagrams * WARM_UP_SHARE)
    world.run(warm_up)
    before = _memory_bytes()
    world.run(datagrams - warm_up)
    after = _memory_bytes()
    works = world.still_works() or has_keys
    return Report(world.outcome, works, after - before)


@dataclass(frozen=True, slots=True)
class Summary:
    """What both plays have come to."""

    seed: int
    datagrams: int
    outcome: Outcome
    still_works: bool
    memory_growth_bytes: int
    """The larger one."""
    seconds: float

    @property
    def is_fine(self) -> bool:
        """Tell whether all is as it should be."""
        fits = self.memory_growth_bytes <= MEMORY_LIMIT_BYTES
        return not self.outcome.crashes and self.still_works and fits

    def to_json(self) -> dict[str, Any]:
        """Return what is printed."""
        counted = self.outcome.counters
        return {
            "seed": self.seed,
            "datagrams": self.datagrams,
            "kinds": dict(self.outcome.datagrams.most_common()),
            "crashes": self.outcome.crashes,
            "still_works": self.still_works,
            "memory_growth_bytes": self.memory_growth_bytes,
            "seconds": round(self.seconds, 1),
            "counters": dict(counted.most_common()),
            "reports": self.outcome.reports,
        }


def fuzz(seed: int, datagrams: int) -> Summary:
    """Run both plays at the same time, with half of the datagrams each."""
    started = time.monotonic()
    shares = (datagrams - datagrams // 2, datagrams // 2)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        reports = list(pool.map(play, (seed, seed), shares, (False, True)))
    total = Outcome()
    for report in reports:
        total.add(report.outcome)
    return Summary(
        seed,
        datagrams,
        total,
        all(report.still_works for report in reports),
        max(report.memory_growth_bytes for report in reports),
        time.monotonic() - started,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m laconic_bench.fuzz_link")
    parser.add_argument("--datagrams", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    options = parser.parse_args(arguments)
    summary = fuzz(options.seed, options.datagrams)
    print(json.dumps(summary.to_json()))
    return 0 if summary.is_fine else 1


def _memory_bytes() -> int:
    """Return the memory that this process holds now (Linux)."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
