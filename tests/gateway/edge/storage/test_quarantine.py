"""A damaged record leaves the journal as it was found, and a VOID stays in its place."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

import apsw

from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage import quarantine
from laconic_gateway.edge.storage.database import Connection
from laconic_gateway.edge.storage.journal import Journal
from tests.support.damage import change
from tests.support.records import message
from tests.support.waiting import GUARD_SECONDS


async def fill(path: Path) -> None:
    journal = await Journal.open(path, max_bytes=10**7)
    durable: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    journal.append([message(number) for number in range(1, 11)], durable.set_result)
    await asyncio.wait_for(durable, GUARD_SECONDS)
    await journal.close()


async def read(path: Path) -> tuple[list[Record], list[str]]:
    troubles: list[str] = []
    journal = await Journal.open(path, max_bytes=10**7, on_trouble=troubles.append)
    page: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
    journal.read(0, 100, page.set_result)
    found = await asyncio.wait_for(page, GUARD_SECONDS)
    await journal.close()
    return found, troubles


def quarantined(path: Path) -> list[quarantine.Quarantined]:
    connection = cast(Connection, apsw.Connection(str(path)))
    found = list(quarantine.load(connection))
    connection.close()
    return found


def test_a_damaged_record_is_moved_once_with_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    asyncio.run(fill(path))
    change(path, "UPDATE record SET text = x'ff00ee' WHERE sequence = 4")
    change(path, "DELETE FROM record WHERE sequence = 6")
    found, troubles = asyncio.run(read(path))
    assert [one.sequence for one in found if one.kind is RecordKind.VOID] == [4, 6]
    assert troubles == [
        f"{path}: record 4 of charger CP1 is damaged, and lost",
        f"{path}: record 6 of charger unknown is damaged, and lost",
    ]
    changed, missing = quarantined(path)
    assert (changed.sequence, changed.charger) == (4, "CP1")
    assert changed.reason == "its checksum is wrong"
    assert b"\xff\x00\xee" in changed.raw
    assert (missing.sequence, missing.reason) == (6, "it is not in its place")
    again, troubles = asyncio.run(read(path))
    assert again == found
    assert troubles == [], "it is told once"


def test_the_quarantine_does_not_grow_without_bound(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    asyncio.run(fill(path))
    change(path, "UPDATE record SET charger = 'CP2' WHERE sequence <= 5")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO quarantine (sequence, found_unix_seconds, reason) VALUES (?, 1, '')",
            [(number,) for number in range(10_000, 10_000 + quarantine.RECORDS_MAX)],
        )
    asyncio.run(read(path))
    found = quarantined(path)
    assert len(found) == quarantine.RECORDS_MAX
    assert [one.charger for one in found[:5]] == ["CP2"] * 5
