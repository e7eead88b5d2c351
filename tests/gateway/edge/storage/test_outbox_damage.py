"""A damaged outbox: the site is asked again, and nothing that is done comes twice."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import apsw
import pytest

from laconic_gateway.core.records import RecordKind
from laconic_gateway.edge.storage import outbox_tables, rows
from laconic_gateway.edge.storage.database import StorageError, connect
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


def test_a_damaged_outbox_asks_again_or_is_refused_whole_and_names_the_remedy(
    tmp_path: Path, sound_file: bytes
) -> None:
    path = tmp_path / "outbox.db"
    outcomes: Counter[str] = Counter()

    async def story() -> None:
        async with opened(path) as (outbox, troubles):
            stored = outbox.stored("s")
            outcomes["unharmed" if stored == 60 else "repaired"] += 1
            assert (stored < 60) == bool(troubles)
            assert outbox.delivered("s") == 10
            again = [message(n, charger_of(n)) for n in range(stored + 1, 61)]
            await commit(outbox, "s", again)
        async with opened(path) as (outbox, _):
            assert (outbox.stored("s"), outbox.delivered("s")) == (60, 10)
            for number in range(3):
                wanted = [n for n in range(11, 61) if charger_of(n) == f"CP{number}"]
                page = await pending(outbox, "s", f"CP{number}")
                assert page == [message(n, f"CP{number}") for n in wanted]

    assert open_damaged(sound_file, path, story, flips=FLIPS, seed=SEED)
    assert outcomes.keys() == {"unharmed", "repaired"}


def test_a_damaged_message_is_fetched_again_and_nothing_done_comes_twice(
    tmp_path: Path, sound_file: bytes
) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(sound_file)

    async def story() -> None:
        async with opened(path) as (outbox, _):
            await done(outbox, "s", [30, 31, 35])
        change(path, "UPDATE message SET text = 'damaged' WHERE sequence = 33")
        async with opened(path) as (outbox, troubles):
            assert troubles == [
                f"{path}: record 33 of s, charger CP0, is damaged;"
                " it is in quarantine, and the site is asked for it again"
            ]
            assert outbox.damaged_records == 1
            assert (outbox.stored("s"), outbox.delivered("s")) == (32, 10)
            others = await pending(outbox, "s", "CP1")
            assert [one.sequence for one in others] == [n for n in range(13, 61, 3) if n != 31]
            page = await pending(outbox, "s", "CP0")
            assert page[-1].sequence == 27, "nothing overtakes what is waited for"
            await done(outbox, "s", range(11, 33))
            assert outbox.delivered("s") == 32
            await commit(outbox, "s", [message(n, charger_of(n)) for n in range(33, 50)])
            assert outbox.stored("s") == 49
        async with opened(path) as (outbox, troubles):  # it was stopped halfway
            assert troubles == []
            assert outbox.stored("s") == 50, "51 is the next one of CP0"
            await commit(outbox, "s", [message(n, charger_of(n)) for n in range(51, 63)])
            found = [r.sequence for n in range(3) for r in await pending(outbox, "s", f"CP{n}")]
            assert sorted(found) == [n for n in range(33, 63) if n != 35]
            assert outbox.stored("s") == 62

    asyncio.run(story())


def test_what_is_damaged_after_opening_is_read_as_void(tmp_path: Path, sound_file: bytes) -> None:
    path = tmp_path / "outbox.db"
    chance = random.Random(SEED)
    site = Site(1, "s", accepted=60, stored=60, delivered=10)
    voids = 0
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
            sound = [record for record in page if record.kind is RecordKind.MESSAGE]
            assert sound == [message(r.sequence, charger) for r in sound], what
            assert all(
                page[n] == rows.void(page[n].sequence)
                for n in range(len(page))
                if page[n] not in sound
            )
            voids += len(page) - len(sound)
        connection.close()
    assert voids
