"""Bits that flip and pages that are overwritten, in the file of a journal or an outbox.

A file with 200 messages, of which some are not needed any more, is damaged at one place and opened
again. A message is *hit* if the damage is in its row. What is hit must be told, and missed or read
from a second copy, or the file is refused as a whole; nothing may be delivered altered.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from laconic_bench.storage_figures import cells
from laconic_bench.storage_figures.messages import records
from laconic_bench.storage_figures.stores import STORES, OutboxStore, Store, written_text
from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage.database import StorageError

FLIPS: Final = 10_000
PAGES: Final = 1_000
MESSAGES: Final = 200
FORGOTTEN: Final = 20
_PATIENCE_SECONDS: Final = 60.0
_TABLES: Final = {"journal": "record", "outbox": "message"}
_PAGE_BYTES: Final = {"journal": 1024, "outbox": 4096}


@dataclass(frozen=True, slots=True)
class Damage:
    """One damaged file."""

    content: bytes
    place: range
    what: str


@dataclass(slots=True)
class Found:
    """What became of the messages of damaged files."""

    runs: int = 0
    hit: int = 0
    """Live messages with damage in their row, over all runs."""
    missed: int = 0
    """Of `hit`: not delivered from this file, and told, each by its number."""
    refused: int = 0
    """Of `hit`: in a file that was refused as a whole."""
    mended: int = 0
    """Of `hit`: told, and delivered from a sound copy."""
    harmless: int = 0
    """Of `hit`: delivered as they were given, and nothing told; the damage is in a byte that means
    nothing."""
    silent: int = 0
    """Not delivered, and nothing was told."""
    altered: int = 0
    """Delivered otherwise than they were given."""
    beside: int = 0
    """Not hit, and all the same not delivered from a file that was not refused."""
    again: int = 0
    """Delivered although they were not needed any more."""
    refused_files: int = 0
    """Not opened, which is told."""
    crashes: int = 0
    problems: list[str] = field(default_factory=list[str])

    def add(self, other: "Found") -> None:
        """Add up."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def detected(self) -> int:
        """Return of how many hit messages the damage was found."""
        return self.missed + self.mended + self.refused

    @property
    def wrong(self) -> int:
        """Return how much went wrong: what was not told, and what should not be delivered."""
        return self.silent + self.altered + self.again + self.crashes

    @property
    def is_clean(self) -> bool:
        """Tell whether every damage that matters was detected, and nothing altered."""
        return self.hit == self.detected + self.harmless and not self.wrong


Make = Callable[[bytes, int, Random], Damage]
"""Damages the content of a file with pages of some size."""


def flip(content: bytes, page_bytes: int, chance: Random) -> Damage:
    """Flip one bit."""
    place, bit = chance.randrange(len(content)), chance.randrange(8)
    damaged = bytearray(content)
    damaged[place] ^= 1 << bit
    return Damage(bytes(damaged), range(place, place + 1), f"bit {bit} of byte {place}")


def overwrite(content: bytes, page_bytes: int, chance: Random) -> Damage:
    """Overwrite a page with noise, zeros or ones."""
    written = chance.choice((chance.randbytes(page_bytes), bytes(page_bytes), b"\xff" * page_bytes))
    number = chance.randrange(len(content) // page_bytes)
    return _replaced(content, number, written, f"page {number} became {written[:3].hex()}...")


def misplace(content: bytes, page_bytes: int, chance: Random) -> Damage:
    """Write a page into the place of another one."""
    number, other = chance.sample(range(len(content) // page_bytes), 2)
    written = content[other * page_bytes : (other + 1) * page_bytes]
    return _replaced(content, number, written, f"page {number} became page {other}")


def _replaced(content: bytes, number: int, written: bytes, what: str) -> Damage:
    place = range(number * len(written), (number + 1) * len(written))
    return Damage(content[: place.start] + written + content[place.stop :], place, what)


KINDS: Final[dict[str, Make]] = {"flip": flip, "overwrite": overwrite, "misplace": misplace}


@dataclass(frozen=True, slots=True)
class Share:
    """Some damaged files of one kind."""

    store: str
    kind: str
    runs: int
    seed: str


def run(share: Share) -> Found:
    """Damage the files of a share."""
    return measure(share.store, KINDS[share.kind], share.runs, share.seed)


def measure(store: str, make: Make, runs: int, seed: str) -> Found:
    """Damage the file of a store so many times."""
    found, chance = Found(), Random(seed)
    with TemporaryDirectory() as name, asyncio.Runner() as runner:
        path = Path(name) / f"{store}.db"
        runner.run(_fill(STORES[store](path)))
        sound, rows = path.read_bytes(), _rows(path, store)
        for _ in range(runs):
            damage = make(sound, _PAGE_BYTES[store], chance)
            for left in path.parent.iterdir():
                left.unlink()
            path.write_bytes(damage.content)
            hit = {number for number, row in rows.items() if _overlap(row, damage)}
            found.runs += 1
            found.hit += len(hit)
            before = found.wrong
            try:
                runner.run(_look(STORES[store](path), hit, found))
            except StorageError:
                found.refused_files += 1
                found.refused += len(hit)
            except Exception as error:  # a crash is a result
                found.crashes += 1
                found.problems.append(f"{store}, seed {seed}, {damage.what}: {error!r}")
            if found.wrong > before:
                found.problems.append(f"{store}, seed {seed}, {damage.what}")
    return found


async def _fill(store: Store) -> None:
    await store.open()
    store.give(MESSAGES)
    await store.settle()
    store.forget(FORGOTTEN)
    await store.close()


def _rows(path: Path, store: str) -> dict[int, range]:
    """Return where the row of each live message is."""
    content = path.read_bytes()
    places = list(cells.rows_of(path, _TABLES[store]))
    live = records(FORGOTTEN + 1, MESSAGES - FORGOTTEN)
    assert len(places) == len(live), "the table has other rows"
    found: dict[int, range] = {}
    for record in live:
        text = written_text(store, record)
        (place,) = (one for one in places if text in content[one.start : one.stop])
        found[record.sequence] = place
    return found


def _overlap(row: range, damage: Damage) -> bool:
    """Tell whether a byte of a row has changed or may have."""
    return row.start < damage.place.stop and damage.place.start < row.stop


async def _look(store: Store, hit: set[int], found: Found) -> None:
    """Open the file, deliver what it has, and compare."""
    store.given = MESSAGES
    await store.open()
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await _deliver(store, hit, found)
    finally:
        await store.close()


async def _deliver(store: Store, hit: set[int], found: Found) -> None:
    missing = _compare(await store.read(), found)
    delivered = len(hit - missing)
    found.missed += len(missing & hit)
    found.beside += len(missing - hit)
    if isinstance(store, OutboxStore) and store.troubles:
        found.mended += delivered
    else:
        found.harmless += delivered
    if not any("the file is damaged" in trouble for trouble in store.troubles):
        found.silent += max(0, len(missing) - len(store.troubles))


def _compare(there: dict[int, Record], found: Found) -> set[int]:
    """Return the live messages that are not there; count those that should not be there."""
    given = {record.sequence: record for record in records(1, MESSAGES)}
    found.altered += sum(given.get(number) != one for number, one in there.items())
    found.again += sum(number <= FORGOTTEN for number in there)
    return set(range(FORGOTTEN + 1, MESSAGES + 1)) - there.keys()
