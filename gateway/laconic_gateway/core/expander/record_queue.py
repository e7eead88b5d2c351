"""One charger's stored messages in order: a few in memory, the rest in the outbox.

A message leaves when the CSMS has taken it. The next one may be sent only when that is on disk:
so after a crash at most one message per charger is sent twice (D12).
"""

from collections import deque
from typing import Final

from laconic_gateway.core.expander.io import DeliverDone, Key, ReadOutbox
from laconic_gateway.core.records import Record, RecordKind

QUEUE_RECORDS_MAX: Final = 200
"""Records of one charger in memory; the rest waits in the outbox."""

PAGE_RECORDS: Final = QUEUE_RECORDS_MAX // 2
"""Records read from the outbox at a time."""


class RecordQueue:
    """Records after the last one that was finished."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._records: deque[Record] = deque()
        self._taken_through = 0
        """Sequence of the last record that is, or was, in the queue."""
        self._unconfirmed: int | None = None
        """Sequence of the record that was finished last, until that is on disk."""
        self._has_more = False
        """There may be records in the outbox that are not here."""
        self._reading = False
        self._came_meanwhile = False
        """A record was stored after the page that is being read was asked for."""
        self._given_up: list[DeliverDone] = []

    @property
    def head(self) -> Record | None:
        """Return the record that is next, whether or not it may be sent already."""
        return self._records[0] if self._records else None

    @property
    def sendable(self) -> Record | None:
        """Return the record that may be sent now."""
        return self.head if self._unconfirmed is None else None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is left, here or in the outbox."""
        return not self._records and not self._has_more

    def add(self, record: Record) -> None:
        """Take a record that was just stored."""
        if self._has_more or len(self._records) >= QUEUE_RECORDS_MAX:
            self._has_more = self._came_meanwhile = True
        else:
            self._append(record)

    def add_backlog(self) -> None:
        """Take note that records wait in the outbox."""
        self._has_more = True

    def add_page(self, records: tuple[Record, ...]) -> None:
        """Take the page that was asked for."""
        self._reading = False
        for record in records:
            if record.sequence > self._taken_through:
                self._append(record)
        self._has_more = bool(records) or self._came_meanwhile

    def finish(self, record: Record) -> DeliverDone:
        """Take out the first record: the CSMS has it."""
        assert self.head is record
        self._records.popleft()
        self._unconfirmed = record.sequence
        return DeliverDone(self._key, record.sequence)

    def confirm(self, sequence: int) -> None:
        """Take note that it is on disk that a record is finished."""
        if self._unconfirmed == sequence:
            self._unconfirmed = None

    def wants(self) -> list[DeliverDone | ReadOutbox]:
        """Return what the outbox has to do."""
        wanted: list[DeliverDone | ReadOutbox] = [*self._given_up]
        self._given_up.clear()
        if self._has_more and not self._reading and len(self._records) < PAGE_RECORDS:
            self._reading = True
            self._came_meanwhile = False
            # Not after the end of the queue: what was just delivered may still be in the outbox.
            wanted.append(ReadOutbox(self._key, self._taken_through, PAGE_RECORDS))
        return wanted

    def _append(self, record: Record) -> None:
        self._taken_through = record.sequence
        if record.kind is RecordKind.VOID:
            # Damaged in the outbox; the operator has been told.
            self._given_up.append(DeliverDone(self._key, record.sequence))
        else:
            self._records.append(record)
