"""Damaged files, full disks, failing calls: sections of the page."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from laconic_bench.figure_page import paragraph
from laconic_bench.link_figures.row import TABLE_HEAD, Row
from laconic_bench.storage_figures import damage, disk_trouble
from laconic_bench.storage_figures.cores import on_all_cores
from laconic_bench.storage_figures.damage import Found, Share
from laconic_bench.storage_figures.disk_trouble import NORMAL_AFTER_SECONDS, Outcome, Point
from laconic_bench.storage_figures.effort import Effort
from laconic_bench.storage_figures.stores import STORES

SEED: Final = 1
_SHARE_RUNS: Final = 500
_SHARE_POINTS: Final = 25
_PROBLEMS_MAX: Final = 5


def damage_section(effort: Effort) -> Iterator[str]:
    """Yield the section of damaged files."""
    yield "## Damaged files"
    yield ""
    yield from paragraph(
        f"A file with {damage.MESSAGES - damage.FORGOTTEN} live messages is damaged at one "
        "place and opened again. A message is hit if the damage is in its row. *Missed* "
        "is: not delivered, and told; *mended*: told, and delivered from the second copy that an "
        "outbox has of each."
    )
    yield from TABLE_HEAD
    problems: list[str] = []
    for store in STORES:
        for kind, runs in (
            ("flip", effort.flips),
            ("overwrite", effort.pages),
            ("misplace", effort.pages),
        ):
            found = _damaged(store, kind, runs)
            problems += found.problems
            yield Row(
                f"{store}: {_KINDS[kind].format(runs=runs)}",
                "all told, 0 altered",
                f"{found.hit:,} hit: {found.missed:,} missed, {found.mended:,} mended,"
                f" {found.refused:,} in"
                f" {found.refused_files:,} files refused whole, {found.harmless:,} unharmed;"
                f" {found.altered} altered, {found.silent:,} untold",
                found.is_clean,
            ).markdown()
    yield ""
    yield from paragraph(
        "A page in the place of another one of the same kind can hide records without a "
        "trace in a row. When a journal of up to 32 MB is opened, its pages are checked; "
        "the log says that records may be missing, not which."
    )
    yield from _told(problems)


_KINDS: Final = {
    "flip": "{runs:,} flipped bits",
    "overwrite": "{runs:,} pages overwritten with noise, zeros or ones",
    "misplace": "{runs:,} pages overwritten with another page of the file",
}


def _damaged(store: str, kind: str, runs: int) -> Found:
    shares = [
        Share(store, kind, min(_SHARE_RUNS, runs - begin), f"{SEED} {begin}")
        for begin in range(0, runs, _SHARE_RUNS)
    ]
    total = Found()
    for found in on_all_cores(damage.run, shares):
        total.add(found)
    return total


def trouble_section(effort: Effort) -> Iterator[str]:
    """Yield the section of full disks and failing calls."""
    yield "## Full disks and failing calls"
    yield ""
    yield from paragraph(
        "Journal and outbox on a disk in memory, at work with a new file, a young one, "
        "and one before its first checkpoint. During the trouble more records come. A "
        "call that syncs and fails loses what was written since the last sync, as Linux "
        "does. The time is that of the event loop."
    )
    yield from TABLE_HEAD
    problems: list[str] = []
    for name, points in (
        ("the disk is full, 512 bytes later each time", disk_trouble.full_at(effort.full_points)),
        (
            f"every N-th call fails, N from 1 to {effort.largest_nth}",
            disk_trouble.every_nth(effort.largest_nth),
        ),
        ("calls fail by chance", disk_trouble.at_random(effort.random_points)),
    ):
        found = _troubled(points)
        problems += found.problems
        yield from _rows(name, found)
    yield ""
    yield from paragraph(
        "What has to be written before a service can serve is the number of its epoch or "
        "its lease. Where there is no room for it the service waits inside its process, "
        "answers nobody, and goes on when there is space."
    )
    yield from _told(problems)


def _troubled(points: Iterator[Point]) -> Outcome:
    shares: list[list[Point]] = []
    while share := list(islice(points, _SHARE_POINTS)):
        shares.append(share)
    total = Outcome()
    for found in on_all_cores(disk_trouble.measure, shares):
        total.add(found)
    return total


def _rows(name: str, found: Outcome) -> Iterator[str]:
    yield Row(
        f"{name}: promised and not durable, altered, crashes",
        "0, 0, 0",
        f"{found.broken}, {found.altered}, {found.crashes} at {found.points:,} points with"
        f" {found.failed_calls:,} failed calls; {found.promised:,} promised meanwhile",
        not (found.broken or found.altered or found.crashes),
    ).markdown()
    yield Row(
        f"{name}: all durable again after",
        f"<= {NORMAL_AFTER_SECONDS:.0f} s",
        f"at most {found.slowest_seconds:.1f} s",
        found.late == 0,
    ).markdown()
    if found.restarts:
        yield Row(
            f"{name}: restarts on the full disk that end with an error",
            "0",
            f"{found.refused_restarts} of {found.restarts}; {found.waiting_restarts} waited for"
            " space and served then",
            found.refused_restarts == 0,
        ).markdown()


def _told(problems: list[str]) -> Iterator[str]:
    for problem in problems[:_PROBLEMS_MAX]:
        yield f"- {problem}"
    if problems:
        yield ""
