"""A damaged journal: no record is altered, and each that is lost is told."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from laconic_gateway.core.records import RecordKind
from tests.support.damage import open_damaged
from tests.support.journals import append, opened, read
from tests.support.records import message, messages

FLIPS = 300
SEED = 20
RECORDS_IN_THE_DAMAGED_FILE = 60


@pytest.fixture(scope="module")
def sound_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a journal that has been trimmed and closed."""
    path = tmp_path_factory.mktemp("sound") / "journal.db"

    async def story() -> None:
        async with opened(path) as (journal, _):
            await append(journal, messages(1, RECORDS_IN_THE_DAMAGED_FILE))
            journal.trim(10)
            await journal.set_number("epoch", 3)

    asyncio.run(story())
    return path.read_bytes()


def test_a_flipped_bit_never_alters_a_record(tmp_path: Path, sound_file: bytes) -> None:
    path = tmp_path / "journal.db"
    outcomes: Counter[str] = Counter()

    async def story() -> None:
        async with opened(path) as (journal, troubles):
            assert journal.trimmed_through == 10
            assert journal.numbers == {"epoch": 3}
            page = await read(journal)
            numbers = range(11, journal.last_sequence + 1)
            assert [record.sequence for record in page] == list(numbers)
            sound = [record for record in page if record.kind is not RecordKind.VOID]
            assert sound == [message(record.sequence) for record in sound]
            named = [trouble for trouble in troubles if "the file is damaged" not in trouble]
            assert journal.damaged_records == len(named) == len(page) - len(sound)
            outcomes["void" if troubles else "sound"] += 1

    assert open_damaged(sound_file, path, story, flips=FLIPS, seed=SEED)
    assert outcomes.keys() == {"sound", "void"}


def test_every_damaged_record_is_read_as_void_and_told_once(
    tmp_path: Path, sound_file: bytes
) -> None:
    path = tmp_path / "journal.db"
    damaged = sound_file
    lost = [20, 35, RECORDS_IN_THE_DAMAGED_FILE]
    for number in lost:
        text = message(number).text.encode()
        assert damaged.count(text) == 1
        damaged = damaged.replace(text, text.replace(b"Heart", b"Hears"))
    path.write_bytes(damaged)

    async def story() -> None:
        async with opened(path) as (journal, troubles):
            assert journal.last_sequence == RECORDS_IN_THE_DAMAGED_FILE
            for _ in range(2):
                page = await read(journal)
                voids = [record.sequence for record in page if record.kind is RecordKind.VOID]
                assert voids == lost
            assert [trouble.split(": ")[1] for trouble in troubles] == [
                f"record {number} of charger CP1 is damaged, and lost" for number in lost
            ]
            await append(journal, messages(61, 61))
            assert (await read(journal))[-1] == message(61)

    asyncio.run(story())
