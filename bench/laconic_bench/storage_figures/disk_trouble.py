"""A disk that is full, or of which calls fail, below a journal or an outbox that is at work.

While the trouble lasts, records keep coming. Then three things are looked at: a disk that has only
what was synced (whatever was promised must be there, unaltered), a restart while the disk is still
full, and how long it takes until everything is durable after the trouble has ended. Time is that of
the event loop, which jumps.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from laconic_bench.storage_figures.messages import records
from laconic_bench.storage_figures.stores import STORES, Store
from laconic_bench.virtual import jumping_loop
from laconic_bench.virtual.failing_disk import NEVER, Disk, DiskVfs
from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage.database import StorageError

FULL_POINTS: Final = 60
LARGEST_NTH: Final = 50
RANDOM_POINTS: Final = 300
NORMAL_AFTER_SECONDS: Final = 10.0
_GIVEN_UP_SECONDS: Final = 120.0
_STEP_BYTES: Final = 512
_PRELOADS: Final = (0, 100, 2_500)
"""Records before the trouble: a new file, a young one, and one just before its first checkpoint."""
_GROUP_RECORDS: Final = 100
_UNDELIVERED: Final = 20
"""Records that stay when others are forgotten."""
_STEPS: Final = 8
"""Pieces that are given during the trouble."""


@dataclass(slots=True)
class Outcome:
    """What happened at some points."""

    points: int = 0
    """At which a call of the disk failed."""
    failed_calls: int = 0
    promised: int = 0
    """Records that were reported as durable while the trouble lasted."""
    broken: int = 0
    """Records that were promised and are not there."""
    altered: int = 0
    crashes: int = 0
    """Exceptions that nobody expected, and files that could not be opened with a sound disk."""
    restarts: int = 0
    """Openings of the file on a disk that was full."""
    waiting_restarts: int = 0
    """Of these, those that could not serve before there was space, and then could."""
    refused_restarts: int = 0
    """Of these, those that ended with another error."""
    late: int = 0
    """Points after which it took too long until all was durable."""
    slowest_seconds: float = 0.0
    problems: list[str] = field(default_factory=list[str])

    def add(self, other: "Outcome") -> None:
        """Add up."""
        slowest = max(self.slowest_seconds, other.slowest_seconds)
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        self.slowest_seconds = slowest

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was wrong."""
        return not (self.broken or self.altered or self.crashes or self.late)


@dataclass(frozen=True, slots=True)
class Point:
    """One trouble of one store."""

    store: str
    preload: int
    """Records before it."""
    seed: int
    spare_bytes: int = NEVER
    """What is free on the disk when it begins."""
    every: int = 0
    """Every so-maniest call fails; 0: none."""
    chance: float = 0.0
    """Part of the calls that fails."""

    def begin(self, disk: Disk) -> None:
        """Let the trouble begin."""
        if self.spare_bytes != NEVER:
            disk.capacity_bytes = disk.used_bytes + self.spare_bytes
        if self.every:
            calls = count(1)
            disk.fails = lambda: next(calls) % self.every == 0
        elif self.chance:
            dice = Random(f"{self.seed} calls")
            disk.fails = lambda: dice.random() < self.chance


def full_at(spares: int) -> Iterator[Point]:
    """Yield disks that become full a little later each time, for both stores."""
    for store in STORES:
        for preload in _PRELOADS:
            for number in range(spares):
                yield Point(store, preload, number, spare_bytes=number * _STEP_BYTES)


def every_nth(largest: int) -> Iterator[Point]:
    """Yield disks of which every N-th call fails, N from 1, for both stores."""
    for store in STORES:
        for preload in _PRELOADS:
            for every in range(1, largest + 1):
                yield Point(store, preload, every, every=every)


def at_random(points: int) -> Iterator[Point]:
    """Yield disks of which calls fail by chance, one in two to one in a hundred."""
    for number in range(points):
        dice = Random(f"trouble {number}")
        store, preload = dice.choice(tuple(STORES)), dice.choice(_PRELOADS)
        yield Point(store, preload, number, chance=0.5 ** dice.uniform(1.0, 6.6))


