"""Does a charger that waits wait for others? Shown by counts, with the commits held in the disk.

Each sync of the log is held until it is let go. A record that comes to an idle journal must be in
the commit that begins then; records that come while a commit is held must all be in the very next
one. And nothing may set a timer.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Semaphore
from typing import Final

from laconic_bench.storage_figures.messages import records
from laconic_bench.storage_figures.watched_vfs import Kind, WatchedVfs
from laconic_gateway.edge.storage.journal import Journal

ROUNDS: Final = 100
SEED: Final = 1
MOST_MEANWHILE: Final = 12
_QUOTA_BYTES: Final = 10_000_000
_TURNS: Final = 10
"""Of the event loop, in which everything that is due is reported."""


@dataclass(slots=True)
class Grouping:
    """Which commit took which record."""

    lone: int = 0
    at_once: int = 0
    """Of `lone`: in the commit that began when they came."""
    meanwhile: int = 0
    in_the_next: int = 0
    """Of `meanwhile`: in the commit right after the one during which they came."""
    timers: int = 0

    @property
    def is_perfect(self) -> bool:
        """Tell whether nobody has waited for anybody."""
        everyone = self.lone == self.at_once and self.meanwhile == self.in_the_next
        return everyone and not self.timers


class _Loop(asyncio.SelectorEventLoop):
    timers = 0

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: object,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        self.timers += 1
        return super().call_at(when, callback, *args, context=context)


class _Gate:
    """Holds every sync of the log until it is let go."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._reached = asyncio.Event()
        self._pass = Semaphore(0)

    def hold(self, kind: Kind) -> None:
        """Hold the thread that syncs."""
        self._loop.call_soon_threadsafe(self._reached.set)
        self._pass.acquire()

    async def reached(self) -> None:
        """Wait until a commit is held."""
        await self._reached.wait()
        self._reached.clear()

    def let_go(self) -> None:
        """Let the commit that is held, or the next one, go on."""
        self._pass.release()


def measure(rounds: int = ROUNDS, seed: int = SEED) -> Grouping:
    """Let records come to an idle journal and to a busy one."""
    vfs = WatchedVfs()
    try:
        with TemporaryDirectory() as folder, asyncio.Runner(loop_factory=_Loop) as runner:
            path = Path(folder) / "journal.db"
            return runner.run(_story(vfs, path, rounds, Random(seed)))
    finally:
        vfs.unregister()


async def _story(vfs: WatchedVfs, path: Path, rounds: int, chance: Random) -> Grouping:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, _Loop)
    journal = await Journal.open(path, max_bytes=_QUOTA_BYTES)
    passed, gate, found = vfs.before_sync, _Gate(), Grouping()
    vfs.before_sync, loop.timers = gate.hold, 0
    for _ in range(rounds):
        await _round(journal, gate, chance.randint(1, MOST_MEANWHILE), found)
    found.timers = loop.timers
    vfs.before_sync = passed
    await journal.close()
    return found


async def _round(journal: Journal, gate: _Gate, count: int, found: Grouping) -> None:
    durable: list[int] = []
    first, commits = journal.last_sequence + 1, journal.commits
    lone, *meanwhile = records(first, 1 + count)
    journal.append([lone], durable.append)
    await gate.reached()
    for record in meanwhile:
        journal.append([record], durable.append)
        await asyncio.sleep(0)
    gate.let_go()
    await gate.reached()  # of the next commit: the first one is done
    await _settle()
    found.lone += 1
    found.at_once += durable == [lone.sequence] and journal.commits == commits + 1
    gate.let_go()
    while len(durable) < 1 + count:  # noqa: ASYNC110 (a thread decides when that is)
        await asyncio.sleep(0)
    found.meanwhile += count
    found.in_the_next += (len(durable) - 1) if journal.commits == commits + 2 else 0


async def _settle() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)
