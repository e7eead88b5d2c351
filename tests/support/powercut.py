"""Cuts the power of a journal or an outbox at a random moment of a write load, and looks.

    python -m tests.support.powercut --cuts 100000 --seed 1
    python -m tests.support.powercut --cuts 50 --share "1 17"      runs one share again

The real classes write to a disk in memory (`failing_disk`). After each cut the file is opened
again: what was reported as durable must be there, unaltered and in order, and nothing that was
never given. Then the load goes on with the same file until the next cut, which may also fall into
the opening, a checkpoint or a close. A share begins with a new file.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from laconic_bench.virtual.failing_disk import Disk, DiskVfs
from laconic_gateway.edge.storage.database import StorageError
from tests.support.cut_stores import CutJournal, CutOutbox, CutStore, PowerIsCut
from tests.support.verdict import Verdict, commit_now, on_all_cores, record, report

SHARE: Final = 50
"""Cuts that one file has to bear."""
LONGEST_LIFE_OPERATIONS: Final = 500
"""Writes and syncs between two cuts; a checkpoint comes about every 1,000, over several lives."""
STEPS: Final = (1, 3, 10, 200)
"""Of the load until the file is closed, which also makes a checkpoint, and opened again."""


def run_share(seed: str, cuts: int, *, lies: bool = False) -> Verdict:
    """Cut the power so many times; half of the shares have a journal, half an outbox."""
    chance = random.Random(seed)
    verdict = Verdict()
    vfs = DiskVfs(Disk(lies=lies))
    try:
        with TemporaryDirectory() as folder:
            kind = chance.choice((CutJournal, CutOutbox))
            store = kind(Path(folder) / "store.db", chance, verdict)
            with asyncio.Runner() as runner:
                for _ in range(cuts):
                    runner.run(_life(store, vfs.disk, chance))
                    vfs.disk = vfs.disk.after_cut(chance)
                    verdict.runs += 1
                runner.run(_last_look(store))
    finally:
        vfs.unregister()
    verdict.seeds_failed = 0 if verdict.is_clean else 1
    verdict.problems = [f"seed {seed}: {problem}" for problem in verdict.problems]
    return verdict


async def _life(store: CutStore, disk: Disk, chance: random.Random) -> None:
    """Open, look, and write until the power goes."""
    disk.cut_after(round(LONGEST_LIFE_OPERATIONS ** chance.random()))
    try:
        while True:
            await store.open()
            try:
                await store.look()
                await store.write(chance.choice(STEPS))
            finally:
                await store.close()
    except PowerIsCut:
        return
    except StorageError:
        if not disk.is_cut:
            store.cannot_be_opened()


async def _last_look(store: CutStore) -> None:
    try:
        await store.open()
    except StorageError:
        store.cannot_be_opened()
        return
    await store.look()
    await store.close()


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cuts", type=int, default=2_000, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="of load, moments and damage (1)")
    parser.add_argument("--share", help="run the share with this seed only")
    parser.add_argument("--record", action="store_true", help="add a line to docs/records.md")
    given = parser.parse_args(arguments)
    if given.share:
        return report(run_share(given.share, given.cuts))
    begin, commit = time.monotonic(), commit_now()
    verdict = on_all_cores(run_share, given.seed, given.cuts, SHARE, per_core=2)
    seconds = time.monotonic() - begin
    print(f"{verdict.runs / seconds:.0f} cuts per second", file=sys.stderr)
    if given.record:
        command = f"make powercut CUTS={given.cuts} SEED={given.seed}"
        remark = f"{verdict.runs / seconds:.0f} cuts/s"
        record(commit, "power cuts", command, verdict.line, seconds, remark)
    return report(verdict)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
