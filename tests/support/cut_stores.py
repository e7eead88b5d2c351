"""A journal and an outbox under a write load, with a ledger of what they have promised."""

import asyncio
import random
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage.journal import Journal
from laconic_gateway.edge.storage.outbox import Outbox
from tests.support.records import message
from tests.support.verdict import Verdict

MAX_BYTES: Final = 50_000_000
SITES: Final[tuple[str, ...]] = ("kisumu-1", "mombasa-2")
CHARGERS: Final = 3

_T = TypeVar("_T")


class PowerIsCut(Exception):
    """The store has told that the disk does not work any more."""


@dataclass(slots=True)
class Ledger:
    """What a store was given, by sequence.

    A transaction that was not reported may be found after any later cut, until another one is
    reported: SQLite takes the frames of a WAL as far as their checksums form a chain. A chain whose
    first frames did not reach the disk is whole again when the next life writes the same frames
    first (a page with the size of the file, an inner page of a tree) and the power goes before the
    others overwrite the rest. Nobody was answered for it, so it harms nobody.
    """

    given: dict[int, Record] = field(default_factory=dict[int, Record])
    """What was found, and what was given since."""
    in_doubt: dict[int, list[Record]] = field(default_factory=dict[int, list[Record]])
    """Given in earlier lives, not found, and nothing has been reported since."""

    def give(self, batch: Iterable[Record]) -> None:
        """Note what a store is asked to keep."""
        self.given |= {record.sequence: record for record in batch}

    def versions(self) -> dict[int, list[Record]]:
        """Return what may be found under each number."""
        numbers = self.given.keys() | self.in_doubt.keys()
        given = {n: [self.given[n]] if n in self.given else [] for n in numbers}
        return {n: given[n] + self.in_doubt.get(n, []) for n in sorted(numbers)}

    def look(self, found: Iterable[Record], last: int) -> None:
        """Begin a life in which the store reaches `last`."""
        self.in_doubt = {n: records for n, records in self.versions().items() if n > last}
        self.given = {record.sequence: record for record in found}


class CutStore(ABC):
    """One store over all its lives."""

    def __init__(self, path: Path, chance: random.Random, verdict: Verdict) -> None:
        self._path = path
        self._chance = chance
        self._verdict = verdict
        self._life = 0
        self._trouble: asyncio.Future[str]

    @abstractmethod
    async def open(self) -> None:
        """Open the file. Raises: StorageError."""

    @abstractmethod
    async def look(self) -> None:
        """Compare what is there with the ledger. Raises: PowerIsCut."""

    @abstractmethod
    async def write(self, steps: int) -> None:
        """Write a load. Raises: PowerIsCut."""

    @abstractmethod
    async def close(self) -> None:
        """Close the file, as far as there is power."""

    def cannot_be_opened(self) -> None:
        """Note that the file cannot be opened with the power on."""
        self._verdict.note("corrupted", 1, f"life {self._life}: it cannot be opened")

    def _begin(self) -> None:
        self._life += 1
        self._trouble = asyncio.get_running_loop().create_future()

    def _told(self, trouble: str) -> None:
        if not self._trouble.done():
            self._trouble.set_result(trouble)

    async def _powered(self, wanted: "asyncio.Future[_T]") -> _T:
        """Wait for a report of the store. Raises: PowerIsCut."""
        await asyncio.wait((wanted, self._trouble), return_when=asyncio.FIRST_COMPLETED)
        if not wanted.done():
            raise PowerIsCut(self._trouble.result())
        return wanted.result()

    def _text(self, sequence: int) -> str:
        """Return a text that no other life gives to this number."""
        return f"{self._life}/{sequence} " * self._chance.choice((1, 3, 10, 10, 30, 200))

    def _compare(self, where: str, found: list[Record], wanted: dict[int, list[Record]]) -> None:
        """Count what differs; one version of each of `wanted` must be there, in order."""
        verdict, where = self._verdict, f"life {self._life}: {where}"
        numbers = [record.sequence for record in found]
        missing = sorted(wanted.keys() - set(numbers))
        verdict.note("lost", len(missing), f"{where}: {missing[:9]}")
        verdict.note("duplicated", len(numbers) - len(set(numbers)), f"{where}: {numbers}")
        verdict.note("reordered", int(numbers != sorted(numbers)), f"{where}: {numbers}")
        altered = [r.sequence for r in found if r not in wanted.get(r.sequence, [r])]
        verdict.note("corrupted", len(altered), f"{where}: altered {altered[:9]}")
        strange = [number for number in numbers if number not in wanted]
        verdict.note("corrupted", len(strange), f"{where}: invented {strange[:9]}")


