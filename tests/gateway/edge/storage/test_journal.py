"""The journal: what was reported durable is there, in order, unaltered, after anything."""

import asyncio
import random
import shutil
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage import journal_state
from laconic_gateway.edge.storage.database import StorageError
from laconic_gateway.edge.storage.journal import SCHEMA, Journal
from laconic_gateway.edge.storage.storage import Storage
from tests.support.damage import flip
from tests.support.journal_writer import text_of
from tests.support.killing import run_and_kill
from tests.support.records import message, records
from tests.support.waiting import GUARD_SECONDS, until

MAX_BYTES = 10**7
FULL_BYTES = 60_000
KILLS = 25
FLIPS = 300
SEED = 20


async def append(journal: Journal, added: Sequence[Record]) -> int:
    """Appends and waits until it is durable."""
    durable: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    journal.append(added, durable.set_result)
    return await asyncio.wait_for(durable, GUARD_SECONDS)


async def read(journal: Journal, after: int = 0, limit: int = 10**6) -> list[Record]:
    """Reads a page and waits for it."""
    page: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
    journal.read(after, limit, page.set_result)
    return await asyncio.wait_for(page, GUARD_SECONDS)


@asynccontextmanager
async def opened(
    path: Path, max_bytes: int = MAX_BYTES
) -> AsyncGenerator[tuple[Journal, list[str]]]:
    """Opens a journal and collects its troubles."""
    troubles: list[str] = []
    journal = await Journal.open(path, max_bytes=max_bytes, on_trouble=troubles.append)
    try:
        yield journal, troubles
    finally:
        await journal.close()


def messages(first: int, last: int) -> list[Record]:
    return [message(number) for number in range(first, last + 1)]


