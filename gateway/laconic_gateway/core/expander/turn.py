"""Whose turn it is: the order among the messages of one charger (D7, see `traffic`)."""

from laconic_gateway.core.expander.delivery import Delivery
from laconic_gateway.core.expander.record_queue import Entry, RecordQueue


def next_entry(queue: RecordQueue, delivery: Delivery) -> Entry | None:
    """Return the message whose turn it is, though it may have to wait."""
    gate = delivery.gate
    if (boot := queue.boot) is not None:
        return boot
    if not gate.is_open:
        return None
    question = queue.question
    if question is not None and not gate.holds(question.record):
        return question
    first = queue.first
    if first is None or not gate.holds(first.record):
        return first
    return next(iter(queue.later_than(gate.holds_before - 1)), None)


def sendable(queue: RecordQueue, delivery: Delivery, now: float) -> Entry | None:
    """Return the message that may be sent now."""
    entry = next_entry(queue, delivery)
    if entry is None or not queue.is_confirmed:
        return None
    due = next_at(queue, delivery)
    return entry if due is None or now >= due else None


def next_at(queue: RecordQueue, delivery: Delivery) -> float | None:
    """Return when the message whose turn it is may be sent; None: it waits for no time.

    While the gate is closed, the boot has its turn, whether it is in the queue or made anew.
    """
    if not delivery.gate.is_open:
        return delivery.gate.boot_at
    entry = next_entry(queue, delivery)
    return None if entry is None else delivery.poison.waits_until(entry.record)
