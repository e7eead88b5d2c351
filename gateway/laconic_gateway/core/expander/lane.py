"""One charger's way to the CSMS: its socket, its queue, the CALLs in both directions.

    CLOSED --> OPENING --> OPEN
       ^----------'---------'      by the CSMS, by the network, or because nobody needs it

The socket is open while the charger is present, and beyond only for messages that the CSMS has
not taken yet. One CALL is outstanding at a time (trap 25); answers to the CSMS do not wait for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from laconic_codec.limits import MESSAGE_MAX_BYTES
from laconic_codec.messages import (
    Call,
    CallError,
    CallResult,
    CallResultError,
    Message,
    Send,
    call_error,
    parse,
)
from laconic_gateway.core.backoff import Backoff
from laconic_gateway.core.expander.commands import ANSWER_SECONDS as COMMAND_SECONDS
from laconic_gateway.core.expander.commands import Commands, Waiting
from laconic_gateway.core.expander.heartbeat import Heartbeat
from laconic_gateway.core.expander.io import (
    Action,
    CloseCsms,
    Key,
    OpenCsms,
    SendToCsms,
)
from laconic_gateway.core.expander.record_queue import RecordQueue
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.core.records import Record
from laconic_gateway.core.site.session import REMEMBERED_ANSWERS, remember, with_id

ANSWER_SECONDS: Final = 60.0
"""A CSMS that has not answered for this long gets a new socket and the same message again."""

STORED_MAX_BYTES: Final = 8 * MESSAGE_MAX_BYTES
"""Longest text from the outbox: its id was made anew, and a control character in an action, which
chargers may send as it is, takes 6 bytes."""


class Socket(Enum):
    """State of the WebSocket to the CSMS."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Present:
    """How a charger is connected at its site."""

    path: str
    version: str
    recreate_heartbeats: bool
    generation: int
    """Differs between two connections of the charger."""