class JournalMachine(RuleBasedStateMachine):
    """The journal beside a plain list, through closes and kills."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folders = TemporaryDirectory()
        self.lives = 0
        self.appended: list[Record] = []
        self.confirmed: list[int] = [0]
        self.trimmed = self.certainly_trimmed = 0
        self.numbers: dict[str, int] = {}
        self.runner.run(self._open(self._folder()))

    def teardown(self) -> None:
        self.runner.run(self.journal.close())
        self.runner.close()
        self.folders.cleanup()

    @rule(added=st.lists(records(), max_size=8), wait=st.booleans())
    def append(self, added: list[Record], wait: bool) -> None:
        first = len(self.appended) + 1
        numbered = [replace(record, sequence=first + n) for n, record in enumerate(added)]
        self.appended += numbered
        self.journal.append(numbered, self.confirmed.append)
        if wait:
            self.runner.run(until(lambda: self.confirmed[-1] == len(self.appended)))

    @rule(back=st.integers(0, 10))
    def trim(self, back: int) -> None:
        through = max(0, self.confirmed[-1] - back)
        self.journal.trim(through)
        self.trimmed = max(self.trimmed, through)

    @rule(after=st.integers(0, 60), limit=st.integers(0, 20))
    def read(self, after: int, limit: int) -> None:
        known = self.confirmed[-1]
        page = self.runner.run(read(self.journal, after, limit))
        start = max(after, self.trimmed)
        assert page == self.appended[start : max(start, min(start + limit, known))]

    @rule(name=st.sampled_from(["epoch", "boot"]), value=st.integers(-(2**63), 2**63 - 1))
    def set_number(self, name: str, value: int) -> None:
        self.runner.run(self.journal.set_number(name, value))
        self.numbers[name] = value

    @rule()
    def close_and_open(self) -> None:
        self.runner.run(self.journal.close())
        assert self.confirmed[-1] == len(self.appended)
        self.certainly_trimmed = self.trimmed
        self.runner.run(self._open(self._folder()))

    @rule()
    def kill_and_open(self) -> None:
        """Goes on with a copy made between two commits, as a killed process leaves it."""
        before = self._folder()
        self.lives += 1
        copy = self.storage.run(lambda _: shutil.copytree(before, self._folder()))
        confirmed = self.confirmed[-1]
        self.runner.run(copy)
        self.runner.run(self.journal.close())
        self.runner.run(self._open(self._folder()))
        assert confirmed <= self.journal.last_sequence <= len(self.appended)
        del self.appended[self.journal.last_sequence :]
        self.confirmed = [self.journal.last_sequence]

    @invariant()
    def confirmations_come_in_order(self) -> None:
        assert self.confirmed == sorted(self.confirmed)
        assert self.journal.last_sequence == len(self.appended)
        assert self.journal.damaged_records == 0

    async def _open(self, folder: Path) -> None:
        self.storage = await Storage.open(folder / "journal.db", SCHEMA, max_bytes=MAX_BYTES)
        state = await self.storage.run(journal_state.load)
        self.journal = Journal(self.storage, state, pytest.fail)
        assert self.certainly_trimmed <= self.journal.trimmed_through <= self.trimmed
        assert self.journal.numbers == self.numbers
        self.trimmed = self.certainly_trimmed = self.journal.trimmed_through

    def _folder(self) -> Path:
        return Path(self.folders.name) / str(self.lives)


TestJournalMachine = JournalMachine.TestCase
TestJournalMachine.settings = settings(deadline=None, max_examples=40, stateful_step_count=30)


def test_nothing_durable_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    chance = random.Random(SEED)

    async def check(reported: int) -> None:
        async with opened(path) as (journal, troubles):
            assert journal.last_sequence >= reported
            kept = range(journal.trimmed_through + 1, journal.last_sequence + 1)
            expected = [message(number, text=text_of(number)) for number in kept]
            assert await read(journal) == expected
            assert troubles == []

    reported = 0
    for _ in range(KILLS):
        said = run_and_kill("tests.support.journal_writer", path, chance)
        assert int(said[0]) >= reported, f"seed {SEED}"
        reported = int(said[-1])
        asyncio.run(check(reported))
    assert reported > KILLS


async def fill(journal: Journal, troubles: list[str], confirmed: list[int]) -> int:
    """Appends large records one by one until the file takes no more; returns how many it took."""
    while not troubles:
        number = journal.last_sequence + 1
        journal.append([message(number, text="x" * 400)], confirmed.append)
        await until(lambda number=number: number in confirmed or bool(troubles))  # type: ignore[misc]
    return journal.last_sequence - 1


def test_a_full_file_confirms_nothing_and_recovers_after_a_trim(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"

    async def story() -> None:
        confirmed: list[int] = []
        async with opened(path, max_bytes=FULL_BYTES) as (journal, troubles):
            taken = await fill(journal, troubles, confirmed)
            assert "journal.db: database or disk is full" in troubles[0]
            for record in messages(taken + 2, taken + 20):
                journal.append([record], confirmed.append)
            assert len(await read(journal)) == len(confirmed) == taken > 50
            journal.trim(taken // 2)
            await until(lambda: len(confirmed) == taken + 20)
            assert confirmed == list(range(1, taken + 21))
            assert len(troubles) == 1
        assert path.stat().st_size <= FULL_BYTES
        async with opened(path) as (journal, _):
            assert journal.last_sequence == taken + 20

    asyncio.run(story())


def test_closing_a_full_journal_confirms_nothing_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    confirmed: list[int] = []

    async def story() -> None:
        async with opened(path, max_bytes=FULL_BYTES) as (journal, _):
            for number in range(1, 301):
                journal.append([message(number, text="x" * 400)], confirmed.append)
        async with opened(path) as (journal, _):
            assert 50 < journal.last_sequence == confirmed[-1] < 300

    asyncio.run(story())


def test_numbers_never_go_back_when_everything_is_trimmed(tmp_path: Path) -> None:
    async def story() -> None:
        for life in range(3):
            async with opened(tmp_path / "journal.db") as (journal, _):
                assert journal.last_sequence == journal.trimmed_through == 5 * life
                await append(journal, messages(5 * life + 1, 5 * life + 5))
                journal.trim(5 * life + 5)
                assert await read(journal) == []

    asyncio.run(story())


def test_a_new_journal_begins_where_it_is_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "journal.db") as (journal, _):
            await journal.begin_after(5000)
            assert journal.last_sequence == journal.trimmed_through == 5000
        async with opened(tmp_path / "journal.db") as (journal, _):
            with pytest.raises(ValueError, match="not new"):
                await journal.begin_after(6000)
            assert await append(journal, messages(5001, 5003)) == 5003
            assert await read(journal) == messages(5001, 5003)

    asyncio.run(story())


def test_what_breaks_the_order_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "journal.db") as (journal, _):
            await append(journal, messages(1, 3))
            for wrong in (messages(3, 4), messages(5, 6), [message(4), message(6)]):
                with pytest.raises(ValueError, match="do not continue 3"):
                    journal.append(wrong, print)
            with pytest.raises(ValueError, match="not on disk yet"):
                journal.trim(4)
            with pytest.raises(ValueError, match="belongs to the journal"):
                await journal.set_number("trimmed_through", 1)
            assert await read(journal) == messages(1, 3)

    asyncio.run(story())


def test_numbers_are_kept_with_the_records_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"

    async def story() -> None:
        async with opened(path) as (journal, _):
            durable: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            journal.append(messages(1, 1), lambda _: None, {"held_through": 6})
            journal.append(messages(2, 2), durable.set_result, {"held_through": 7})
            assert "held_through" not in journal.numbers
            await asyncio.wait_for(durable, GUARD_SECONDS)
            assert journal.numbers["held_through"] == 7
            with pytest.raises(ValueError, match="belongs to the journal"):
                journal.append(messages(3, 3), lambda _: None, {"trimmed_through": 1})
            assert journal.last_sequence == 2
        async with opened(path) as (journal, _):
            assert journal.numbers["held_through"] == 7
            assert journal.last_sequence == 2

    asyncio.run(story())


def test_many_records_share_few_commits(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "journal.db") as (journal, _):
            confirmed: list[int] = []
            before = journal.commits
            for number in range(1, 1001):
                journal.append([message(number)], confirmed.append)
            await until(lambda: len(confirmed) == 1000)
            assert journal.commits - before <= 2

    asyncio.run(story())


def test_the_second_owner_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path / "journal.db"):
            with pytest.raises(StorageError, match=r"journal\.db.*another process"):
                await Journal.open(tmp_path / "journal.db", max_bytes=MAX_BYTES)

    asyncio.run(story())


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
    chance = random.Random(SEED)
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
            assert journal.damaged_records == len(troubles) == len(page) - len(sound)
            outcomes["void" if troubles else "sound"] += 1

    for _ in range(FLIPS):
        damaged, what = flip(sound_file, chance)
        for left in tmp_path.iterdir():
            left.unlink()
        path.write_bytes(damaged)
        try:
            asyncio.run(story())
        except StorageError as error:
            assert str(path) in str(error)
            outcomes["refused"] += 1
        except BaseException as error:
            error.add_note(f"{what}, seed {SEED}")
            raise
    assert outcomes.keys() == {"sound", "void", "refused"}


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
