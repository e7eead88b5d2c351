"""The outbox of the model: records in memory, durable after the time that a disk takes."""

from collections.abc import Callable
from typing import Final

from laconic_bench.virtual.nat_site import DISK_SECONDS
from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.records import Record, RecordKind


class Outbox:
    """Messages until the CSMS has them."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule: Final = schedule
        self._messages: dict[int, Record] = {}
        """By sequence number, in its order."""
        self._stored = 0

    @property
    def delivered(self) -> int:
        """Return through where nothing waits."""
        return next(iter(self._messages), self._stored + 1) - 1

    def commit(self, records: tuple[Record, ...], on_stored: Callable[[int], None]) -> None:
        """Keep records that follow each other; those that it has already change nothing."""
        self._schedule.after(DISK_SECONDS, lambda: self._keep(records, on_stored))

    def reset(self, stored: int) -> None:
        """Begin anew after a record of a site that it does not know."""
        self._stored = stored

    def done(self, sequence: int, on_done: Callable[[], None]) -> None:
        """Forget a record."""
        self._messages.pop(sequence, None)
        self._schedule.after(DISK_SECONDS, on_done)

    def read(
        self, charger: str, after: int, limit: int, on_read: Callable[[tuple[Record, ...]], None]
    ) -> None:
        """Read a page of a charger's records."""
        found = [
            record
            for sequence, record in self._messages.items()
            if sequence > after and record.charger == charger
        ]
        self._schedule.after(DISK_SECONDS, lambda: on_read(tuple(found[:limit])))

    def _keep(self, records: tuple[Record, ...], on_stored: Callable[[int], None]) -> None:
        for record in records:
            if record.sequence > self._stored:
                self._stored = record.sequence
                if record.kind is RecordKind.MESSAGE:
                    self._messages[record.sequence] = record
        on_stored(self._stored)
