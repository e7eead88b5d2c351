"""A full journal: telemetry goes first, nothing else does, and what went is told."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from laconic_bench.virtual.failing_disk import Disk, DiskVfs
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.core.site.shedding import Rank, place_of
from laconic_gateway.edge.storage.journal import Journal
from laconic_gateway.edge.storage.room import Shed, told
from tests.support.records import message, noise
from tests.support.waiting import GUARD_SECONDS, until

QUOTA_BYTES = 300_000
PADDING = noise(600)
PAYLOADS = {
    "StatusNotification": '"connectorId":1,"errorCode":"NoError"',
    "MeterValues": '"connectorId":1',
    "MeterValues of a transaction": '"connectorId":1,"transactionId":7',
    "StartTransaction": '"connectorId":1',
    "StopTransaction": '"transactionId":7',
    "SecurityEventNotification": '"type":"x"',
}
KEPT = ("StartTransaction", "StopTransaction", "SecurityEventNotification")


def record(sequence: int, what: str, charger: str = "CP1") -> Record:
    action, payload = what.partition(" ")[0], PAYLOADS[what]
    text = f'[2,"{sequence}","{action}",{{{payload},"info":"{PADDING}"}}]'
    return replace(message(sequence, charger, text), answered=True)


@dataclass
class Told:
    """What a journal said."""

    troubles: list[str] = field(default_factory=list[str])
    shed: list[Shed] = field(default_factory=list[Shed])
    durable: int = 0


@asynccontextmanager
async def opened(
    path: Path, quota_bytes: int = QUOTA_BYTES
) -> AsyncGenerator[tuple[Journal, Told]]:
    said = Told()
    journal = await Journal.open(path, max_bytes=quota_bytes, on_trouble=said.troubles.append)
    journal.on_shed = said.shed.extend
    try:
        yield journal, said
    finally:
        await journal.close()


async def put(journal: Journal, said: Told, what: str, charger: str = "CP1") -> Record:
    """Append a record and wait until it is on disk, or is known to be stuck."""
    added = record(journal.last_sequence + 1, what, charger)
    journal.append([added], lambda last: setattr(said, "durable", last))
    await until(lambda: said.durable >= added.sequence or bool(said.troubles))
    return added


async def read(journal: Journal) -> dict[int, Record]:
    page: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
    journal.read(0, 10**6, page.set_result)
    found = await asyncio.wait_for(page, GUARD_SECONDS)
    assert [one.sequence for one in found] == list(range(1, len(found) + 1)), "a hole"
    return {one.sequence: one for one in found}


def check(given: list[Record], found: dict[int, Record], said: Told) -> Counter[str]:
    """Everything that was acknowledged is there, or was shed by rank and told."""
    shed = {one.sequence: one for one in said.shed}
    assert len(shed) == len(said.shed), "told twice"
    for one in given[: said.durable]:
        place = place_of(one)
        if one.sequence in shed:
            assert place is not None
            assert shed[one.sequence].rank is place.rank
            stone = found[one.sequence]
            assert (stone.kind, stone.charger) == (RecordKind.VOID, one.charger)
            assert stone.text.endswith(f": {place.rank}")
        else:
            assert found[one.sequence] == one
    return Counter("refused" if one.refused else str(one.rank) for one in said.shed)


@pytest.mark.parametrize("seed", range(4))
def test_a_full_journal_sheds_in_the_order_of_d8_and_nothing_else(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    path = tmp_path / "journal.db"

    async def story() -> None:
        given: list[Record] = []
        async with opened(path) as (journal, said):
            while not said.troubles and len(given) < 3_000:
                what = chance.choice(tuple(PAYLOADS))
                given.append(await put(journal, said, what, chance.choice(("CP1", "CP2"))))
            found = await read(journal)
            counts = check(given, found, said)
            assert counts.keys() == {
                Rank.STATUS, Rank.TELEMETRY, Rank.SESSION, "refused"
            }  # fmt: skip
            assert "full" in said.troubles[0], "then only what is never shed is left"
            assert journal.is_stuck
        assert path.stat().st_size <= QUOTA_BYTES
        async with opened(path) as (journal, _):
            assert (await read(journal)).items() >= found.items()

    asyncio.run(story())


def test_the_lowest_rank_goes_first(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "journal.db") as (journal, said):
            turn = ("MeterValues", "MeterValues of a transaction", "StatusNotification")
            while not said.shed:
                for what in turn:
                    await put(journal, said, what)
            assert {one.rank for one in said.shed} == {Rank.STATUS}
            while all(one.rank is Rank.STATUS for one in said.shed):
                await put(journal, said, "MeterValues of a transaction")
            assert {one.rank for one in said.shed} == {Rank.STATUS, Rank.TELEMETRY}

    asyncio.run(story())


def test_values_of_the_longest_backlog_go_first(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "journal.db") as (journal, said):
            while not said.shed:
                for charger in ("CP1", "CP2", "CP2"):
                    await put(journal, said, "MeterValues of a transaction", charger)
            assert {one.charger for one in said.shed} == {"CP2"}

    asyncio.run(story())


def test_telemetry_is_refused_before_the_reserve_is_touched(tmp_path: Path) -> None:
    """D8: stop answering; and a tenth of the quota is for what is never shed."""

    async def story() -> None:
        async with opened(tmp_path / "journal.db") as (journal, said):
            while not said.shed:
                await put(journal, said, "StopTransaction")
                await put(journal, said, "MeterValues of a transaction")
                if journal.last_sequence > 200:
                    break
            while not any(one.refused for one in said.shed):
                await put(journal, said, "StopTransaction")
                await put(journal, said, "MeterValues")
            assert said.shed[-1].sequence == journal.last_sequence
            assert not said.troubles
            for _ in range(20):
                await put(journal, said, "StopTransaction")
            assert not said.troubles

    asyncio.run(story())


@pytest.fixture
def disk() -> Iterator[Disk]:
    vfs = DiskVfs(Disk())
    yield vfs.disk
    vfs.unregister()


def test_a_full_disk_sheds_and_goes_on_when_there_is_space(tmp_path: Path, disk: Disk) -> None:
    """ENOSPC, with the quota far away: nothing acknowledged is lost, and nothing crashes."""

    async def story() -> None:
        given: list[Record] = []
        async with opened(tmp_path / "journal.db", 10**8) as (journal, said):
            disk.capacity_bytes = 2_000_000
            while not said.troubles and len(given) < 20_000:
                what = "MeterValues" if len(given) % 4 else "StopTransaction"
                given.append(await put(journal, said, what))
            assert "no space left" in said.troubles[0] or "full" in said.troubles[0]
            check(given, await read(journal), said)
            disk.capacity_bytes *= 2
            await until(lambda: said.durable == len(given))
            check(given, await read(journal), said)
            given.append(await put(journal, said, "StopTransaction"))
            assert not journal.is_stuck

    asyncio.run(story())


def test_what_was_shed_is_told_by_charger_and_reason() -> None:
    shed = [Shed(4, "CP1", Rank.EVENT), Shed(9, "CP1", Rank.EVENT)]
    refused = Shed(10, "CP2", Rank.TELEMETRY, refused=True)
    assert list(told([*shed, refused])) == [
        "the journal is full: shed: periodic_event of charger CP1, 2 from 4 to 9",
        "the journal is full: refused, its charger keeps it: value_without_transaction of charger"
        " CP2, 1 from 10 to 10",
    ]