@dataclass(frozen=True, slots=True)
class ToSite:
    """A message of the CSMS that goes down to the charger."""

    key: Key
    message: Message
    answers: Record | None = None
    """The charger's CALL that this answers."""
    complains: int | None = None
    """Downlink sequence number of the CALL whose result this complains about."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """CALLs of the CSMS that shall not be carried out any more: whoever asked is gone."""

    key: Key
    downlink_sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Outstanding:
    message_id: str
    record: Record | None
    """None for a heartbeat that was re-created."""
    since: float


class Lane:
    """Decides what happens on one charger's socket to the CSMS."""

    def __init__(
        self,
        key: Key,
        *,
        random: Callable[[], float],
        new_id: Callable[[], str],
        command_seconds: float = COMMAND_SECONDS,
    ) -> None:
        """`command_seconds`: how long a CALL of the CSMS may take."""
        self.key = key
        self.present: Present | None = None
        self.socket = Socket.CLOSED
        self.heartbeat = Heartbeat()
        self.queue = RecordQueue(key)
        self._new_id = new_id
        self._backoff = Backoff(1.0, 120.0, random)
        self._try_at = 0.0
        self._opened_for: tuple[str, str, int] | None = None
        self._outstanding: _Outstanding | None = None
        self._commands = Commands(command_seconds)
        self._answered: dict[str, int] = {}  # message id of the CSMS -> downlink sequence
        self._finished: dict[int, str] = {}  # sequence of the charger's CALL -> its message id
        self._told_unused = False
        self._told_open: bool | None = None
        """What the operator was told last about the socket; None: nothing yet."""
        self._actions: list[Action | ToSite | Withdraw] = []

    # --- from the site

    def set_present(self, present: Present | None) -> None:
        """Take note of how the charger is connected now."""
        self.present = present

    def send_answer(self, downlink_sequence: int, message: Message) -> bool:
        """Pass the charger's answer to a CALL of the CSMS on; False if nobody waits for it."""
        message_id = self._commands.answered(downlink_sequence)
        if message_id is None or self.socket is not Socket.OPEN:
            return False
        remember(self._answered, message_id, downlink_sequence, REMEMBERED_ANSWERS)
        self.heartbeat.learn_answer(message_id, message)
        self._send(with_id(message, message_id))
        return True

    def send_complaint(self, sequence: int, message: Message) -> bool:
        """Pass the charger's CALLRESULTERROR on; False if its CALL was not answered here."""
        message_id = self._finished.get(sequence)
        if message_id is not None:
            self._send(with_id(message, message_id))
        return message_id is not None

    def expect(self, downlink_sequence: int, message_id: str) -> None:
        """Remember under which number a CALL of the CSMS went down."""
        self._commands.sent(downlink_sequence, message_id)

    def forget_commands(self) -> None:
        """Give up the CALLs that were sent: an epoch has ended, their numbers mean nothing more.

        Whether the charger had them is not known, so they are not sent again (trap 30).
        """
        for waiting in self._commands.end_sent():
            self._fail(waiting, "the way to the station was interrupted; the outcome is unknown")
        self._answered.clear()

    def _give_up(self, given_up: list[Waiting]) -> None:
        """Tell the CSMS of CALLs that take too long, and take them back if they are not gone."""
        for waiting in given_up:
            self._fail(waiting, "the station did not answer in time; the outcome is unknown")
        sequences = tuple(w.sequence for w in given_up if w.sequence is not None)
        if sequences:
            self._actions.append(Withdraw(self.key, sequences))

    def _fail(self, waiting: Waiting, why: str) -> None:
        self._note(Topic.COMMAND_GIVEN_UP, waiting.action)
        if self.socket is Socket.OPEN:
            self._send(call_error(waiting.message_id, "InternalError", why))

    # --- from the CSMS

    def opened(self, now: float) -> bool:
        """Take note that the socket is open; return whether that is news to the operator."""
        self.socket = Socket.OPEN
        self.heartbeat.note_call(now)
        return self._is_news(is_open=True)

    def lost(self, now: float) -> bool:
        """Take note that the socket is closed or could not be opened; return whether it is news."""
        self._forget_socket()
        self._try_at = now + self._backoff.fail()
        return self._is_news(is_open=False)

    def _is_news(self, *, is_open: bool) -> bool:
        """Tell whether the CSMS can be reached, other than it was last time."""
        told, self._told_open = self._told_open, is_open
        return told is not is_open

    def text(self, text: str, now: float) -> None:
        """Take a text of the CSMS; raises `MessageError` if it is no message."""
        message = parse(text)
        self._backoff.succeed()  # not before: a CSMS may accept a socket and close it at once
        match message:
            case Call():
                self._csms_call(message, now)
            case CallResult() | CallError():
                self._csms_answer(message, now)
            case CallResultError():
                sequence = self._answered.get(message.message_id)
                if sequence is not None:
                    self._actions.append(ToSite(self.key, message, complains=sequence))
            case Send():
                self._actions.append(ToSite(self.key, message))

    def _csms_call(self, call: Call, now: float) -> None:
        if self.present is None:
            # Honest and at once: nobody is there to carry it out (trap 29).
            self._send(call_error(call.message_id, "InternalError", "the station is not connected"))
            return
        self._give_up(self._commands.add(call, now))
        self.heartbeat.learn_call(call)
        self._actions.append(ToSite(self.key, call))

    def _csms_answer(self, message: CallResult | CallError, now: float) -> None:
        outstanding = self._outstanding
        if outstanding is None or outstanding.message_id != message.message_id:
            self._note(Topic.LATE_ANSWER)
            return
        self._outstanding = None
        record = outstanding.record
        if record is None:
            return
        self._actions.append(self.queue.finish(record))
        remember(self._finished, record.sequence, message.message_id, REMEMBERED_ANSWERS)
        if isinstance(message, CallResult):
            self.heartbeat.learn_boot(record.text, message)
        if not record.answered:
            self._actions.append(ToSite(self.key, message, answers=record))
        else:
            self._check_unused(record, message)

    def _check_unused(self, record: Record, answer: CallResult | CallError) -> None:
        """Say when the CSMS answered something that the charger will not hear."""
        if isinstance(answer, CallError):
            text = f"{self._name}: the CSMS answered {answer.arguments} to {record.text[:120]}"
            self._note(Topic.CSMS_ERROR, answer.code, text, Level.WARNING)
        elif "".join(answer.payload.split()) not in ("{}", "null"):
            text = (
                f"{self._name}: the CSMS answered {answer.payload[:120]} to a message that the"
                " site had answered itself; if the charger needs such answers, set `answers` or"
                " `transaction_updates` to relay for it"
            )
            level = Level.SILENT if self._told_unused else Level.WARNING
            self._told_unused = True
            self._note(Topic.UNUSED_ANSWER, text=text, level=level)

    # --- what is to be done

    def outgoing(self, now: float) -> list[Action | ToSite | Withdraw]:
        """Return what is to be done now."""
        self._give_up(self._commands.expire(now))
        self._steer_socket(now)
        if self.socket is Socket.OPEN:
            self._send_next(now)
            self._steer_socket(now)  # a SEND, which nobody answers, may have been the last one
        self._actions += self.queue.wants()
        actions, self._actions = self._actions, []
        return actions

    def timer(self) -> float | None:
        """Return when `outgoing` has something new to say."""
        if self.socket is Socket.CLOSED:
            return self._try_at if self._wanted() is not None else None
        if self.socket is Socket.OPENING:
            return None
        times = [self._commands.timer(), self._heartbeat_at()]
        if self._outstanding is not None:
            times[1] = self._outstanding.since + ANSWER_SECONDS
        return min((time for time in times if time is not None), default=None)

    def _wanted(self) -> tuple[str, str, int] | None:
        """Return path, version and generation of the socket that is needed now."""
        generation = self.present.generation if self.present else 0
        if self.queue.head is not None:
            return self.queue.head.path, self.queue.head.version, generation
        if self.present is not None:
            return self.present.path, self.present.version, generation
        return None

    def _steer_socket(self, now: float) -> None:
        wanted = self._wanted()
        if self.socket is not Socket.CLOSED and self._must_close(wanted, now):
            self._actions.append(CloseCsms(self.key))
            self._forget_socket()
            self._try_at = now
        if self.socket is Socket.CLOSED and wanted is not None and now >= self._try_at:
            self.socket = Socket.OPENING
            self._opened_for = wanted
            self._actions.append(OpenCsms(self.key, wanted[0], wanted[1]))

    def _must_close(self, wanted: tuple[str, str, int] | None, now: float) -> bool:
        outstanding = self._outstanding
        if outstanding is not None and now >= outstanding.since + ANSWER_SECONDS:
            return True
        if outstanding is not None and outstanding.record is not None:
            return False  # the CSMS may be about to answer; closing would send the message twice
        if wanted is None:
            return self.queue.is_empty
        return not self._fits(wanted)

    def _fits(self, wanted: tuple[str, str, int]) -> bool:
        """Tell whether the socket is one for this path, version and connection.

        A charger that left keeps its socket for the messages that are still here, and a socket
        that was opened for such messages serves the charger when it comes.
        """
        opened = self._opened_for
        assert opened is not None
        if opened[2] == 0 and wanted[:2] == opened[:2]:
            self._opened_for = wanted
            return True
        return wanted[:2] == opened[:2] and wanted[2] in (0, opened[2])

    def _forget_socket(self) -> None:
        self.socket = Socket.CLOSED
        self._outstanding = None
        self._opened_for = None
        self._actions = [action for action in self._actions if not _asks(action)]
        sequences = tuple(w.sequence for w in self._commands.end() if w.sequence is not None)
        if sequences:
            self._actions.append(Withdraw(self.key, sequences))
        self._answered.clear()
        self._finished.clear()
        self.heartbeat.forget_calls()

    def _send_next(self, now: float) -> None:
        while self._outstanding is None and self._fits_next():
            record = self.queue.sendable
            if record is None:
                break
            message = parse(record.text, STORED_MAX_BYTES)
            self._send(message)
            if isinstance(message, Call):
                self._outstanding = _Outstanding(message.message_id, record, now)
                self.heartbeat.note_call(now)
            else:
                self._actions.append(self.queue.finish(record))
        at = self._heartbeat_at()
        if self._outstanding is None and at is not None and now >= at:
            message_id = self._new_id()
            self._outstanding = _Outstanding(message_id, None, now)
            self.heartbeat.note_call(now)
            self._send(Call(message_id, "Heartbeat", "{}"))

    def _fits_next(self) -> bool:
        wanted = self._wanted()
        return wanted is not None and self._fits(wanted)

    def _heartbeat_at(self) -> float | None:
        if self.present is None or not self.present.recreate_heartbeats or self.queue.head:
            return None
        return self.heartbeat.due_at

    def _send(self, message: Message) -> None:
        self._actions.append(SendToCsms(self.key, message.to_text()))

    @property
    def _name(self) -> str:
        return f"{self.key[0]}/{self.key[1]}"

    def _note(
        self, topic: Topic, label: str = "", text: str = "", level: Level = Level.SILENT
    ) -> None:
        self._actions.append(Note(topic, label, text, level))


def _asks(action: Action | ToSite | Withdraw) -> bool:
    """Tell whether this is a CALL for the charger, of which the CSMS on this socket is to hear."""
    return isinstance(action, ToSite) and isinstance(action.message, Call)
