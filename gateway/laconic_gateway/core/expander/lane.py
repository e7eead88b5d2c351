"""One charger's way to the CSMS: its socket, its queue, and the one CALL that is outstanding.

The socket is open while the charger is present, and beyond only for messages that the CSMS has
not taken yet. One CALL is outstanding at a time (trap 25); answers to the CSMS do not wait for it.
What is sent next, highest first: a boot, a question whose charger waits, the oldest message; and
when nothing waits, what this end has to say by itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from laconic_codec.messages import (
    Call,
    CallError,
    CallResult,
    CallResultError,
    Message,
    Send,
    parse,
)
from laconic_gateway.core.expander import turn
from laconic_gateway.core.expander.command_desk import CommandDesk
from laconic_gateway.core.expander.csms_policy import DEFAULT_POLICY, CsmsPolicy
from laconic_gateway.core.expander.csms_socket import CsmsSocket, Present, Socket, Wanted
from laconic_gateway.core.expander.delivery import Delivery, Outcome
from laconic_gateway.core.expander.heartbeat import Heartbeat
from laconic_gateway.core.expander.io import Action, CloseCsms, Key, OpenCsms, SendToCsms
from laconic_gateway.core.expander.kept import Kept
from laconic_gateway.core.expander.record_queue import Entry, RecordQueue
from laconic_gateway.core.expander.to_site import ToSite, Withdraw
from laconic_gateway.core.expander.traffic import STORED_MAX_BYTES
from laconic_gateway.core.express import is_express
from laconic_gateway.core.notes import Note, Topic
from laconic_gateway.core.site.session import REMEMBERED_ANSWERS, remember, with_id

ANSWER_SECONDS: Final = 60.0
"""A CSMS that has not answered for this long gets a new socket and the same message again."""


QUESTION_SECONDS: Final = 30.0
"""A question on an express channel that is older is dropped: its charger has been answered."""


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


class Lane:
    """Decides what happens on one charger's socket to the CSMS."""

    def __init__(
        self,
        key: Key,
        *,
        random: Callable[[], float],
        new_id: Callable[[], str],
        policy: CsmsPolicy = DEFAULT_POLICY,
        kept: Iterable[Kept] = (),
    ) -> None:
        """`kept` is what is on disk of this charger, oldest first."""
        self.key = key
        self.present: Present | None = None
        self.may_connect = True
        """It may have a socket to the CSMS; if not, another site speaks for the charger."""
        self.heartbeat = Heartbeat()
        self.queue = RecordQueue(key)
        self._delivery = Delivery(f"{key[0]}/{key[1]}", kept)
        self._new_id = new_id
        self._policy = policy
        self._socket = CsmsSocket(random)
        self._is_new_to_csms = True
        """This process has not spoken with the CSMS for this charger."""
        self._actions: list[Action | ToSite | Withdraw] = []
        self._desk = CommandDesk(
            key,
            self._socket,
            self._delivery,
            self.heartbeat,
            lambda action: self._actions.append(action),
            new_id=new_id,
            command_seconds=policy.command_seconds,
        )
        self._outstanding: _Outstanding | None = None
        self._finished: dict[int, str] = {}  # sequence of the charger's CALL -> its message id
        self._unix_offset = 0.0
        self._now_unix = 0.0

    @property
    def is_present(self) -> bool:
        """Tell whether the charger is connected at its site."""
        return self.present is not None

    @property
    def has_messages(self) -> bool:
        """Tell whether something has not reached the CSMS."""
        return not self.queue.is_empty

    @property
    def is_connected(self) -> bool:
        """Tell whether there is a socket to the CSMS, or will be at once."""
        return self.socket is not Socket.CLOSED

    @property
    def socket(self) -> Socket:
        """Return the state of the socket to the CSMS."""
        return self._socket.state

    # --- from the site

    def set_present(self, present: Present | None) -> None:
        """Take note of how the charger is connected now."""
        if present is not None and present != self.present:
            self._delivery.orders.may_try_again()
        self.present = present

    def send_answer(self, downlink_sequence: int, message: Message) -> bool:
        """Pass the charger's answer to a CALL on; False if nobody waits for it."""
        waits = not self.queue.is_empty
        return self._desk.answer(downlink_sequence, message, messages_wait=waits)

    def send_complaint(self, sequence: int, message: Message) -> bool:
        """Pass the charger's CALLRESULTERROR on; False if its CALL was not answered here."""
        message_id = self._finished.get(sequence)
        if message_id is not None:
            self._send(with_id(message, message_id))
        return message_id is not None

    def expect(self, downlink_sequence: int, message_id: str) -> None:
        """Remember under which number a CALL went down."""
        self._desk.expect(downlink_sequence, message_id)

    def forget_commands(self) -> None:
        """Give up the CALLs that were sent: an epoch has ended."""
        self._desk.forget_numbers()

    # --- from the CSMS

    def opened(self, now: float) -> bool:
        """Take note that the socket is open; return whether that is news to the operator."""
        self.heartbeat.note_call(now)
        was_away = self._is_new_to_csms or self._socket.away_since is not None
        news = self._socket.opened()
        version = self._socket.version
        known = self._delivery.boot(version) is not None
        if self._policy.replay_boot and was_away and known and self.queue.boot is None:
            self._delivery.gate.close(now)
        return news

    def lost(self, now: float) -> bool:
        """Take note that the socket is closed or could not be opened; return whether it is news."""
        news = self._socket.lost(now)
        self._forget_socket()
        return news

    def text(self, text: str, now: float) -> None:
        """Take a text of the CSMS; raises `MessageError` if it is no message."""
        message = parse(text)
        self._heard(now)
        match message:
            case Call():
                self._desk.call(message, self.present, now)
            case CallResult() | CallError():
                self._answered(message, now)
            case CallResultError():
                self._desk.complaint(message)
            case Send():
                self._desk.send(message)

    def _heard(self, now: float) -> None:
        away = self._socket.away_since
        if away is not None and now >= away + self._policy.refresh_status_seconds:
            self._delivery.statuses.refresh()
        self._is_new_to_csms = False
        self._socket.heard()

    def _answered(self, message: CallResult | CallError, now: float) -> None:
        outstanding = self._outstanding
        if outstanding is None or outstanding.call.message_id != message.message_id:
            self._actions.append(Note(Topic.LATE_ANSWER))
            return
        self._outstanding = None
        if outstanding.what is _Own.BOOT:
            self._delivery.own_boot_answered(message, now)
        if isinstance(outstanding.what, Entry):
            self._record_answered(outstanding.what, outstanding.call, message, now)

    def _record_answered(
        self, entry: Entry, call: Call, message: CallResult | CallError, now: float
    ) -> None:
        record = entry.record
        later = self.queue.later_than(record.sequence)
        unix = now + self._unix_offset
        outcome = self._delivery.answered(entry, call, message, later, now, unix)
        if isinstance(message, CallResult):
            self.heartbeat.learn_boot(record.text, message)
        if outcome.is_done:
            self._finish(entry, outcome)
            remember(self._finished, record.sequence, message.message_id, REMEMBERED_ANSWERS)

    def _finish(self, entry: Entry, outcome: Outcome) -> None:
        if is_express(entry.record):
            self.queue.finish_question(entry)
            self._delivery.owe(outcome.keeps)
        else:
            self._actions.append(self.queue.finish(entry.record, outcome.keeps))
        if outcome.down is not None:
            self._actions.append(ToSite(self.key, outcome.down, answers=entry.record))

    # --- what is to be done

    def outgoing(
        self, now: float, now_unix: float | None = None
    ) -> list[Action | ToSite | Withdraw]:
        """Return what is to be done now."""
        self._unix_offset = 0.0 if now_unix is None else now_unix - now
        self._now_unix = now + self._unix_offset
        self.queue.drop_questions(self._now_unix - QUESTION_SECONDS)
        for entry in self.queue.take_seen():
            self._delivery.see(entry, now + self._unix_offset)
        self._desk.expire(now)
        self._steer_socket(now)
        if self._socket.is_open:
            self._send_next(now)
            self._steer_socket(now)  # a SEND, which nobody answers, may have been the last one
        self._desk.give_orders(self.present, now)
        self._actions += self.queue.wants()
        self._actions += self._delivery.notes
        self._delivery.notes.clear()
        actions, self._actions = self._actions, []
        return actions

    def timer(self) -> float | None:
        """Return when `outgoing` has something new to say."""
        times = [self._desk.timer(self.present)]
        if self.socket is Socket.CLOSED and self.may_connect and self._wanted() is not None:
            times.append(self._socket.try_at)
        if self._socket.is_open:
            times.append(self._next_send_at())
        return min((time for time in times if time is not None), default=None)

    def _next_send_at(self) -> float | None:
        """Return when something is due on an open socket that does not wait for an input."""
        if self._outstanding is not None:
            return self._outstanding.since + ANSWER_SECONDS
        if not self.queue.is_confirmed:
            return None
        due = turn.next_at(self.queue, self._delivery, self._now_unix)
        if due is not None or not self.queue.is_empty:
            return due
        return self._heartbeat_at()

    # --- the socket

    def _wanted(self) -> Wanted | None:
        """Return path, version and generation of the socket that is needed now."""
        generation = self.present.generation if self.present else 0
        entry = turn.next_entry(self.queue, self._delivery, self._now_unix) or self.queue.first
        if entry is not None:
            return entry.record.path, entry.record.version, generation
        if self.present is not None:
            return self.present.path, self.present.version, generation
        return None

    def _steer_socket(self, now: float) -> None:
        wanted = self._wanted()
        if self.socket is not Socket.CLOSED and self._must_close(wanted, now):
            self._actions.append(CloseCsms(self.key))
            self._socket.closed(now)
            self._forget_socket()
        if wanted is not None and self.may_connect and self._socket.may_open(now):
            self._socket.open(wanted)
            self._actions.append(OpenCsms(self.key, wanted[0], wanted[1]))

    def _must_close(self, wanted: Wanted | None, now: float) -> bool:
        outstanding = self._outstanding
        if outstanding is not None and now >= outstanding.since + ANSWER_SECONDS:
            return True
        if outstanding is not None and isinstance(outstanding.what, Entry):
            return False  # the CSMS may be about to answer; closing would send the message twice
        if not self.may_connect:
            return True
        if wanted is None:
            return self.queue.is_empty
        return not self._socket.fits(wanted)

    def _forget_socket(self) -> None:
        self._outstanding = None
        self._actions = [action for action in self._actions if not _asks(action)]
        self._desk.socket_closed()
        self._finished.clear()

    # --- what is sent next

    def _send_next(self, now: float) -> None:
        if self.queue.boot is None and self._delivery.boot(self._socket.version) is None:
            self._delivery.gate.open_for_want_of_a_boot()
        while self._outstanding is None and self._fits():
            entry = turn.sendable(self.queue, self._delivery, now, self._now_unix)
            if entry is None:
                break
            self._send_entry(entry, now)
        if self._outstanding is None and self._fits():
            self._send_own(now)

    def _send_entry(self, entry: Entry, now: float) -> None:
        message = parse(entry.record.text, STORED_MAX_BYTES)
        if not isinstance(message, Call):
            self._send(message)
            self._finish(entry, Outcome(is_done=True))
            return
        later = self.queue.later_than(entry.record.sequence)
        outcome = self._delivery.without_csms(entry, message, later, now + self._unix_offset)
        if outcome is not None:
            self._finish(entry, outcome)
        else:
            self._ask(entry, message, self._delivery.outgoing(message), now)

    def _send_own(self, now: float) -> None:
        """Send what this end has to say: a boot that the gate asks for, a status, a heartbeat."""
        gate, version = self._delivery.gate, self._socket.version
        if not gate.is_open:
            boot = self._delivery.boot(version)
            if boot is not None and self.queue.boot is None and now >= gate.boot_at:
                self._ask_own(_Own.BOOT, boot, now)
            return
        if not self.queue.is_empty or self.present is None:
            return
        status = self._delivery.statuses.take_due(version)
        if status is not None:
            self._ask_own(_Own.STATUS, status, now)
        elif (at := self._heartbeat_at()) is not None and now >= at:
            self._ask_own(_Own.HEARTBEAT, "{}", now)

    def _ask_own(self, what: _Own, payload: str, now: float) -> None:
        call = Call(self._new_id(), what.value, payload)
        self._ask(what, call, call, now)

    def _ask(self, what: Entry | _Own, call: Call, outgoing: Call, now: float) -> None:
        self._outstanding = _Outstanding(what, call, now)
        self.heartbeat.note_call(now)
        self._send(outgoing)

    def _fits(self) -> bool:
        wanted = self._wanted()
        return wanted is not None and self.may_connect and self._socket.fits(wanted)

    def _heartbeat_at(self) -> float | None:
        if self.present is None or not self.present.recreate_heartbeats:
            return None
        return self.heartbeat.due_at if self.queue.is_empty else None

    def _send(self, message: Message) -> None:
        self._actions.append(SendToCsms(self.key, message.to_text()))


def _asks(action: Action | ToSite | Withdraw) -> bool:
    """Tell whether this is a CALL for the charger, of which the CSMS on this socket is to hear."""
    return isinstance(action, ToSite) and isinstance(action.message, Call)
