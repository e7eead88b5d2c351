"""Journal and outbox in virtual time: what was asked is durable a little later, in order.

A crash takes what was not durable yet, and all reports that were under way.
"""

from collections.abc import Callable

from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.expander.kept import Kept
from laconic_gateway.core.records import Record, RecordKind


class Disk:
    """Carries out jobs one after the other."""

    def __init__(self, schedule: Schedule, seconds: float) -> None:
        self._schedule = schedule
        self._seconds = seconds
        self._life = 0
        self._free_at = 0.0

    def crash(self) -> None:
        """Forget what is not done."""
        self._life += 1

    def submit(self, job: Callable[[], None], report: Callable[[], None] | None = None) -> None:
        """Do a job after those before it, and report it a little later."""
        life = self._life
        schedule = self._schedule
        self._free_at = max(self._free_at, schedule.now) + schedule.between(0.0, self._seconds)

        def work() -> None:
            if life == self._life:
                job()
                if report is not None:
                    schedule.after(schedule.between(0.0, self._seconds / 4), tell)

        def tell() -> None:
            if life == self._life and report is not None:
                report()

        schedule.at(self._free_at, work)


class Journal:
    """The journal of a site."""

    def __init__(self, schedule: Schedule, seconds: float, *, first_after: int) -> None:
        self._disk = Disk(schedule, seconds)
        self._reader = Disk(schedule, seconds)
        self._records: dict[int, Record] = {}
        self.ever: list[Record] = []
        """Every record that has ever been durable."""
        self.durable = first_after
        self.last_sequence = first_after
        self.trimmed_through = first_after
        self.epoch = 0

    def crash(self) -> None:
        """Lose what is not durable."""
        self._disk.crash()
        self._reader.crash()
        self.last_sequence = self.durable

    def append(self, record: Record, on_durable: Callable[[int], None]) -> None:
        """Keep a record."""
        assert record.sequence == self.last_sequence + 1, "the records have a hole"
        self.last_sequence = record.sequence
        self._disk.submit(lambda: self._keep(record), lambda: on_durable(record.sequence))

    def save_epoch(self, epoch: int) -> None:
        """Remember an epoch."""

        def save() -> None:
            assert epoch > self.epoch, "epochs only grow"
            self.epoch = epoch

        self._disk.submit(save)

    def trim(self, through: int) -> None:
        """Delete the records up to here."""
        assert through <= self.durable, "trimmed beyond what is durable"
        self.trimmed_through = max(self.trimmed_through, through)
        self._disk.submit(lambda: self._cut(through))

    def read(self, after: int, limit: int, on_read: Callable[[tuple[Record, ...]], None]) -> None:
        """Read a page."""
        first = max(after, self.trimmed_through) + 1
        last = min(first - 1 + limit, self.durable)
        page: list[Record] = []

        def work() -> None:
            numbers = range(max(first, self.trimmed_through + 1), last + 1)
            page.extend(self._records[number] for number in numbers)

        self._reader.submit(work, lambda: on_read(tuple(page)))

    def _keep(self, record: Record) -> None:
        self._records[record.sequence] = record
        self.ever.append(record)
        self.durable = record.sequence

    def _cut(self, through: int) -> None:
        for sequence in [number for number in self._records if number <= through]:
            del self._records[sequence]


class Outbox:
    """The outbox of an expander, for one site."""

    def __init__(self, schedule: Schedule, seconds: float) -> None:
        self._schedule = schedule
        self._commits = Disk(schedule, seconds)
        self._dones = Disk(schedule, seconds)
        self._reads = Disk(schedule, seconds)
        self._messages: dict[int, Record] = {}
        self._damaged: set[int] = set()
        self._kept: dict[tuple[str, str, str], Kept] = {}
        self._accepted = 0
        self.stored = 0

    def crash(self) -> None:
        """Lose what is not durable."""
        for disk in (self._commits, self._dones, self._reads):
            disk.crash()
        self._accepted = self.stored

    def lose_everything(self) -> None:
        """Begin with an empty file."""
        self._messages.clear()
        self._kept.clear()
        self.stored = self._accepted = 0

    @property
    def delivered(self) -> int:
        """Return through where nothing waits."""
        return min(self._messages, default=self.stored + 1) - 1

    @property
    def kept(self) -> dict[str, tuple[Kept, ...]]:
        """Return what is kept, by charger, the older of a kind first."""
        found: dict[str, list[Kept]] = {}
        for key in sorted(self._kept, key=lambda key: (key[1], len(key[2]), key[2])):
            found.setdefault(key[0], []).append(self._kept[key])
        return {charger: tuple(ones) for charger, ones in found.items()}

    @property
    def backlog(self) -> tuple[str, ...]:
        """Return the chargers with messages."""
        return tuple(sorted({record.charger for record in self._messages.values()}))

    def damage(self, sequence: int) -> None:
        """Have a record read as the real outbox reads a damaged one."""
        self._damaged.add(sequence)

    def commit(self, records: tuple[Record, ...], on_stored: Callable[[int], None]) -> None:
        """Keep records."""
        first = records[0].sequence
        assert [record.sequence for record in records] == [*range(first, first + len(records))]
        assert first <= self._accepted + 1, "a hole before the records"
        fresh = [record for record in records if record.sequence > self._accepted]
        self._accepted = through = max(self._accepted, records[-1].sequence)
        self._commits.submit(lambda: self._keep(fresh, through), lambda: on_stored(through))

    def reset(self, stored: int) -> None:
        """Move the cursor over what will never come."""
        assert stored >= self._accepted, "the cursor cannot go back"
        self._accepted = stored
        self._commits.submit(lambda: self._keep([], stored))

    def done(
        self,
        sequence: int,
        on_done: Callable[[], None],
        charger: str = "",
        keeps: tuple[Kept, ...] = (),
    ) -> None:
        """Forget a record, and keep what is to be kept, at once."""
        self._dones.submit(lambda: self._forget(sequence, charger, keeps), on_done)

    def read(
        self, charger: str, after: int, limit: int, on_read: Callable[[tuple[Record, ...]], None]
    ) -> None:
        """Read a page of a charger."""
        page: list[Record] = []

        def work() -> None:
            found = sorted(
                sequence
                for sequence, record in self._messages.items()
                if record.charger == charger and sequence > after
            )
            page.extend(self._as_read(sequence) for sequence in found[:limit])

        self._schedule.mark("outbox page")
        self._reads.submit(work, lambda: on_read(tuple(page)))

    def _keep(self, fresh: list[Record], through: int) -> None:
        for record in fresh:
            if record.kind is RecordKind.MESSAGE:
                self._messages[record.sequence] = record
        self.stored = max(self.stored, through)

    def _as_read(self, sequence: int) -> Record:
        if sequence in self._damaged:
            return Record(sequence, RecordKind.VOID, "", "", "")
        return self._messages[sequence]

    def _forget(self, sequence: int, charger: str, keeps: tuple[Kept, ...]) -> None:
        self._messages.pop(sequence, None)
        for kept in keeps:
            self._kept.pop((charger, kept.kind, kept.name), None)
            if kept.text is not None:
                self._kept[charger, kept.kind, kept.name] = kept
