"""No damage is delivered; a small part of what `make storage-figures` tries."""

import asyncio
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from laconic_bench.storage_figures import damage
from laconic_bench.storage_figures.damage import Damage, measure
from laconic_bench.storage_figures.messages import records
from laconic_bench.storage_figures.stores import QUOTA_BYTES, STORES
from laconic_gateway.edge.storage.journal import Journal

FLIPS = 150
PAGES = 50
SEED = "1"


@pytest.mark.parametrize("store", STORES)
def test_a_flipped_bit_is_told_and_nothing_is_altered(store: str) -> None:
    found = measure(store, damage.flip, FLIPS, SEED)
    assert found.problems == []
    assert found.is_clean
    assert found.runs == FLIPS
    assert found.hit > FLIPS / 4
    assert found.missed + found.mended > found.refused


@pytest.mark.parametrize("store", STORES)
def test_an_overwritten_page_is_told_and_nothing_is_altered(store: str) -> None:
    found = measure(store, damage.overwrite, PAGES, SEED)
    assert found.problems == []
    assert found.is_clean
    assert found.hit > PAGES
    assert found.detected == found.hit


@pytest.mark.parametrize("store", STORES)
def test_a_misplaced_page_is_told_and_alters_nothing(store: str) -> None:
    found = measure(store, damage.misplace, PAGES, SEED)
    assert (found.silent, found.altered, found.again, found.crashes) == (0, 0, 0, 0)


def test_what_should_not_be_delivered_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    given = records(1, damage.MESSAGES)
    given[99] = replace(given[99], text="[2,7]")

    async def fill() -> None:
        journal = await Journal.open(path, max_bytes=QUOTA_BYTES)
        journal.append(given[:-1], lambda _: None)
        await journal.close()

    asyncio.run(fill())

    def make(content: bytes, page_bytes: int, chance: Random) -> Damage:
        return Damage(path.read_bytes(), range(0), "another file")

    found = measure("journal", make, 1, SEED)
    assert (found.altered, found.again, found.silent) == (1, damage.FORGOTTEN, 1)
    assert not found.is_clean
    assert found.problems == ["journal, seed 1, another file"]
