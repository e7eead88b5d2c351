"""The outbox beside plain lists, and killed: whatever happens, nothing is lost or repeated."""

import asyncio
import random
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage import lease, outbox_tables
from laconic_gateway.edge.storage.outbox import Outbox
from laconic_gateway.edge.storage.outbox_tables import SCHEMA
from laconic_gateway.edge.storage.storage import Storage
from tests.support.killing import run_and_kill
from tests.support.outbox_writer import KEPT, SITES, charger_of
from tests.support.outboxes import MAX_BYTES, commit, done, opened, pending
from tests.support.records import message, records

KILLS = 20
SEED = 21
CHARGERS = ("CP1", "CP2", "CP 3/é")


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
        taken = await self.storage.run(lambda connection: lease.take(connection, "this test"))
        self.outbox = Outbox(self.storage, stock, pytest.fail, (), taken)
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
