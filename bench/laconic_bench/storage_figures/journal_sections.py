"""What the journal writes, whom it makes wait, and what it takes of a CPU: sections of the page."""

from collections.abc import Callable, Iterator
from typing import Final

from laconic_bench.figure_page import paragraph
from laconic_bench.link_figures.row import TABLE_HEAD, Row
from laconic_bench.storage_figures import grouping, journal_cpu, messages, writes
from laconic_bench.storage_figures.effort import Effort
from laconic_bench.storage_figures.writes import GROUP_RECORDS, Load, Written

COMMIT_GOAL_BYTES: Final = 6_000
RECORD_GOAL_BYTES: Final = 600
FLUSH_GOAL: Final = 1.05
"""One for each commit, and those of the checkpoints, which are rare."""
CPU_GOAL_MICROSECONDS: Final = 10.0


def writes_section(effort: Effort) -> Iterator[str]:
    """Yield the section of what is written."""
    lone, group = Load(1, effort.lone_commits), Load(GROUP_RECORDS, effort.group_commits)
    yield "## What the journal writes"
    yield ""
    yield from paragraph(
        f"Real messages of the reference site, of {messages.SHORTEST_BYTES} to "
        f"{messages.LONGEST_BYTES} bytes, {messages.mean_text_bytes():.0f} on average. "
        "Checkpoints are included. Counting begins when the log has been full once and is "
        "written anew."
    )
    yield from TABLE_HEAD
    yield from _written("at the files", writes.at_the_files, lone, group)
    lacking = writes.lacking()
    if lacking is None:
        yield from _written("at the block device", writes.at_the_device, lone, group)
        yield from _others(effort)
    yield ""
    if lacking is not None:
        yield from paragraph(f"Not measured at the block device: {lacking}.")
        return
    yield from paragraph(
        "*At the files* a VFS of SQLite sees every write and sync. *At the block device* "
        "is a loop device with a new ext4, its counters in `/sys/block/*/stat`: the file "
        "system writes blocks of 4 KiB and a journal of its own. A lone commit is one or "
        "two frames of the log, of 1,048 bytes each, in one or two blocks. A new log grows "
        "with each commit until it is 1 MB long; the file system then writes its size down "
        "each time, which takes blocks and a flush of its own. What a record takes in "
        "groups is its row in the log and once more in the database, at the checkpoint; a "
        "record that is trimmed before the checkpoint takes the first only."
    )


def _written(
    where: str, measure: Callable[[Load], Written], lone: Load, group: Load
) -> Iterator[str]:
    alone, together = measure(lone), measure(group)
    flushes = alone.counts.flushes / alone.commits
    yield Row(
        f"{where}: bytes of a lone commit",
        f"<= {COMMIT_GOAL_BYTES:,} B",
        f"{alone.bytes_per_commit:,.0f} B, of {alone.commits:,}",
        alone.bytes_per_commit <= COMMIT_GOAL_BYTES,
    ).markdown()
    yield Row(
        f"{where}: bytes of a record, {group.group} in a commit",
        f"<= {RECORD_GOAL_BYTES} B",
        f"{together.bytes_per_record:,.0f} B, of {together.records:,}",
        together.bytes_per_record <= RECORD_GOAL_BYTES,
    ).markdown()
    yield Row(
        f"{where}: flushes of a lone commit",
        "1",
        f"{flushes:.3f}",
        flushes <= FLUSH_GOAL,
    ).markdown()


def _others(effort: Effort) -> Iterator[str]:
    """Yield what has no goal."""
    trimmed = writes.at_the_device(Load(GROUP_RECORDS, effort.group_commits, trims=True))
    yield Row(
        "at the block device: a record in a group, all trimmed as fast as they come",
        "-",
        f"{trimmed.bytes_per_record:,.0f} B",
    ).markdown()
    new = writes.at_the_device(Load(1, min(effort.lone_commits, 300), is_new=True))
    yield Row(
        "at the block device: a lone commit in a new file",
        "-",
        f"{new.bytes_per_commit:,.0f} B, {new.counts.flushes / new.commits:.2f} flushes",
    ).markdown()


def grouping_section(effort: Effort) -> Iterator[str]:
    """Yield the section of who waits for a commit."""
    found = grouping.measure(effort.grouping_rounds)
    yield "## Who waits for a commit"
    yield ""
    yield from paragraph(
        "Counts, not times: every sync of the log is held until the others have come."
    )
    yield from TABLE_HEAD
    yield Row(
        "a record that comes to an idle journal is in the commit that begins at once",
        "all",
        f"{found.at_once:,} of {found.lone:,}",
        found.at_once == found.lone,
    ).markdown()
    yield Row(
        "a record that comes during a commit is in the very next one",
        "all",
        f"{found.in_the_next:,} of {found.meanwhile:,}",
        found.in_the_next == found.meanwhile,
    ).markdown()
    yield Row("timers that were set", "0", f"{found.timers}", found.timers == 0).markdown()
    yield ""


def cpu_section(effort: Effort) -> Iterator[str]:
    """Yield the section of CPU time."""
    found = journal_cpu.measure(effort.cpu_groups)
    yield "## CPU of the journal"
    yield ""
    yield from TABLE_HEAD
    yield Row(
        f"a record, {GROUP_RECORDS} in a commit, appended one by one",
        f"<= {CPU_GOAL_MICROSECONDS:.0f} us",
        f"{found.microseconds:.1f} us",
        found.microseconds <= CPU_GOAL_MICROSECONDS,
    ).markdown()
    yield ""
    parts = ", ".join(f"{part} {taken:.1f} us" for part, taken in found.parts)
    yield from paragraph(
        f"Median of {journal_cpu.ROUNDS} rounds, process time of both threads. It consists "
        f"of: {parts}."
    )
