"""The outbox: each record once, in order, until it is done; and two cursors that never lie."""

import asyncio
import random
import shutil
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage import outbox_tables, rows
from laconic_gateway.edge.storage.database import StorageError, connect
from laconic_gateway.edge.storage.outbox import SCHEMA, Outbox
from laconic_gateway.edge.storage.outbox_tables import Backlog, Site
from laconic_gateway.edge.storage.storage import Storage
from tests.support.damage import change, flip
from tests.support.killing import run_and_kill
from tests.support.outbox_writer import KEPT, SITES, charger_of
from tests.support.records import message, records
from tests.support.waiting import GUARD_SECONDS, until

MAX_BYTES = 10**7
FULL_BYTES = 120_000
KILLS = 20
FLIPS = 200
SEED = 21
CHARGERS = ("CP1", "CP2", "CP 3/é")


async def commit(outbox: Outbox, site: str, added: Sequence[Record]) -> int:
    """Commits and waits until it is on disk."""
    stored: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    outbox.commit(site, added, stored.set_result)
    return await asyncio.wait_for(stored, GUARD_SECONDS)


async def done(outbox: Outbox, site: str, sequences: Sequence[int]) -> None:
    """Has messages done and waits until that is on disk."""
    event = asyncio.Event()
    outbox.done(site, sequences, event.set)
    await asyncio.wait_for(event.wait(), GUARD_SECONDS)


async def pending(
    outbox: Outbox, site: str, charger: str, after: int = 0, limit: int = 10**6
) -> list[Record]:
    """Reads a page and waits for it."""
    page: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
    outbox.pending(site, charger, after, limit, page.set_result)
    return await asyncio.wait_for(page, GUARD_SECONDS)


@asynccontextmanager
async def opened(
    path: Path, max_bytes: int = MAX_BYTES
) -> AsyncGenerator[tuple[Outbox, list[str]]]:
    """Opens an outbox and collects its troubles."""
    troubles: list[str] = []
    outbox = await Outbox.open(path, max_bytes=max_bytes, on_trouble=troubles.append)
    try:
        yield outbox, troubles
    finally:
        await outbox.close()


def messages(first: int, last: int, charger: str = "CP1") -> list[Record]:
    return [message(number, charger) for number in range(first, last + 1)]