def measure(points: Iterable[Point]) -> Outcome:
    """Try all points."""
    found = Outcome()
    vfs = DiskVfs(Disk())
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "store.db"
            for point in points:
                vfs.disk = Disk()
                try:
                    jumping_loop.run(_Trial(point, vfs, path, found).run())
                except Exception as error:  # a crash is a result
                    found.crashes += 1
                    found.problems.append(f"{point}: {error!r}")
    finally:
        vfs.unregister()
    return found


class _Trial:
    """One point."""

    def __init__(self, point: Point, vfs: DiskVfs, path: Path, found: Outcome) -> None:
        self._point = point
        self._vfs = vfs
        self._disk = vfs.disk
        self._found = found
        self._dice = Random(f"{point.seed} load")
        self._new: Callable[[], Store] = lambda: STORES[point.store](path)
        self._store = self._new()

    async def run(self) -> None:
        """Work, meet the trouble, and look."""
        store, found = self._store, self._found
        await store.open()
        while store.given < self._point.preload:
            store.give(_GROUP_RECORDS)
            await store.settle()
        if self._point.preload:
            store.forget(self._point.preload // 2)
        before = store.promised
        self._point.begin(self._disk)
        await self._work()
        if self._disk.failures:
            found.points += 1
            found.failed_calls += self._disk.failures
            found.promised += store.promised - before
            promised = store.promised  # before the disk is copied: more are promised meanwhile
            await self._look_at(self._disk.after_loss(), promised)
            await self._restart_on_a_full_disk()
            await self._end_trouble()
        else:
            self._sound()
        await store.close()
        await self._look_at(self._disk, store.promised)

    async def _work(self) -> None:
        for _ in range(_STEPS):
            self._store.give(self._dice.choice((1, 1, 5, 40)))
            await asyncio.sleep(self._dice.choice((0.0, 0.01, 0.4)))
            delivered = self._store.promised - _UNDELIVERED
            if delivered > self._store.forgotten and self._dice.random() < 0.3:
                self._store.forget(delivered)

    async def _end_trouble(self) -> None:
        """Let the disk be sound again, and wait until everything is durable."""
        loop = asyncio.get_running_loop()
        self._sound()
        began = loop.time()
        self._store.give(1)
        async with asyncio.timeout(_GIVEN_UP_SECONDS):
            await self._store.settle()
        seconds = loop.time() - began
        self._found.slowest_seconds = max(self._found.slowest_seconds, seconds)
        self._found.late += seconds > NORMAL_AFTER_SECONDS

    def _sound(self) -> None:
        self._disk.capacity_bytes, self._disk.fails = NEVER, lambda: False

    async def _restart_on_a_full_disk(self) -> None:
        """Open what is certainly on the disk, on a disk without a byte to spare."""
        if self._point.spare_bytes == NEVER:
            return
        self._found.restarts += 1
        promised, disk = self._store.promised, self._disk.after_loss()
        disk.capacity_bytes = disk.used_bytes
        try:
            await self._look_at(disk, promised)
        except StorageError as error:
            if not error.is_for_want_of_space:
                self._found.refused_restarts += 1
                return
            self._found.waiting_restarts += 1
            disk.capacity_bytes = NEVER
            await self._look_at(disk, promised)

    async def _look_at(self, disk: Disk, promised: int) -> None:
        """Open the file on a disk, and compare it with what was promised."""
        self._vfs.disk = disk
        twin = self._new()
        twin.given = self._store.given
        try:
            await twin.open()
            try:
                self._compare(await twin.read(), promised)
                if disk.capacity_bytes != NEVER:
                    await twin.begin()
            finally:
                await twin.close()
        finally:
            self._vfs.disk = self._disk

    def _compare(self, there: dict[int, Record], promised: int) -> None:
        store, found = self._store, self._found
        given = {record.sequence: record for record in records(1, store.given)}
        missing = [n for n in range(store.forgotten + 1, promised + 1) if n not in there]
        altered = [number for number, record in there.items() if given.get(number) != record]
        found.broken += len(missing)
        found.altered += len(altered)
        if missing or altered:
            found.problems.append(f"{self._point}: missing {missing[:9]}, altered {altered[:9]}")
