"""What one charger says to the CSMS: which CALL is next, and what its answer means.

One CALL is outstanding at a time (trap 25). What is sent next, highest first: a boot, a question
whose charger waits, the oldest message; and when nothing waits, what this end has to say by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from laconic_codec.messages import Call, CallError, CallResult, Message, parse
from laconic_gateway.core.expander import turn
from laconic_gateway.core.expander.csms_socket import CsmsSocket, Present
from laconic_gateway.core.expander.delivery import Delivery, Outcome
from laconic_gateway.core.expander.heartbeat import Heartbeat
from laconic_gateway.core.expander.io import Action, Key, SendToCsms
from laconic_gateway.core.expander.record_queue import Entry, RecordQueue
from laconic_gateway.core.expander.to_site import ToSite, Withdraw
from laconic_gateway.core.expander.traffic import STORED_MAX_BYTES
from laconic_gateway.core.express import is_express
from laconic_gateway.core.notes import Note, Topic
from laconic_gateway.core.site.session import REMEMBERED_ANSWERS, remember

ANSWER_SECONDS: Final = 60.0
"""A CSMS that has not answered for this long gets a new socket and the same message again."""


class _Own(Enum):
    """CALLs that this end makes by itself."""

    HEARTBEAT = "Heartbeat"
    BOOT = "BootNotification"
    STATUS = "StatusNotification"


@dataclass(frozen=True, slots=True)
class _Outstanding:
    what: Entry | _Own
    call: Call
    """As the charger sent it."""
    since: float


class Speaker:
    """Says what the queue holds, on a socket that others open and close."""

    def __init__(
        self,
        key: Key,
        queue: RecordQueue,
        delivery: Delivery,
        heartbeat: Heartbeat,
        socket: CsmsSocket,
        emit: Callable[[Action | ToSite | Withdraw], None],
        new_id: Callable[[], str],
    ) -> None:
        self._key = key
        self._queue = queue
        self._delivery = delivery
        self._heartbeat = heartbeat
        self._socket = socket
        self._emit = emit
        self._new_id = new_id
        self._outstanding: _Outstanding | None = None
        self._finished: dict[int, str] = {}  # sequence of the charger's CALL -> its message id

    @property
    def gives_up_at(self) -> float | None:
        """Return when the CSMS will not answer the outstanding CALL any more."""
        return None if self._outstanding is None else self._outstanding.since + ANSWER_SECONDS

    @property
    def is_delivering(self) -> bool:
        """Tell whether a message of the charger is with the CSMS, which may be about to answer."""
        return self._outstanding is not None and isinstance(self._outstanding.what, Entry)

    def finished_id(self, sequence: int) -> str | None:
        """Return the message id of a CALL that was answered on this socket not long ago."""
        return self._finished.get(sequence)

    def socket_closed(self) -> None:
        """Forget what was said: no answer will come."""
        self._outstanding = None
        self._finished.clear()

    # --- what the CSMS answers

    def answered(self, message: CallResult | CallError, now: float, now_unix: float) -> None:
        """Take an answer of the CSMS."""
        outstanding = self._outstanding
        if outstanding is None or outstanding.call.message_id != message.message_id:
            self._emit(Note(Topic.LATE_ANSWER))
            return
        self._outstanding = None
        if outstanding.what is _Own.BOOT:
            self._delivery.own_boot_answered(message, now)
        if isinstance(outstanding.what, Entry):
            self._record_answered(outstanding.what, outstanding.call, message, now, now_unix)

    def _record_answered(
        self,
        entry: Entry,
        call: Call,
        message: CallResult | CallError,
        now: float,
        now_unix: float,
    ) -> None:
        record = entry.record
        later = self._queue.later_than(record.sequence)
        outcome = self._delivery.answered(entry, call, message, later, now, now_unix)
        if isinstance(message, CallResult):
            self._heartbeat.learn_boot(record.text, message)
        if outcome.is_done:
            self._finish(entry, outcome)
            remember(self._finished, record.sequence, message.message_id, REMEMBERED_ANSWERS)

    def _finish(self, entry: Entry, outcome: Outcome) -> None:
        if is_express(entry.record):
            self._queue.finish_question(entry)
            self._delivery.owe(outcome.keeps)
        else:
            self._emit(self._queue.finish(entry.record, outcome.keeps))
        if outcome.down is not None:
            self._emit(ToSite(self._key, outcome.down, answers=entry.record))

    # --- what is said next

    def next_at(self, present: Present | None, now_unix: float) -> float | None:
        """Return when something is due on an open socket that does not wait for an input."""
        if self._outstanding is not None:
            return self.gives_up_at
        if not self._queue.is_confirmed:
            return None
        due = turn.next_at(self._queue, self._delivery, now_unix)
        if due is not None or not self._queue.is_empty:
            return due
        return self._heartbeat_at(present)

    def send_next(
        self, present: Present | None, fits: Callable[[], bool], now: float, now_unix: float
    ) -> None:
        """Say what is due; `fits` tells whether the socket is the one that what is next needs."""
        if self._queue.boot is None and self._delivery.boot(self._socket.version) is None:
            self._delivery.gate.open_for_want_of_a_boot()
        while self._outstanding is None and fits():
            entry = turn.sendable(self._queue, self._delivery, now, now_unix)
            if entry is None:
                break
            self._send_entry(entry, now, now_unix)
        if self._outstanding is None and fits():
            self._send_own(present, now)

    def _send_entry(self, entry: Entry, now: float, now_unix: float) -> None:
        message = parse(entry.record.text, STORED_MAX_BYTES)
        if not isinstance(message, Call):
            self._send(message)
            self._finish(entry, Outcome(is_done=True))
            return
        later = self._queue.later_than(entry.record.sequence)
        outcome = self._delivery.without_csms(entry, message, later, now_unix)
        if outcome is not None:
            self._finish(entry, outcome)
        else:
            self._ask(entry, message, self._delivery.outgoing(message), now)

    def _send_own(self, present: Present | None, now: float) -> None:
        """Send what this end has to say: a boot that the gate asks for, a status, a heartbeat."""
        gate, version = self._delivery.gate, self._socket.version
        if not gate.is_open:
            boot = self._delivery.boot(version)
            if boot is not None and self._queue.boot is None and now >= gate.boot_at:
                self._ask_own(_Own.BOOT, boot, now)
            return
        if not self._queue.is_empty or present is None:
            return
        status = self._delivery.statuses.take_due(version)
        if status is not None:
            self._ask_own(_Own.STATUS, status, now)
        elif (at := self._heartbeat_at(present)) is not None and now >= at:
            self._ask_own(_Own.HEARTBEAT, "{}", now)

    def _ask_own(self, what: _Own, payload: str, now: float) -> None:
        call = Call(self._new_id(), what.value, payload)
        self._ask(what, call, call, now)

    def _ask(self, what: Entry | _Own, call: Call, outgoing: Call, now: float) -> None:
        self._outstanding = _Outstanding(what, call, now)
        self._heartbeat.note_call(now)
        self._send(outgoing)

    def _heartbeat_at(self, present: Present | None) -> float | None:
        if present is None or not present.recreate_heartbeats:
            return None
        return self._heartbeat.due_at if self._queue.is_empty else None

    def _send(self, message: Message) -> None:
        self._emit(SendToCsms(self._key, message.to_text()))
