"""Plays seeds of the whole system in virtual time, on all cores, and prints one line of JSON.

    python -m tests.support.simulate --seeds 200 [--first 0] [--hours 1]

Each seed is a site with four chargers, its gateway, the link, the expander and a CSMS: the real
cores between simulated disks, links and clocks, with faults of every kind. The same seed plays the
same, to the byte: `"trace"` is a checksum over all of them. The exit code is 0 only if nothing was
lost, doubled beyond the stated bound, out of order or changed.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from zlib import crc32

from tests.support.virtual_judge import Problem, Trouble, problems
from tests.support.virtual_play import Play, plot_of, setup_of
from tests.support.virtual_site import World

SPEAK_SECONDS_A_DAY: Final = 300.0
"""Time between two messages of a charger where a whole day is played."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one seed came to."""

    seed: int
    problems: tuple[Problem, ...]
    marks: Counter[str]
    trace: int
    """CRC-32 of everything that happened."""


def play(seed: int, hours: float) -> Run:
    """Play one seed."""
    world = World(seed, setup_of(seed))
    plot = plot_of(world)
    if hours != 0.25:
        rougher = max(1, round(hours))
        plot = replace(
            plot,
            act_seconds=3_600 * hours,
            speak_seconds=min(SPEAK_SECONDS_A_DAY, 60.0 * hours),
            faults=plot.faults * rougher,
        )
    try:
        Play(world, plot).run()
        found = problems(world)
    except AssertionError as error:
        found = [Problem(Trouble.OTHER, f"{error} (after {world.schedule.now:.0f} s)")]
    trace = crc32("\n".join(f"{at:.6f} {what}" for at, what in world.schedule.trace).encode())
    return Run(seed, tuple(found), world.schedule.marks, trace)


def simulate(first: int, count: int, hours: float) -> Iterator[Run]:
    """Play seeds on all cores."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(partial(play, hours=hours), range(first, first + count))


def summary(runs: list[Run]) -> dict[str, object]:
    """Return what all runs came to."""
    troubles = Counter(problem.trouble for run in runs for problem in run.problems)
    trace = 0
    for run in runs:
        trace = crc32(run.trace.to_bytes(4, "big"), trace)
    return {
        "runs": len(runs),
        "lost": troubles[Trouble.LOST],
        "duplicated": troubles[Trouble.DUPLICATED],
        "reordered": troubles[Trouble.REORDERED],
        "corrupted": troubles[Trouble.CORRUPTED],
        "other": troubles[Trouble.OTHER],
        "seeds_failed": [run.seed for run in runs if run.problems],
        "trace": f"{trace:08x}",
    }


def main() -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--hours", type=float, default=0.25, help="of the rough part of a run")
    options = parser.parse_args()
    runs: list[Run] = []
    for run in simulate(options.first, options.seeds, options.hours):
        runs.append(run)
        for problem in run.problems[:3]:
            print(f"seed {run.seed}: {problem.trouble}: {problem.text}", file=sys.stderr)
    print(json.dumps(summary(runs)))
    return 0 if not any(run.problems for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
