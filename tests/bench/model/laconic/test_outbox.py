"""The outbox of the model."""

from laconic_bench.model.laconic.outbox import Outbox
from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.records import Record, RecordKind


def record(sequence: int, kind: RecordKind = RecordKind.MESSAGE, charger: str = "A") -> Record:
    return Record(sequence, kind, charger, f"/{charger}", "1.6", "text")


def test_records_are_there_after_a_while_and_wait_until_they_are_done() -> None:
    schedule = Schedule(1)
    outbox = Outbox(schedule)
    stored: list[int] = []
    outbox.commit((record(1), record(2, RecordKind.VOID), record(3, charger="B")), stored.append)
    assert (stored, outbox.delivered) == ([], 0)
    schedule.run(1.0)
    assert (stored, outbox.delivered) == ([3], 0)
    pages: list[tuple[Record, ...]] = []
    outbox.read("B", 0, 5, pages.append)
    schedule.run(2.0)
    assert pages == [(record(3, charger="B"),)]
    outbox.done(1, lambda: stored.append(-1))
    schedule.run(3.0)
    assert (stored, outbox.delivered) == ([3, -1], 2)


def test_what_comes_again_changes_nothing() -> None:
    schedule = Schedule(1)
    outbox = Outbox(schedule)
    stored: list[int] = []
    outbox.commit((record(1),), stored.append)
    schedule.run(1.0)
    outbox.done(1, lambda: None)
    outbox.commit((record(1), record(2)), stored.append)
    schedule.run(2.0)
    assert (stored, outbox.delivered) == ([1, 2], 1)


def test_it_begins_anew_after_what_it_does_not_know() -> None:
    schedule = Schedule(1)
    outbox = Outbox(schedule)
    outbox.reset(40)
    stored: list[int] = []
    outbox.commit((record(40), record(41)), stored.append)
    schedule.run(1.0)
    assert (stored, outbox.delivered) == ([41], 40)
