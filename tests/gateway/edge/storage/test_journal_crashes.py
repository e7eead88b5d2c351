"""The journal beside a plain list, and killed: what was reported durable is there."""

import asyncio
import random
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage import journal_state
from laconic_gateway.edge.storage.journal import SCHEMA, Journal
from laconic_gateway.edge.storage.storage import Storage
from tests.support.journal_writer import text_of
from tests.support.journals import MAX_BYTES, opened, read
from tests.support.killing import run_and_kill
from tests.support.records import message, records
from tests.support.waiting import until

KILLS = 25
SEED = 20


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
