"""CPU time of the journal: what a record takes when many are written in one commit."""

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from laconic_bench.storage_figures.messages import stamped
from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage import journal_rows
from laconic_gateway.edge.storage.database import connect
from laconic_gateway.edge.storage.journal import SCHEMA, Journal
from laconic_gateway.edge.storage.packed_text import pack
from laconic_gateway.edge.storage.room import Room

GROUP_RECORDS: Final = 100
GROUPS: Final = 200
ROUNDS: Final = 7
QUOTA_BYTES: Final = 512 * 2**20
_INSERT: Final = f"INSERT INTO record ({journal_rows.COLUMNS}) VALUES ({journal_rows.PLACES})"


@dataclass(frozen=True, slots=True)
class JournalCpu:
    """Microseconds of CPU that a record takes in a group."""

    microseconds: float
    """Median of some rounds, of both threads together."""
    parts: tuple[tuple[str, float], ...]
    """What it consists of, each measured alone."""


def measure(groups: int = GROUPS, rounds: int = ROUNDS) -> JournalCpu:
    """Write groups of records, appended one by one as a site does."""
    with TemporaryDirectory() as folder:
        whole = asyncio.run(_whole(Path(folder) / "journal.db", groups, rounds))
        parts = _parts(Path(folder) / "parts.db", groups)
    rest = whole - sum(taken for _, taken in parts)
    return JournalCpu(whole, (*parts, ("queues, threads and callbacks", rest)))


async def _whole(path: Path, groups: int, rounds: int) -> float:
    journal = await Journal.open(path, max_bytes=QUOTA_BYTES)
    found: list[float] = []
    for _ in range(rounds):
        taken = 0.0
        for _ in range(groups):
            group = stamped(journal.last_sequence + 1, GROUP_RECORDS)
            before = time.process_time()
            await _append(journal, group)
            taken += time.process_time() - before
        found.append(1e6 * taken / (groups * GROUP_RECORDS))
    await journal.close()
    return median(found)


async def _append(journal: Journal, group: list[Record]) -> None:
    durable: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    for record in group[:-1]:
        journal.append([record], _ignore)
    journal.append(group[-1:], durable.set_result)
    await durable


def _ignore(through: int) -> None:
    """Wait for the last one only."""


def _parts(path: Path, groups: int) -> list[tuple[str, float]]:
    connection = connect(path, SCHEMA, max_bytes=QUOTA_BYTES)
    room = Room()
    taken = dict[str, float]()

    @contextmanager
    def timed(part: str) -> Generator[None]:
        before = time.process_time()
        yield
        taken[part] = taken.get(part, 0.0) + time.process_time() - before

    for number in range(groups):
        group = stamped(1 + number * GROUP_RECORDS, GROUP_RECORDS)
        connection.execute("BEGIN IMMEDIATE")
        with timed("room"):
            room.admit(connection, group)
        with timed("packing of texts"):
            for record in group:
                pack(record.text)
        with timed("rows and checksums, with packing"):
            made = [journal_rows.to_row(record) for record in group]
        with timed("SQLite: insert"):
            connection.executemany(_INSERT, made)
        with timed("SQLite: commit"):
            connection.execute("COMMIT")
    connection.close()
    count = groups * GROUP_RECORDS
    packing = taken["packing of texts"]
    taken["rows and checksums"] = taken.pop("rows and checksums, with packing") - packing
    return [(part, 1e6 * seconds / count) for part, seconds in taken.items()]
