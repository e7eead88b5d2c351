"""The outbox of an expander in virtual time, for one site."""

from collections.abc import Callable

from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.expander.kept import Kept
from laconic_gateway.core.records import Record, RecordKind
from tests.support.virtual_disks import Disk
from tests.support.virtual_steps import Steps


class Outbox:
    """Messages until the CSMS has them, and what is kept of each charger."""

    def __init__(self, schedule: Schedule, seconds: float, steps: Steps) -> None:
        self._schedule = schedule
        self.commits = Disk(schedule, seconds, "outbox written", steps)
        self.dones = Disk(schedule, seconds, "deliveries written", steps)
        self.reads = Disk(schedule, seconds, "outbox read")
        self._messages: dict[int, Record] = {}
        self._damaged: set[int] = set()
        self._kept: dict[tuple[str, str, str], Kept] = {}
        self._accepted = 0
        self.stored = 0

    def crash(self, *, power: bool = False) -> None:
        """Lose what is not durable."""
        for disk in (self.commits, self.dones, self.reads):
            disk.crash(power=power)
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
        self.commits.submit(lambda: self._keep(fresh, through), lambda: on_stored(through))

    def reset(self, stored: int) -> None:
        """Move the cursor over what will never come."""
        assert stored >= self._accepted, "the cursor cannot go back"
        self._accepted = stored
        self.commits.submit(lambda: self._keep([], stored))

    def done(
        self,
        sequence: int,
        on_done: Callable[[], None],
        charger: str = "",
        keeps: tuple[Kept, ...] = (),
    ) -> None:
        """Forget a record, and keep what is to be kept, at once."""
        self.dones.submit(lambda: self._forget(sequence, charger, keeps), on_done)

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
        self.reads.submit(work, lambda: on_read(tuple(page)))

    def _keep(self, fresh: list[Record], through: int) -> None:
        for record in fresh:
            self._schedule.note(f"outbox {record.sequence}", record.text.encode())
            if record.kind is RecordKind.MESSAGE:
                self._messages[record.sequence] = record
        self.stored = max(self.stored, through)

    def _as_read(self, sequence: int) -> Record:
        if sequence in self._damaged:
            return Record(sequence, RecordKind.VOID, "", "", "")
        return self._messages[sequence]

    def _forget(self, sequence: int, charger: str, keeps: tuple[Kept, ...]) -> None:
        self._schedule.note(f"done {sequence}")
        self._messages.pop(sequence, None)
        for kept in keeps:
            self._kept.pop((charger, kept.kind, kept.name), None)
            if kept.text is not None:
                self._kept[charger, kept.kind, kept.name] = kept
