"""Whose turn it is: the order among the messages of one charger (D7, see `traffic`)."""

from typing import Final

from laconic_gateway.core.expander.delivery import Delivery
from laconic_gateway.core.expander.record_queue import Entry, RecordQueue

BACKLOG_SECONDS: Final = 60.0
"""What has waited so long is a backlog: boots and questions overtake it. Without one there is
nothing to be won, and all keep the order in which the charger spoke."""


def _may_overtake(queue: RecordQueue, delivery: Delivery, now_unix: float) -> bool:
    """Tell whether what is first has waited for long, or has to wait: the CSMS has refused it."""
    first = queue.first
    if first is None:
        return False
    is_old = now_unix >= first.record.received_unix_seconds + BACKLOG_SECONDS
    return is_old or delivery.poison.waits_until(first.record) is not None


def next_entry(queue: RecordQueue, delivery: Delivery, now_unix: float) -> Entry | None:
    """Return the message whose turn it is, though it may have to wait."""
    gate = delivery.gate
    boot = queue.boot
    if not gate.is_open:
        return boot
    if boot is not None and _may_overtake(queue, delivery, now_unix):
        return boot
    if queue.express is not None:
        return queue.express
    question = queue.question
    may_be_asked = question is not None and not gate.holds(question.record)
    if may_be_asked and _may_overtake(queue, delivery, now_unix):
        return question
    first = queue.first
    if first is None or not gate.holds(first.record):
        return first
    return next(iter(queue.later_than(gate.holds_before - 1)), None)


def sendable(queue: RecordQueue, delivery: Delivery, now: float, now_unix: float) -> Entry | None:
    """Return the message that may be sent now."""
    entry = next_entry(queue, delivery, now_unix)
    if entry is None or not queue.is_confirmed:
        return None
    due = next_at(queue, delivery, now_unix)
    return entry if due is None or now >= due else None


def next_at(queue: RecordQueue, delivery: Delivery, now_unix: float) -> float | None:
    """Return when the message whose turn it is may be sent; None: it waits for no time.

    While the gate is closed, the boot has its turn, whether it is in the queue or made anew.
    """
    if not delivery.gate.is_open:
        return delivery.gate.boot_at
    entry = next_entry(queue, delivery, now_unix)
    return None if entry is None else delivery.poison.waits_until(entry.record)