class OutboxMachine(RuleBasedStateMachine):
    """The outbox beside plain lists, through repeated frames, closes and kills."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folders = TemporaryDirectory()
        self.lives = 0
        self.stored = dict.fromkeys(SITES, 0)
        self.sent: dict[str, list[Record]] = {site: [] for site in SITES}
        self.waiting: dict[str, list[Record]] = {site: [] for site in SITES}
        self.runner.run(self._open())

    def teardown(self) -> None:
        self.runner.run(self.outbox.close())
        self.runner.close()
        self.folders.cleanup()

    @rule(
        site=st.sampled_from(SITES),
        added=st.lists(records(st.sampled_from(CHARGERS)), max_size=8),
        repeated=st.integers(0, 6),
    )
    def commit(self, site: str, added: list[Record], repeated: int) -> None:
        batch = self._batch(site, added, repeated)
        assert self.runner.run(commit(self.outbox, site, batch)) == self.stored[site] + len(added)
        self._keep(site, batch)

    @rule(site=st.sampled_from(SITES), data=st.data())
    def done(self, site: str, data: st.DataObject) -> None:
        sequences = [record.sequence for record in self.waiting[site]]
        taken = data.draw(st.lists(st.sampled_from(sequences)) if sequences else st.just([9]))
        self.runner.run(done(self.outbox, site, taken))
        self.waiting[site] = [r for r in self.waiting[site] if r.sequence not in taken]

    @rule(
        site=st.sampled_from(SITES),
        charger=st.sampled_from(CHARGERS),
        after=st.integers(0, 40),
        limit=st.integers(0, 10),
    )
    def read(self, site: str, charger: str, after: int, limit: int) -> None:
        page = self.runner.run(pending(self.outbox, site, charger, after, limit))
        mine = [record for record in self.waiting[site] if record.charger == charger]
        assert page == [record for record in mine if record.sequence > after][:limit]

    @rule(site=st.sampled_from(SITES), skipped=st.integers(0, 20))
    def reset(self, site: str, skipped: int) -> None:
        self.stored[site] += skipped
        self.sent[site].clear()
        self.outbox.reset(site, self.stored[site])
        self.runner.run(commit(self.outbox, site, []))

    @rule()
    def close_and_open(self) -> None:
        self.runner.run(self.outbox.close())
        self.runner.run(self._open())

    @rule(
        site=st.sampled_from(SITES),
        added=st.lists(records(st.sampled_from(CHARGERS)), max_size=8),
        written=st.booleans(),
    )
    def kill_and_open(self, site: str, added: list[Record], written: bool) -> None:
        """Goes on with a copy made between two commits, as a killed process leaves it."""
        batch = self._batch(site, added, repeated=0)
        if written:
            self.outbox.commit(site, batch, lambda _: None)
            self.runner.run(pending(self.outbox, site, "CP1"))
            self._keep(site, batch)
        before = self._folder()
        self.lives += 1
        self.runner.run(self.storage.run(lambda _: shutil.copytree(before, self._folder())))
        self.runner.run(self.outbox.close())
        self.runner.run(self._open())

    @invariant()
    def the_cursors_tell_the_truth(self) -> None:
        for site in SITES:
            waiting = [record.sequence for record in self.waiting[site]]
            assert self.outbox.stored(site) == self.stored[site]
            assert self.outbox.delivered(site) == min(waiting, default=self.stored[site] + 1) - 1
        assert self.outbox.damaged_records == 0

    def _batch(self, site: str, added: list[Record], repeated: int) -> list[Record]:
        first = self.stored[site] + 1
        again = self.sent[site][-repeated:] if repeated else []
        return again + [replace(record, sequence=first + n) for n, record in enumerate(added)]

    def _keep(self, site: str, batch: list[Record]) -> None:
        fresh = [record for record in batch if record.sequence > self.stored[site]]
        self.sent[site] += fresh
        self.stored[site] += len(fresh)
        self.waiting[site] += [r for r in fresh if r.kind is RecordKind.MESSAGE]

    async def _open(self) -> None:
        path = self._folder() / "outbox.db"
        self.storage = await Storage.open(path, SCHEMA, max_bytes=MAX_BYTES)
        stock = await self.storage.run(outbox_tables.load)
        self.outbox = Outbox(self.storage, stock, pytest.fail)
        counts = Counter((site, record.charger) for site in SITES for record in self.waiting[site])
        backlog = self.outbox.backlog()
        assert {(line.site, line.charger): line.waiting for line in backlog} == counts
        for line in backlog:
            oldest = next(r for r in self.waiting[line.site] if r.charger == line.charger)
            assert (line.path, line.version) == (oldest.path, oldest.version)

    def _folder(self) -> Path:
        return Path(self.folders.name) / str(self.lives)


TestOutboxMachine = OutboxMachine.TestCase
TestOutboxMachine.settings = settings(deadline=None, max_examples=40, stateful_step_count=30)


def test_nothing_is_lost_or_repeated_when_the_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    chance = random.Random(SEED)
    stored = dict.fromkeys(SITES, 0)
    finished: dict[str, set[int]] = {site: set() for site in SITES}

    async def check() -> None:
        async with opened(path) as (outbox, troubles):
            for site in SITES:
                kept = [r for n in range(3) for r in await pending(outbox, site, f"CP{n}")]
                kept.sort(key=lambda record: record.sequence)
                numbers = {record.sequence for record in kept}
                cursor = outbox.stored(site)
                assert cursor >= stored[site]
                assert kept == [message(n, charger_of(n)) for n in sorted(numbers)]
                assert numbers.issuperset(range(KEPT, cursor + 1, KEPT))
                assert not numbers & finished[site]
                assert numbers <= set(range(1, cursor + 1))
                assert outbox.delivered(site) == min(numbers, default=cursor + 1) - 1
                stored[site] = cursor
            assert troubles == []

    for _ in range(KILLS):
        for line in run_and_kill("tests.support.outbox_writer", path, chance):
            match line.split():
                case ["stored", site, sequence]:
                    stored[site] = int(sequence)
                case ["done", site, sequence]:
                    finished[site].add(int(sequence))
                case other:
                    assert other == ["ready"]
        asyncio.run(check())
    assert min(stored.values()) > KILLS
    assert all(finished.values())


def test_a_full_file_stores_nothing_more_and_recovers_when_messages_are_done(
    tmp_path: Path,
) -> None:
    path = tmp_path / "outbox.db"

    async def story() -> None:
        stored: list[int] = []
        async with opened(path, max_bytes=FULL_BYTES) as (outbox, troubles):
            sent: list[Record] = []
            while not troubles:
                sent.append(message(len(sent) + 1, text="x" * 900))
                outbox.commit("s", sent[-1:], stored.append)
                await until(lambda: len(stored) == len(sent) or bool(troubles))
            taken = len(sent) - 1
            assert "outbox.db: database or disk is full" in troubles[0]
            assert outbox.stored("s") == len(await pending(outbox, "s", "CP1")) == taken > 50
            assert outbox.delivered("s") == 0
            await done(outbox, "s", range(1, taken))
            await until(lambda: len(stored) == len(sent))
            assert stored == [record.sequence for record in sent]
            assert (outbox.stored("s"), outbox.delivered("s")) == (taken + 1, taken - 1)
        assert path.stat().st_size <= FULL_BYTES

    asyncio.run(story())


def test_what_would_make_a_hole_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "outbox.db") as (outbox, _):
            await commit(outbox, "s", messages(1, 3))
            with pytest.raises(ValueError, match="s: a hole between 3 and 5"):
                outbox.commit("s", messages(5, 6), print)
            with pytest.raises(ValueError, match="s: records are not contiguous"):
                outbox.commit("s", [message(4), message(6)], print)
            with pytest.raises(ValueError, match="cannot reset from 3 back to 2"):
                outbox.reset("s", 2)
            outbox.reset("s", 4)
            assert await commit(outbox, "s", messages(4, 6)) == 6
            kept = await pending(outbox, "s", "CP1")
            assert kept == messages(1, 3) + messages(5, 6)

    asyncio.run(story())


def test_a_repeated_frame_is_stored_once_even_while_the_first_is_under_way(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with opened(tmp_path / "outbox.db") as (outbox, _):
            stored: list[int] = []
            outbox.commit("s", messages(1, 5), stored.append)
            outbox.commit("s", messages(1, 5), stored.append)
            outbox.commit("s", messages(3, 7), stored.append)
            await until(lambda: len(stored) == 3)
            assert stored == [5, 5, 7]
            assert await pending(outbox, "s", "CP1") == messages(1, 7)

    asyncio.run(story())


def test_sites_do_not_see_each_other(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "outbox.db") as (outbox, _):
            await commit(outbox, "a", messages(1, 2))
            await commit(outbox, "b", messages(1, 3))
            await done(outbox, "a", [1, 2, 3])
            assert await pending(outbox, "a", "CP1") == []
            assert await pending(outbox, "b", "CP1") == messages(1, 3)
            assert [outbox.delivered(site) for site in ("a", "b", "c")] == [2, 0, 0]
        async with opened(tmp_path / "outbox.db") as (outbox, _):
            assert outbox.backlog() == [Backlog("b", "CP1", "/ocpp/CP1", "1.6", 3)]

    asyncio.run(story())


def test_many_records_share_few_commits(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "outbox.db") as (outbox, _):
            stored: list[int] = []
            before = outbox.commits
            for number in range(1, 501):
                for site in SITES:
                    outbox.commit(site, [message(number)], stored.append)
            await until(lambda: len(stored) == 1000)
            assert outbox.commits - before <= 2

    asyncio.run(story())


def test_the_second_owner_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "outbox.db"):
            with pytest.raises(StorageError, match=r"outbox\.db.*another process"):
                await Outbox.open(tmp_path / "outbox.db", max_bytes=MAX_BYTES)

    asyncio.run(story())


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
    chance = random.Random(SEED)
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

    for _ in range(FLIPS):
        for left in tmp_path.iterdir():
            left.unlink()
        damaged, what = flip(sound_file, chance)
        path.write_bytes(damaged)
        try:
            asyncio.run(story())
        except StorageError as error:
            assert str(path) in str(error)
            outcomes["refused"] += 1
        except BaseException as error:
            error.add_note(f"{what}, seed {SEED}")
            raise
    assert outcomes.keys() == {"unharmed", "repaired", "refused"}


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
