"""The files of a site in virtual time: its journal, with a quota, and what it has learned."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.core.site.offline.facts import KeepFact
from laconic_gateway.core.site.shedding import RANKS, REFUSABLE, Place, Rank, Thinner, place_of
from laconic_gateway.edge.storage.room import tombstone
from tests.support.virtual_disks import Disk
from tests.support.virtual_steps import Steps

UNLIMITED: Final = 1_000_000


class Journal:
    """The journal of a site."""

    def __init__(
        self,
        schedule: Schedule,
        seconds: float,
        steps: Steps,
        *,
        first_after: int,
        quota_records: int = UNLIMITED,
    ) -> None:
        self._schedule = schedule
        self.appends = Disk(schedule, seconds, "journal written", steps)
        self.changes = Disk(schedule, seconds, "journal changed")
        """Of what is there: the records are trimmed, an epoch is written down."""
        self._reads = Disk(schedule, seconds, "journal read")
        self._quota_records = quota_records
        self._records: dict[int, Record] = {}
        self._places: dict[int, Place | None] = {}
        """Of those that were looked at for want of room: a full journal looks at all again."""
        self.ever: list[Record] = []
        """Every message that has ever been durable."""
        self._said: set[tuple[str, str]] = set()
        """Charger and content of each of them."""
        self.shed: set[int] = set()
        """Sequence numbers of those that had to go for want of room."""
        self.durable = first_after
        self.last_sequence = first_after
        self.trimmed_through = first_after
        self.epoch = 0
        self._moves: tuple[int, int] | None = None
        """Behind which number is what belongs behind which other."""
        self.on_refused: Callable[[frozenset[int]], None] = lambda sequences: None
        """Told of records for which there is no room, before they are reported as durable."""

    def crash(self, *, power: bool = False) -> None:
        """Lose what is not durable."""
        for disk in (self.appends, self.changes, self._reads):
            disk.crash(power=power)
        self.last_sequence = self.durable

    def append(self, record: Record, on_durable: Callable[[int], None]) -> None:
        """Keep a record."""
        assert record.sequence == self.last_sequence + 1, "the records have a hole"
        self.last_sequence = record.sequence
        refused: list[int] = []

        def work() -> None:
            if not self._keep(record):
                refused.append(record.sequence)

        def report() -> None:
            if refused:
                self.on_refused(frozenset(refused))
            on_durable(record.sequence)

        self.appends.submit(work, report)

    def save_epoch(self, epoch: int) -> None:
        """Remember an epoch, if the disk takes it; it is not tried again."""
        if self.changes.is_stalled:
            self._schedule.mark("epoch not written down")
            return

        def save() -> None:
            assert epoch > self.epoch, "epochs only grow"
            self.epoch = epoch

        self.changes.submit(save)

    def plan_move(self, after: int, onto: int, on_planned: Callable[[], None]) -> None:
        """Have the records behind `after` moved at the next start."""

        def plan() -> None:
            self._moves = after, onto

        self.changes.submit(plan, on_planned)

    def open(self) -> None:
        """Move what is to be moved."""
        if self._moves is None:
            return
        (after, onto), self._moves = self._moves, None
        self._schedule.mark("journal moved")
        behind = [self._records[n] for n in sorted(self._records) if n > after]
        moved = [replace(one, sequence=n) for n, one in enumerate(behind, onto + 1)]
        self._records = {one.sequence: one for one in moved}
        self._places.clear()
        self.trimmed_through = onto
        self.durable = self.last_sequence = onto + len(moved)

    def has_had(self, charger: str, text: str) -> bool:
        """Tell whether this message has ever been durable, under whatever message id.

        What a charger says again is in the journal once, under the id that it had then (trap 11).
        """
        return (charger, _content_of(text)) in self._said

    def copy(self) -> "dict[int, Record]":
        """Return what an operator keeps who copies the file."""
        return dict(self._records)

    def replace_by(self, records: "dict[int, Record]") -> None:
        """Have a copy take its place."""
        self._records = dict(records)
        self.durable = self.last_sequence = max(records)
        self.trimmed_through = min(records) - 1

    def trim(self, through: int) -> None:
        """Delete the records up to here."""
        assert through <= self.durable, "trimmed beyond what is durable"
        self.trimmed_through = max(self.trimmed_through, through)
        self.changes.submit(lambda: self._cut(through))

    def read(self, after: int, limit: int, on_read: Callable[[tuple[Record, ...]], None]) -> None:
        """Read a page."""
        first = max(after, self.trimmed_through) + 1
        last = min(first - 1 + limit, self.durable)
        page: list[Record] = []

        def work() -> None:
            numbers = range(max(first, self.trimmed_through + 1), last + 1)
            page.extend(self._records[number] for number in numbers)

        self._reads.submit(work, lambda: on_read(tuple(page)))

    def _keep(self, record: Record) -> bool:
        """Put a record on disk, if need be in the place of others; return whether it is there."""
        self._note(record)
        self.durable = record.sequence
        if not self._has_room():
            self._make_room()
        place = None if self._has_room() else place_of(record)
        if place is not None and place.rank in REFUSABLE:
            self._schedule.mark("record refused by a full journal")
            self._records[record.sequence] = tombstone(record, f"refused: {place.rank}")
            return False
        self._records[record.sequence] = record
        self.ever.append(record)
        self._said.add((record.charger, _content_of(record.text)))
        return True

    def _has_room(self) -> bool:
        messages = (one for one in self._records.values() if one.kind is RecordKind.MESSAGE)
        if len(self._records) < self._quota_records:
            return True
        return sum(1 for _ in messages) < self._quota_records

    def _make_room(self) -> None:
        for rank in RANKS:
            for sequence in list(self._going(rank)):
                self._schedule.mark(f"shed {rank}")
                self.shed.add(sequence)
                record = self._records[sequence]
                self._records[sequence] = tombstone(record, f"shed: {rank}")
                self._places[sequence] = None
            if self._has_room():
                return

    def _going(self, rank: Rank) -> Iterator[int]:
        thinner = Thinner(rank)
        for sequence, record in self._records.items():
            if sequence not in self._places:
                self._places[sequence] = place_of(record)
            place = self._places[sequence]
            if place is not None and place.rank is rank:
                yield from thinner.offer(sequence, place)

    def _cut(self, through: int) -> None:
        for sequence in [number for number in self._records if number <= through]:
            del self._records[sequence]
            self._places.pop(sequence, None)

    def _note(self, record: Record) -> None:
        self._schedule.note(f"journal {record.sequence} {record.charger}", record.text.encode())


class FactFile:
    """What a site has learned from the CSMS; nobody waits for a fact to be durable."""

    def __init__(self, schedule: Schedule, seconds: float, steps: Steps) -> None:
        self._schedule = schedule
        self.disk = Disk(schedule, seconds, "facts written", steps)
        self.found: dict[str, str] = {}
        """What is on disk, oldest first."""

    def keep(self, fact: KeepFact) -> None:
        """Write a fact down."""
        self.disk.submit(lambda: self._keep(fact))

    def _keep(self, fact: KeepFact) -> None:
        self._schedule.note(f"fact {fact.name}", fact.value.encode())
        self.found.pop(fact.name, None)
        if fact.value:
            self.found[fact.name] = fact.value


def _content_of(text: str) -> str:
    """Return what follows the message id; none of this world holds a quotation mark."""
    return text.split('"', 2)[2]
