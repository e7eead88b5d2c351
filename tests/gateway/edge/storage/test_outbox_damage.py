"""A damaged outbox: each message has two copies, and one of them is enough."""

import asyncio
import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage import outbox_repair, outbox_tables
from laconic_gateway.edge.storage.database import StorageError, connect
from laconic_gateway.edge.storage.outbox import Outbox
from laconic_gateway.edge.storage.outbox_tables import SCHEMA, Site
from tests.support.damage import change, flip, open_damaged
from tests.support.outbox_writer import charger_of
from tests.support.outboxes import MAX_BYTES, commit, done, opened, pending
from tests.support.records import message

FLIPS = 200
SEED = 21


@pytest.fixture(scope="module")
def sound_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of an outbox with 60 messages of three chargers, of which 10 are done."""
    path = tmp_path_factory.mktemp("sound") / "outbox.db"

    async def story() -> None:
        async with opened(path) as (outbox, _):
            await commit(outbox, "s", [message(n, charger_of(n)) for n in range(1, 61)])
            await done(outbox, "s", range(1, 11))

    asyncio.run(story())
    return path.read_bytes()


def content(path: Path, table: str) -> list[tuple[object, ...]]:
    """Return the rows of a table of a file that is closed."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY sequence").fetchall()


async def waiting(outbox: Outbox) -> list[Record]:
    """Return what waits, of all chargers."""
    return [one for n in range(3) for one in await pending(outbox, "s", f"CP{n}")]


WAITING = [
    message(n, f"CP{k}") for k in range(3) for n in range(11, 61) if charger_of(n) == f"CP{k}"
]


def test_a_damaged_outbox_lacks_nothing_or_is_refused_whole_and_names_the_remedy(
    tmp_path: Path, sound_file: bytes
) -> None:
    path = tmp_path / "outbox.db"
    outcomes: Counter[str] = Counter()

    async def story() -> None:
        async with opened(path) as (outbox, troubles):
            outcomes["mended" if troubles else "unharmed"] += 1
            assert (outbox.stored("s"), outbox.delivered("s")) == (60, 10)
            assert await waiting(outbox) == WAITING
        async with opened(path) as (outbox, troubles):
            assert troubles == [], "it is mended"
            assert await waiting(outbox) == WAITING

    assert open_damaged(sound_file, path, story, flips=FLIPS, seed=SEED)
    assert outcomes.keys() == {"unharmed", "mended"}


@pytest.mark.parametrize("table", outbox_repair.COPIES)
def test_a_damaged_copy_is_made_anew_from_the_other(
    tmp_path: Path, sound_file: bytes, table: str
) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(sound_file)
    change(path, f"UPDATE {table} SET text = 'damaged' WHERE sequence = 33")

    async def story() -> None:
        async with opened(path) as (outbox, troubles):
            assert troubles == [
                f"{path}: record 33 of s, charger CP0: one of its two copies was damaged, and is"
                " made anew from the other"
            ]
            assert outbox.damaged_records == 1
            assert await waiting(outbox) == WAITING
        assert content(path, "message") == content(path, "spare")

    asyncio.run(story())


def test_what_has_no_sound_copy_is_lost_told_and_kept_as_it_was_found(
    tmp_path: Path, sound_file: bytes
) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(sound_file)
    change(path, "UPDATE message SET text = 'damaged' WHERE sequence = 11")
    change(path, "UPDATE spare SET reference = 4 WHERE sequence = 11")

    async def story() -> None:
        async with opened(path) as (outbox, troubles):
            assert troubles == [
                f"{path}: record 11 of s, charger CP2: both copies are damaged: it is lost, and"
                " what is left of it is in quarantine"
            ]
            assert (outbox.stored("s"), outbox.delivered("s")) == (60, 11)
            assert await waiting(outbox) == [one for one in WAITING if one.sequence != 11]
        assert [row[1] for row in content(path, "quarantine")] == [11]

    asyncio.run(story())


def test_what_is_damaged_while_it_is_open_is_read_from_its_copy_and_mended(
    tmp_path: Path, sound_file: bytes
) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(sound_file)
    change(
        path,
        "CREATE TRIGGER harm AFTER DELETE ON message WHEN old.sequence = 12 BEGIN"
        " UPDATE message SET text = 'damaged' WHERE sequence IN (31, 33);"
        " UPDATE spare SET text = 'damaged' WHERE sequence = 31; END",
    )
    left = [one for one in WAITING if one.sequence not in (12, 31)]

    async def story() -> None:
        async with opened(path) as (outbox, troubles):
            assert await waiting(outbox) == WAITING
            await done(outbox, "s", [12])
            found = await waiting(outbox)
            assert [one.sequence for one in found if one.kind is RecordKind.VOID] == [31]
            assert [one for one in found if one.sequence != 31] == left
            assert await waiting(outbox) == left
            assert len(troubles) == outbox.damaged_records == 2
        async with opened(path) as (outbox, troubles):
            assert troubles == []
            assert await waiting(outbox) == left

    asyncio.run(story())


def test_what_is_damaged_after_opening_is_never_read_altered(
    tmp_path: Path, sound_file: bytes
) -> None:
    path = tmp_path / "outbox.db"
    chance = random.Random(SEED)
    site = Site(1, "s", accepted=60, stored=60, delivered=10)
    damages = 0
    for _ in range(FLIPS):
        damaged, what = flip(sound_file, chance)
        path.write_bytes(damaged)
        try:
            connection = connect(path, SCHEMA, max_bytes=MAX_BYTES)
        except StorageError:
            continue
        for charger in ("CP0", "CP1", "CP2"):
            try:
                page = outbox_tables.read_pending(connection, site, charger, 0, 100)
            except apsw.Error:
                continue
            assert page.records == [message(r.sequence, charger) for r in page.records], what
            damages += len(page.damaged)
        connection.close()
    assert damages