class CutJournal(CutStore):
    """A journal: appends, trims, numbers."""

    def __init__(self, path: Path, chance: random.Random, verdict: Verdict) -> None:
        super().__init__(path, chance, verdict)
        self._journal: Journal
        self._ledger = Ledger()
        self._durable = 0
        self._trimmed = 0
        """The most that was ever asked for."""
        self._number, self._numbers_given = 0, {0}

    async def open(self) -> None:
        self._begin()
        self._journal = await Journal.open(self._path, max_bytes=MAX_BYTES, on_trouble=self._told)

    async def close(self) -> None:
        await self._journal.close()

    async def look(self) -> None:
        journal, note = self._journal, self._verdict.note
        last, trimmed = journal.last_sequence, journal.trimmed_through
        page: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
        journal.read(0, 2**40, page.set_result)
        found = await self._powered(page)
        note("lost", max(0, self._durable - last), f"life {self._life}: reaches {last} only")
        note("lost", max(0, trimmed - self._trimmed), f"life {self._life}: trimmed {trimmed}")
        versions = self._ledger.versions()
        self._compare("journal", found, {n: v for n, v in versions.items() if trimmed < n <= last})
        number = journal.numbers.get("number", 0)
        note("corrupted", int(number not in self._numbers_given), f"number {number}")
        note("lost", int(number < self._number), f"number {number}, not {self._number}")
        self._ledger.look(found, last)
        self._number = number
        self._durable = last

    async def write(self, steps: int) -> None:
        for _ in range(steps):
            await asyncio.gather(*(self._append() for _ in range(self._chance.randint(1, 4))))
            if self._chance.random() < 0.3:
                self._trimmed = max(self._trimmed, self._durable - self._chance.randint(0, 60))
                self._journal.trim(self._trimmed)

    async def _append(self) -> None:
        first = self._journal.last_sequence + 1
        numbers = range(first, first + self._chance.choice((1, 1, 2, 5, 20)))
        batch = [message(number, text=self._text(number)) for number in numbers]
        self._ledger.give(batch)
        durable: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        if self._chance.random() < 0.2:
            number = max(self._numbers_given) + 1
            self._numbers_given.add(number)
            self._journal.append(batch, durable.set_result, {"number": number})
        else:
            number = self._number
            self._journal.append(batch, durable.set_result)
        self._durable = max(self._durable, await self._powered(durable))
        self._number = max(self._number, number)
        self._ledger.in_doubt.clear()
        self._numbers_given = {n for n in self._numbers_given if n >= self._number}


class CutOutbox(CutStore):
    """An outbox: commits of two sites, repeated frames, messages that are done."""

    def __init__(self, path: Path, chance: random.Random, verdict: Verdict) -> None:
        super().__init__(path, chance, verdict)
        self._outbox: Outbox
        self._ledgers = {site: Ledger() for site in SITES}
        self._stored: dict[str, int] = dict.fromkeys(SITES, 0)
        self._last: dict[str, int] = dict.fromkeys(SITES, 0)
        """The next frame continues it."""
        self._sent: dict[str, int] = dict.fromkeys(SITES, 0)
        """The most that may be found."""
        self._asked: dict[str, set[int]] = {site: set() for site in SITES}
        """Of `done`, in this life."""
        self._asked_before: dict[str, set[int]] = {site: set() for site in SITES}
        """In earlier lives, and nothing has been reported since."""
        self._done: dict[str, set[int]] = {site: set() for site in SITES}

    async def open(self) -> None:
        self._begin()
        self._outbox = await Outbox.open(self._path, max_bytes=MAX_BYTES, on_trouble=self._told)

    async def close(self) -> None:
        await self._outbox.close()

    async def look(self) -> None:
        for site in SITES:
            await self._look_at(site)

    async def _look_at(self, site: str) -> None:
        stored, note, ledger = self._outbox.stored(site), self._verdict.note, self._ledgers[site]
        found = [await self._pending(site, f"CP{number}") for number in range(CHARGERS)]
        lacking = max(0, self._stored[site] - stored)
        note("lost", lacking, f"life {self._life}: {site} reaches {stored}")
        beyond = max(0, stored - self._sent[site])
        note("corrupted", beyond, f"life {self._life}: {site} reaches {stored}")
        there = {record.sequence for page in found for record in page}
        again = there & self._done[site]
        note("duplicated", len(again), f"life {self._life}: {site}: done are {sorted(again)[:9]}")
        self._asked_before[site] |= self._asked[site]
        gone = self._asked_before[site] - there
        versions = ledger.versions()
        wanted = {n: v for n, v in versions.items() if n <= stored and n not in gone}
        for number, page in enumerate(found):
            mine = {n: v for n, v in wanted.items() if v[0].charger == f"CP{number}"}
            self._compare(f"{site} CP{number}", page, mine)
        ledger.look((record for page in found for record in page), stored)
        self._stored[site] = self._last[site] = stored
        self._asked[site], self._done[site] = set(), set()

    async def _pending(self, site: str, charger: str) -> list[Record]:
        page: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
        self._outbox.pending(site, charger, 0, 2**40, page.set_result)
        return await self._powered(page)

    async def write(self, steps: int) -> None:
        for _ in range(steps):
            chosen = self._chance.choices(SITES, k=self._chance.randint(1, 3))
            await asyncio.gather(*(self._commit(site) for site in chosen))

    async def _commit(self, site: str) -> None:
        first = self._last[site] + 1
        numbers = range(first, first + self._chance.choice((1, 2, 5, 20)))
        batch = [message(n, f"CP{n % CHARGERS}", self._text(n)) for n in numbers]
        self._last[site] = numbers[-1]
        self._sent[site] = max(self._sent[site], numbers[-1])
        self._ledgers[site].give(batch)
        stored: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._outbox.commit(site, batch, stored.set_result)
        if self._chance.random() < 0.2:
            self._outbox.commit(site, batch, lambda _: None)  # a repeated frame
        self._stored[site] = max(self._stored[site], await self._powered(stored))
        self._end_doubts()
        given = self._ledgers[site].given
        for number in list(given):
            if number <= self._stored[site] and self._chance.random() < 0.8:
                self._asked[site].add(number)
                self._outbox.done(site, [number], partial(self._is_done, site, number))

    def _is_done(self, site: str, number: int) -> None:
        self._end_doubts()
        self._done[site].add(number)
        self._ledgers[site].given.pop(number, None)

    def _end_doubts(self) -> None:
        """What was not reported before this report cannot come back."""
        for site, ledger in self._ledgers.items():
            ledger.in_doubt.clear()
            self._asked_before[site].clear()
            self._sent[site] = self._last[site]
