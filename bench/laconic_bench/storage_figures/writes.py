"""What a journal writes: bytes and flushes of each commit, at the files and at a block device.

At the files, a VFS of SQLite sees every write and sync, those of checkpoints too. Below them is a
file system with a journal of its own: only the block device knows what that adds. As root, the
same is written to a new file system on a loop device, whose counters of sectors and flushes
(/sys/block/*/stat) nobody else moves.
"""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from laconic_bench.storage_figures.messages import stamped
from laconic_bench.storage_figures.watched_vfs import WatchedVfs
from laconic_gateway.edge.storage.journal import Journal

LONE_COMMITS: Final = 2_000
GROUP_COMMITS: Final = 300
GROUP_RECORDS: Final = 100
TRIM_EVERY_RECORDS: Final = 64
"""As a site does."""
QUOTA_BYTES: Final = 512 * 2**20
_IMAGE_BYTES: Final = 512 * 2**20
_SECTOR_BYTES: Final = 512
_TOOLS: Final = ("losetup", "mkfs.ext4", "mount", "umount", "sync")


@dataclass(frozen=True, slots=True)
class Load:
    """What is written."""

    group: int
    """Records in a commit."""
    commits: int
    trims: bool = False
    """Delete as a site does whose records are delivered at once."""
    is_new: bool = False
    """Count from the first record of a new file on. Then the log still grows, and the file system
    writes down its size each time; else count once the log has been full and begins again."""


class Counts(NamedTuple):
    """What has been written since some moment."""

    written_bytes: int
    flushes: int
    checkpoint_flushes: int = 0
    """Of `flushes`, those of the database itself: a checkpoint has one."""


@dataclass(frozen=True, slots=True)
class Written:
    """What some commits have written."""

    commits: int
    records: int
    counts: Counts

    @property
    def bytes_per_commit(self) -> float:
        """Return the bytes of one commit."""
        return self.counts.written_bytes / self.commits

    @property
    def bytes_per_record(self) -> float:
        """Return the bytes of one record."""
        return self.counts.written_bytes / self.records


def at_the_files(load: Load) -> Written:
    """Write groups of records one after the other, and count what SQLite writes."""
    vfs = WatchedVfs()

    def counts() -> Counts:
        syncs = vfs.syncs
        return Counts(vfs.written_bytes.total(), syncs.total(), syncs["database"])

    try:
        with TemporaryDirectory() as folder:
            return asyncio.run(_write(Path(folder), load, counts))
    finally:
        vfs.unregister()


def lacking() -> str | None:
    """Return what is missing for a loop device; None if it can be made."""
    if os.geteuid() != 0:
        return "no root"
    missing = next((tool for tool in _TOOLS if shutil.which(tool) is None), None)
    return None if missing is None else f"no {missing}"


def at_the_device(load: Load) -> Written:
    """Write the same to a new ext4 file system on a loop device, and read its counters."""
    with _file_system() as (folder, device):

        def counts() -> Counts:
            _run("sync", "-f", str(folder))
            fields = Path(f"/sys/block/{device}/stat").read_text(encoding="ascii").split()
            return Counts(int(fields[6]) * _SECTOR_BYTES, int(fields[15]))

        return asyncio.run(_write(folder, load, counts))


async def _write(folder: Path, load: Load, counts: Callable[[], Counts]) -> Written:
    """Fill a journal. Its opening, its first commit and its closing are not counted."""
    database = folder / "journal.db"
    journal = await Journal.open(database, max_bytes=QUOTA_BYTES)
    size = database.stat().st_size
    await _append(journal, load.group)
    while not load.is_new and database.stat().st_size == size:
        await _append(journal, load.group)  # until a checkpoint has moved the log to the database
    before, made = counts(), journal.commits
    for _ in range(load.commits):
        await _append(journal, load.group)
        if load.trims and journal.last_sequence >= journal.trimmed_through + 2 * TRIM_EVERY_RECORDS:
            journal.trim(journal.last_sequence - TRIM_EVERY_RECORDS)
    after, made = counts(), journal.commits - made
    await journal.close()
    assert load.trims or made == load.commits, "a group was split"
    difference = Counts(*(new - old for new, old in zip(after, before, strict=True)))
    return Written(load.commits, load.commits * load.group, difference)


async def _append(journal: Journal, group: int) -> None:
    """Append records one by one, as a site does, and wait until they are durable."""
    durable: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    *others, last = stamped(journal.last_sequence + 1, group)
    for record in others:
        journal.append([record], lambda _: None)
    journal.append([last], durable.set_result)
    await durable


@contextmanager
def _file_system() -> Generator[tuple[Path, str]]:
    """Yield a folder with a file system of its own, and the name of its block device."""
    with TemporaryDirectory() as name:
        image, folder = Path(name) / "image", Path(name) / "mounted"
        folder.mkdir()
        with image.open("wb") as file:
            file.truncate(_IMAGE_BYTES)
        device = _run("losetup", "--find", "--show", str(image)).strip()
        try:
            # Without this it goes on writing empty tables in the background.
            _run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", device)
            _run("mount", device, str(folder))
            try:
                yield folder, Path(device).name
            finally:
                _run("umount", str(folder))
        finally:
            _run("losetup", "--detach", device)


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
