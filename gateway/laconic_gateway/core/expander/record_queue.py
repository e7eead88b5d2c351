"""One charger's stored messages in order: a few in memory, the rest in the outbox.

A message leaves when the CSMS has taken it. The next one may be sent only when that is on disk:
so after a crash at most one message per charger is sent twice (D12). Messages that may overtake
others (`traffic`) are in memory also when their turn would be much later; what is finished before
its turn leaves the outbox at once, and the cursor of the site stays before the oldest that waits.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from laconic_gateway.core.expander.io import DeliverDone, Key, ReadOutbox
from laconic_gateway.core.expander.kept import Kept
from laconic_gateway.core.expander.traffic import Kind, Traffic, traffic_of
from laconic_gateway.core.records import Record, RecordKind

QUEUE_RECORDS_MAX: Final = 200
"""Records of one charger in memory; the rest waits in the outbox."""

PAGE_RECORDS: Final = QUEUE_RECORDS_MAX // 2
"""Records read from the outbox at a time."""

AHEAD_RECORDS_MAX: Final = 64
"""Records that may overtake, in memory beyond the others."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record that waits."""

    record: Record
    traffic: Traffic


class RecordQueue:
    """Records after the last one that was finished."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._entries: deque[Entry] = deque()
        self._ahead: deque[Entry] = deque()
        """Urgent records that are beyond what is in memory."""
        self._questions: deque[Entry] = deque()
        """What came on an express channel: not in the outbox, and asked before all others."""
        self._urgent: list[Entry] = []
        """All urgent records in memory that are in the outbox."""
        self._known_ahead: set[int] = set()
        """Their sequences, and those of such records that are finished, until a page passes."""
        self._taken_through = 0
        """Sequence of the last record that is, or was, in the queue."""
        self._brought: dict[int, int] = {}
        """Of the records in the last two pages: the hash of the text by sequence number."""
        self._unconfirmed: int | None = None
        """Sequence of the record that was finished last, until that is on disk."""
        self._has_more = False
        """There may be records in the outbox that are not here."""
        self._reading = False
        self._came_meanwhile = False
        """A record was stored after the page that is being read was asked for."""
        self._given_up: list[DeliverDone] = []
        self._seen: list[Entry] = []

    @property
    def head(self) -> Record | None:
        """Return the record that is first in order, whether or not it may be sent already."""
        return self._entries[0].record if self._entries else None

    @property
    def is_confirmed(self) -> bool:
        """Tell whether it is on disk that all that are finished are finished."""
        return self._unconfirmed is None

    @property
    def first(self) -> Entry | None:
        """Return what is first in order."""
        return self._entries[0] if self._entries else None

    @property
    def boot(self) -> Entry | None:
        """Return the first boot that waits."""
        return self._first_of(Kind.BOOT)

    @property
    def question(self) -> Entry | None:
        """Return the first interactive message that waits."""
        return self._first_of(Kind.INTERACTIVE)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is left, here or in the outbox."""
        return not (self._entries or self._ahead or self._questions or self._has_more)

    @property
    def express(self) -> Entry | None:
        """Return the question on the express channel that is first."""
        return self._questions[0] if self._questions else None

    def later_than(self, sequence: int) -> list[Entry]:
        """Return the entries in memory behind a sequence number."""
        return [entry for entry in self._entries if entry.record.sequence > sequence]

    def take_seen(self) -> list[Entry]:
        """Return the entries that have come since the last time."""
        seen, self._seen = self._seen, []
        return seen

    def add(self, record: Record) -> None:
        """Take a record that was just stored."""
        if self._brought.get(record.sequence) == hash(record.text):
            return  # a page that was read before it was told of has brought it
        if not self._has_more and len(self._entries) < QUEUE_RECORDS_MAX:
            self._append(record)
            return
        self._has_more = self._came_meanwhile = True
        traffic = traffic_of(record)
        if traffic.is_urgent and len(self._ahead) < AHEAD_RECORDS_MAX:
            self._ahead.append(Entry(record, traffic))
            self._urgent.append(self._ahead[-1])
            self._known_ahead.add(record.sequence)

    def add_again(self, record: Record) -> None:
        """Take a record that was in the outbox before, and is there again: it is not the last."""
        if record.sequence > self._taken_through:
            self._has_more = self._came_meanwhile = True
            return
        if any(one.record.sequence == record.sequence for one in (*self._entries, *self._ahead)):
            return  # a page has brought it already
        entry = Entry(record, traffic_of(record))
        earlier = sum(one.record.sequence < record.sequence for one in self._entries)
        self._entries.insert(earlier, entry)
        if entry.traffic.is_urgent:
            self._urgent.append(entry)
        self._seen.append(entry)

    def add_question(self, record: Record) -> None:
        """Take a question of the express channel."""
        self._questions.append(Entry(record, traffic_of(record)))

    def drop_questions(self, before_unix: float) -> None:
        """Forget the questions that came before a time: their chargers have been told."""
        while self._questions and self._questions[0].record.received_unix_seconds < before_unix:
            self._questions.popleft()

    def add_backlog(self) -> None:
        """Take note that records wait in the outbox."""
        self._has_more = True

    def add_page(self, records: tuple[Record, ...]) -> None:
        """Take the page that was asked for."""
        self._reading = False
        for record in records:
            if record.sequence in self._known_ahead:
                self._take_in(record.sequence)
            elif record.sequence > self._taken_through:
                self._append(record)
                self._brought[record.sequence] = hash(record.text)
        while len(self._brought) > 2 * PAGE_RECORDS:
            del self._brought[next(iter(self._brought))]
        self._known_ahead = {one for one in self._known_ahead if one > self._taken_through}
        self._has_more = bool(records) or self._came_meanwhile

    def finish_question(self, entry: Entry) -> None:
        """Take out a question, if it is still here: the CSMS has answered."""
        if entry in self._questions:
            self._questions.remove(entry)

    def finish(self, record: Record, keeps: tuple[Kept, ...] = ()) -> DeliverDone:
        """Take out a record: the CSMS has it. `keeps` goes to disk with that."""
        for entries in (self._entries, self._ahead):
            for position, entry in enumerate(entries):
                if entry.record is record:
                    del entries[position]
                    if entry.traffic.is_urgent:
                        self._urgent.remove(entry)
                    self._unconfirmed = record.sequence
                    return DeliverDone(self._key, record.sequence, keeps)
        raise AssertionError("the record is not in the queue")

    def confirm(self, sequence: int) -> None:
        """Take note that it is on disk that a record is finished."""
        if self._unconfirmed == sequence:
            self._unconfirmed = None

    def wants(self) -> list[DeliverDone | ReadOutbox]:
        """Return what the outbox has to do."""
        wanted: list[DeliverDone | ReadOutbox] = [*self._given_up]
        self._given_up.clear()
        if self._has_more and not self._reading and len(self._entries) < PAGE_RECORDS:
            self._reading = True
            self._came_meanwhile = False
            # Not after the end of the queue: what was just delivered may still be in the outbox.
            wanted.append(ReadOutbox(self._key, self._taken_through, PAGE_RECORDS))
        return wanted

    def _first_of(self, kind: Kind) -> Entry | None:
        if not self._urgent:
            return None
        found = (entry for entry in self._urgent if entry.traffic.kind is kind)
        return min(found, key=lambda entry: entry.record.sequence, default=None)

    def _take_in(self, sequence: int) -> None:
        """Give what is ahead its place among the others, unless it is finished: it may be next."""
        self._taken_through = sequence
        for entry in self._ahead:
            if entry.record.sequence == sequence:
                self._ahead.remove(entry)
                self._entries.append(entry)
                self._seen.append(entry)
                return

    def _append(self, record: Record) -> None:
        self._taken_through = record.sequence
        if record.kind is RecordKind.VOID:
            # Damaged in the outbox; the operator has been told.
            self._given_up.append(DeliverDone(self._key, record.sequence))
        else:
            entry = Entry(record, traffic_of(record))
            self._entries.append(entry)
            if entry.traffic.is_urgent:
                self._urgent.append(entry)
            self._seen.append(entry)
