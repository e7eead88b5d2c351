"""`facts.db`: what was learned is there after a restart."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from laconic_gateway.core.site.offline.facts import KeepFact
from laconic_gateway.edge.storage.database import StorageError
from laconic_gateway.edge.storage.facts import FILE_NAME, FactStore


async def _write(folder: Path, *facts: KeepFact) -> None:
    store = await FactStore.open(folder, on_trouble=pytest.fail)
    for fact in facts:
        store.keep(fact)
    await store.close()


async def _read(folder: Path) -> dict[str, str]:
    store = await FactStore.open(folder, on_trouble=pytest.fail)
    await store.close()
    return store.found


def test_facts_come_back_oldest_first_and_only_the_last_word(tmp_path: Path) -> None:
    async def story() -> None:
        await _write(tmp_path, KeepFact("a", "1"), KeepFact("b", "2"), KeepFact("c", "3"))
        await _write(tmp_path, KeepFact("b", ""), KeepFact("a", "4"), KeepFact("a", "5"))
        assert list((await _read(tmp_path)).items()) == [("c", "3"), ("a", "5")]

    asyncio.run(story())


def test_a_damaged_fact_is_forgotten_and_nothing_else(tmp_path: Path) -> None:
    asyncio.run(_write(tmp_path, KeepFact("a", "accepted"), KeepFact("b", "2")))
    with sqlite3.connect(tmp_path / FILE_NAME) as file:
        file.execute("UPDATE fact SET value = 'accepteD' WHERE name = 'a'")
    file.close()
    assert asyncio.run(_read(tmp_path)) == {"b": "2"}


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database" * 1_000)
    with pytest.raises(StorageError, match=r"facts\.db: .*move it away"):
        asyncio.run(_read(tmp_path))
