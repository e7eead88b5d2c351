"""A charger's stored messages: none forgotten, none twice, whatever the outbox does meanwhile."""

from collections import deque
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.expander.io import DeliverDone, ReadOutbox
from laconic_gateway.core.expander.record_queue import (
    PAGE_RECORDS,
    QUEUE_RECORDS_MAX,
    RecordQueue,
)
from laconic_gateway.core.records import Record, RecordKind

KEY = ("site", "CP1")


def sendable(queue: RecordQueue) -> Record | None:
    """Return the first record if nothing before it has still to reach the disk."""
    return queue.head if queue.is_confirmed else None


def record(sequence: int, kind: RecordKind = RecordKind.MESSAGE) -> Record:
    return Record(sequence, kind, "CP1", "/CP1", "1.6")


class Outbox:
    """A list; reads and deletions become true later, in any order of steps."""

    def __init__(self, queue: RecordQueue, stored_before: int) -> None:
        self.queue = queue
        self.records = [record(sequence) for sequence in range(1, stored_before + 1)]
        self.last = stored_before
        self.sent: list[int] = []
        self._reads, self._dones = deque[ReadOutbox](), deque[DeliverDone]()
        if stored_before:
            queue.add_backlog()

    def store(self, text: str = "") -> Record:
        self.last += 1
        self.records.append(replace(record(self.last), text=text))
        return self.records[-1]

    def send(self, chosen: Record | None) -> None:
        if chosen is not None:
            self.sent.append(chosen.sequence)
            self._dones.append(self.queue.finish(chosen))

    def read(self) -> None:
        if self._reads:
            page = self._reads.popleft()
            after = [one for one in self.records if one.sequence > page.after]
            self.queue.add_page(tuple(after[: page.limit]))

    def done(self) -> None:
        if self._dones:
            done = self._dones.popleft()
            self.records = [one for one in self.records if one.sequence != done.sequence]
            self.queue.confirm(done.sequence)

    def ask(self) -> None:
        self._reads += [want for want in self.queue.wants() if isinstance(want, ReadOutbox)]
        assert len(self._reads) <= 1


@given(
    st.lists(st.sampled_from(["store", "take", "read", "done"]), max_size=400),
    st.integers(0, 3 * PAGE_RECORDS),
)
def test_every_record_is_sent_once_and_in_order(steps: list[str], stored_before: int) -> None:
    queue = RecordQueue(KEY)
    outbox = Outbox(queue, stored_before)
    # At the end everything is done as often as is needed for all to be sent.
    for step in steps + ["read", "take", "done"] * (stored_before + len(steps) + 2):
        match step:
            case "store":
                queue.add(outbox.store())
            case "take":
                outbox.send(sendable(queue))
            case "read":
                outbox.read()
            case _:
                outbox.done()
        outbox.ask()
    assert outbox.sent == list(range(1, outbox.last + 1))
    assert queue.is_empty and not outbox.records


@given(
    st.lists(st.sampled_from(["store", "store boot", "tell", "take", "boot", "read", "done"])),
    st.integers(0, 2 * PAGE_RECORDS),
)
def test_what_a_page_has_brought_before_it_was_told_of_is_there_once(
    steps: list[str], stored_before: int
) -> None:
    """The outbox is written first and tells later; a page may be read in between.

    At the end nothing overtakes: what may is next all the same when its turn has come.
    """
    queue = RecordQueue(KEY)
    outbox, untold = Outbox(queue, stored_before), deque[Record]()
    end = ["tell", "read", "take", "done"] * (2 * stored_before + 2 * len(steps) + 4)
    for step in steps + end:
        match step:
            case "store":
                untold.append(outbox.store())
            case "store boot":
                untold.append(outbox.store('[2,"b","BootNotification",{}]'))
            case "tell":
                if untold:
                    queue.add(untold.popleft())
            case "boot" if queue.is_confirmed and queue.boot is not None:
                outbox.send(queue.boot.record)
            case "take" | "boot":
                outbox.send(sendable(queue))
            case "read":
                outbox.read()
            case _:
                outbox.done()
        outbox.ask()
    assert sorted(outbox.sent) == list(range(1, outbox.last + 1))
    assert queue.is_empty and not outbox.records


@given(st.permutations(range(1, 9)), st.integers(1, 8))
def test_a_record_that_comes_again_has_its_old_place(order: list[int], loaded: int) -> None:
    """Those beyond what is in memory come with the next page."""
    queue = RecordQueue(KEY)
    for sequence in range(1, loaded + 1):
        queue.add(record(sequence))
        queue.confirm(queue.finish(record_of(queue)).sequence)
    for sequence in order:
        queue.add_again(record(sequence))
    expected = [sequence for sequence in range(1, 9) if sequence <= loaded]
    assert [entry.record.sequence for entry in queue.later_than(0)] == expected
    assert bool([want for want in queue.wants() if isinstance(want, ReadOutbox)]) == (loaded < 8)


def record_of(queue: RecordQueue) -> Record:
    assert queue.head is not None
    return queue.head


def test_memory_holds_a_limited_number_of_records() -> None:
    queue = RecordQueue(KEY)
    for sequence in range(1, QUEUE_RECORDS_MAX + 51):
        queue.add(record(sequence))
    taken = 0
    while (next_one := sendable(queue)) is not None:
        queue.confirm(queue.finish(next_one).sequence)
        taken += 1
    assert taken == QUEUE_RECORDS_MAX
    assert queue.wants() == [ReadOutbox(KEY, QUEUE_RECORDS_MAX, PAGE_RECORDS)]


def test_a_damaged_record_is_given_up_and_holds_nobody_up() -> None:
    queue = RecordQueue(KEY)
    queue.add(record(1, RecordKind.VOID))
    queue.add(record(2))
    assert sendable(queue) == record(2)
    assert queue.wants() == [DeliverDone(KEY, 1)]
    assert queue.wants() == []


def test_a_record_that_comes_again_after_a_page_has_brought_it_is_there_once() -> None:
    queue = RecordQueue(KEY)
    queue.add_backlog()
    queue.wants()
    queue.add_page((record(50), record(60)))
    queue.add_again(record(50))
    assert [one.record.sequence for one in queue.later_than(0)] == [50, 60]


def test_another_record_under_a_number_that_a_page_has_brought_is_no_repetition() -> None:
    """After damage to the outbox, messages travel again in other frames (decision 0012)."""
    queue = RecordQueue(KEY)
    queue.add_backlog()
    queue.wants()
    queue.add_page((replace(record(108), text="old"),))
    queue.add_page(())
    queue.add(replace(record(108), text="new"))
    assert [one.record.text for one in queue.later_than(0)] == ["old", "new"]
