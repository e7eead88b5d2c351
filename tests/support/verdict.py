"""What a run of cuts or kills has come to, as one line of JSON, and the work of all cores."""

import json
import multiprocessing
import os
import platform
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from tests.support.killing import ROOT

RECORDS: Final = ROOT / "docs" / "records.md"
PROBLEMS_MAX: Final = 10
"""Most problems that are described; all are counted."""


@dataclass(slots=True)
class Verdict:
    """How many cuts or kills there were, and what was wrong after them."""

    runs: int = 0
    lost: int = 0
    duplicated: int = 0
    reordered: int = 0
    corrupted: int = 0
    seeds_failed: int = 0
    problems: list[str] = field(default_factory=list[str])
    """What was wrong, with its seed."""
    figures: list[float] = field(default_factory=list[float])
    """What was measured on the way: seconds, which no test asserts."""
    marks: Counter[str] = field(default_factory=Counter[str])
    """How often what has happened, by kind, for who has to prove that it did."""

    def add(self, other: "Verdict") -> None:
        """Add up what happened."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.problems = [*self.problems, *other.problems][:PROBLEMS_MAX]
        self.figures += other.figures
        self.marks += other.marks

    def note(self, kind: str, count: int, problem: str) -> None:
        """Count what is wrong and describe it; nothing if `count` is 0."""
        if count:
            setattr(self, kind, getattr(self, kind) + count)
            self.problems = [*self.problems, f"{kind}: {problem}"][:PROBLEMS_MAX]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was wrong."""
        return not any(getattr(self, name) for name in COUNTS if name != "runs")

    @property
    def line(self) -> str:
        """Return the verdict as one line of JSON."""
        return json.dumps({name: getattr(self, name) for name in COUNTS})


COUNTS: Final = ("runs", "lost", "duplicated", "reordered", "corrupted", "seeds_failed")
Share = Callable[[str, int], Verdict]
"""Runs so many cuts or kills with a seed."""


def on_all_cores(work: Share, seed: int, runs: int, share: int, *, per_core: int = 1) -> Verdict:
    """Spread runs over all cores, `share` at a time, each share with a seed of its own.

    `per_core` processes share a core, for work that waits most of the time.
    """
    shares = [
        (f"{seed} {number}", min(share, runs - number * share))
        for number in range(-(-runs // share))
    ]
    total = Verdict()
    workers = max(1, min(per_core * len(os.sched_getaffinity(0)), len(shares)))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context) as pool:
        pending = {pool.submit(work, *one): one[0] for one in shares}
        for number, future in enumerate(as_completed(pending), 1):
            try:
                result = future.result()
            except BrokenProcessPool:
                result = Verdict(problems=[f"seed {pending[future]}: its process has died"])
                result.seeds_failed = 1
            total.add(result)
            if number * 10 // len(shares) > (number - 1) * 10 // len(shares):
                print(f"seed {seed}: {total.runs} of {runs}", file=sys.stderr)
    return total


def commit_now() -> str:
    """Return the commit that is checked out, with a + if files have been changed since."""
    changed = _git("status", "--porcelain", "--", ".", ":!docs")
    return _git("rev-parse", "--short", "HEAD") + ("+" if changed else "")


def record(commit: str, what: str, command: str, line: str, seconds: float, remark: str) -> None:
    """Append a run and its line of JSON to the page of records; `commit` is that of its start."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    cells = (
        f"{datetime.now(UTC):%Y-%m-%d}", commit, what, f"`{command}`", machine,
        f"{seconds:,.0f} s", f"`{line}`", remark,
    )  # fmt: skip
    with RECORDS.open("a", encoding="utf-8") as page:
        page.write("| " + " | ".join(cells) + " |\n")


def _git(*arguments: str) -> str:
    found = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return found.stdout.strip()


def report(verdict: Verdict) -> int:
    """Print problems and the line; return the exit code."""
    print(*verdict.problems, sep="\n", end="\n" if verdict.problems else "", file=sys.stderr)
    print(verdict.line)
    return 0 if verdict.is_clean else 1
