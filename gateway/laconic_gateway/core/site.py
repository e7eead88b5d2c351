"""The site gateway's core: chargers on one side, the expander on the other, the journal between.

A message of a charger goes: text -> session -> journal -> (durable) -> answered here, or queued
for the expander -> frame. A message of the expander goes: frame -> session -> charger.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from laconic_codec import items
from laconic_codec.errors import FrameError, MessageError
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
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
from laconic_gateway.core.instant import Instant, timestamp
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.core.policy import Answer, Answers, MessageClass, decide
from laconic_gateway.core.records import (
    Record,
    RecordKind,
    make_reference,
    split_reference,
)
from laconic_gateway.core.send_queue import PAGE_RECORDS, SendQueue, Waiting
from laconic_gateway.core.session import Command, Session, complaint, speaks, with_id
from laconic_gateway.core.site_io import (
    Action,
    AppendRecord,
    ChargerClosed,
    ChargerConnected,
    ChargerText,
    DownlinkRequest,
    ExchangeAnswered,
    ExchangeFailed,
    Input,
    JournalPage,
    ReadJournal,
    RecordsDurable,
    RespondDownlink,
    SaveEpoch,
    SendToCharger,
    TrimJournal,
)
from laconic_gateway.core.uplink import Phase, Progress, Uplink

TRIM_EVERY_RECORDS: Final = 64
"""The journal is trimmed in steps of this size: each step costs a write to flash."""

CONNECT_PATIENCE_SECONDS: Final = 0.2
"""A charger that has just connected says something at once; its presence travels along."""

CLOCK_TOLERANCE_SECONDS: Final = 1.0
"""A difference to the expander's clock below this is the network's, not the clock's."""


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What the core needs of the configuration."""

    answers: Mapping[str, Answers]
    """By charger identity."""
    preserve_ids: bool
    patience_seconds: Mapping[MessageClass, float]
    keepalive_seconds: float


@dataclass(frozen=True, slots=True)
class _Unsaved:
    record: Record
    message: Message
    answered_to: int | None
    """Connection that gets an empty result once the record is durable."""
    deadline: float


class Site:
    """Decides everything that a site does. Feed inputs, carry out the actions that come back."""

    def __init__(
        self,
        settings: SiteSettings,
        *,
        epoch: int,
        last_sequence: int,
        trimmed_through: int,
        random: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._last_sequence = last_sequence
        self._durable_through = last_sequence
        self._trimmed_through = trimmed_through
        self._queue = SendQueue(trimmed_through)
        self._uplink = Uplink(
            self._queue,
            epoch=epoch,
            keepalive_seconds=settings.keepalive_seconds,
            random=random,
        )
        self._sessions: dict[int, Session] = {}
        self._present: dict[int, Session] = {}  # channel -> session
        self._channels: dict[tuple[str, str], int] = {}
        self._generations: dict[int, int] = {}
        self._unsaved: deque[_Unsaved] = deque()
        self._reading = False
        self._deadline: float | None = None
        self._clock_offset = 0.0
        self._actions: list[Action] = []

    @property
    def undelivered(self) -> int:
        """Return how many messages the CSMS has not taken yet."""
        return self._last_sequence - self._uplink.delivered

    @property
    def link_up(self) -> bool:
        """Tell whether the last exchange with the expander succeeded."""
        return self._uplink.link_up

    def receive(self, item: Input, now: Instant) -> list[Action]:
        """Take one input; return what is to be done, in order."""
        match item:
            case ChargerText():
                self._charger_text(item, now)
            case RecordsDurable():
                self._records_durable(item.through, now)
            case ExchangeAnswered():
                self._exchange_answered(item, now)
            case DownlinkRequest():
                self._downlink_request(item, now)
            case ChargerConnected():
                self._charger_connected(item, now)
            case ChargerClosed():
                self._charger_closed(item.connection, now)
            case ExchangeFailed():
                self._exchange_failed(item, now)
            case JournalPage():
                self._journal_page(item.records)
        return self._finish(now)

    def handle_timer(self, now: Instant) -> list[Action]:
        """Do what is due."""
        return self._finish(now)

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called, on the monotonic clock."""
        times = [self._deadline, self._uplink.timer()]
        return min((time for time in times if time is not None), default=None)

    def _finish(self, now: Instant) -> list[Action]:
        if self._deadline is not None and now.monotonic >= self._deadline:
            self._deadline = None
            self._uplink.flush()
        self._read_more()
        self._actions += self._uplink.outgoing(now.monotonic)
        actions, self._actions = self._actions, []
        return actions

    # --- chargers

    def _charger_connected(self, item: ChargerConnected, now: Instant) -> None:
        session = Session(item.connection, item.identity, item.path, item.version)
        self._sessions[item.connection] = session
        channel = self._channels.setdefault((item.path, item.version), len(self._channels))
        self._set_presence(channel, session)
        self._want_by(now.monotonic + CONNECT_PATIENCE_SECONDS)

    def _charger_closed(self, connection: int, now: Instant) -> None:
        session = self._sessions.pop(connection, None)
        if session is None:
            return
        channel = self._channels[session.path, session.version]
        if self._present.get(channel) is session:
            self._set_presence(channel, None)
            self._want_by(now.monotonic)

    def _set_presence(self, channel: int, session: Session | None) -> None:
        generation = self._generations.get(channel, 0)
        # A new connection that replaces a live one counts as closed and opened.
        generation += 1 if (session is None) == (generation % 2 == 1) else 2
        self._generations[channel] = generation
        if session is None:
            gone = self._present.pop(channel)
            self._queue.announce(
                self._bind(gone.path, gone.version, gone.identity), Presence(channel, generation)
            )
        else:
            self._present[channel] = session
            self._queue.announce(
                self._bind(session.path, session.version, session.identity),
                Presence(channel, generation),
            )

    def _bind(self, path: str, version: str, identity: str) -> Bind:
        return Bind(
            self._channels.setdefault((path, version), len(self._channels)),
            path,
            version,
            recreate_heartbeats=self._settings.answers.get(identity) == "local",
            preserve_ids=self._settings.preserve_ids,
        )

    def _charger_text(self, item: ChargerText, now: Instant) -> None:
        session = self._sessions.get(item.connection)
        if session is None:
            return
        try:
            message = parse(item.text)
        except MessageError as error:
            self._complain(session, error)
            return
        if not speaks(session.version, message):
            self._bad_input(session, "unknown_type", "a message type of OCPP 2.1")
            return
        self._note(Topic.MESSAGE, "up")
        if isinstance(message, Call | Send):
            self._request(session, message, item.text, now)
        else:
            self._answer_of_charger(session, message, item.text, now)

    def _complain(self, session: Session, error: MessageError) -> None:
        self._bad_input(session, error.fault, error.detail)
        answer = complaint(error, session.version)
        if answer is not None:
            self._send(session, answer)

    def _request(self, session: Session, message: Call | Send, text: str, now: Instant) -> None:
        decision = decide(message, session.version, self._settings.answers[session.identity])
        if decision.answer is Answer.NOW:
            self._note(Topic.LOCAL_ANSWER, message.action)
            time = timestamp(now.unix + self._clock_offset)
            self._send(session, CallResult(message.message_id, f'{{"currentTime":"{time}"}}'))
            return
        if isinstance(message, Call) and session.is_waiting(message.message_id):
            # A retry of what is still on its way: one answer serves both (OCPP-J 2.1, 4.1.4).
            self._bad_input(session, "repeated_call", f"message id {message.message_id!r} again")
            return
        answered = decision.answer is Answer.WHEN_DURABLE
        sequence = self._append(
            session,
            message,
            text,
            now,
            self._settings.patience_seconds[decision.message_class],
            answered=answered,
        )
        if isinstance(message, Call):
            session.wait(sequence, message.message_id)

    def _answer_of_charger(
        self, session: Session, message: Message, text: str, now: Instant
    ) -> None:
        if isinstance(message, CallResultError):
            reference = session.answered_sequence(message.message_id)
        else:
            reference = session.finish_command(message.message_id)
            self._next_command(session)
        if reference is None:
            self._note(
                Topic.LATE_ANSWER,
                text=f"{session.identity}: dropped an answer to {message.message_id!r},"
                " which nobody waits for",
                level=Level.INFO,
            )
            return
        self._append(session, message, text, now, 0.0, reference=reference)

    def _append(
        self,
        session: Session,
        message: Message,
        text: str,
        now: Instant,
        patience_seconds: float,
        *,
        reference: int = 0,
        answered: bool = False,
    ) -> int:
        self._last_sequence += 1
        record = Record(
            self._last_sequence,
            RecordKind.MESSAGE,
            session.identity,
            session.path,
            session.version,
            text,
            reference,
            answered,
            now.unix,
        )
        deadline = now.monotonic + patience_seconds
        answered_to = session.connection if answered else None
        self._unsaved.append(_Unsaved(record, message, answered_to, deadline))
        self._actions.append(AppendRecord(record))
        return self._last_sequence

    def _next_command(self, session: Session) -> None:
        call = session.next_command()
        if call is not None:
            self._send(session, call)

    def _send(self, session: Session, message: Message) -> None:
        self._actions.append(SendToCharger(session.connection, message.to_text()))

    # --- journal

    def _records_durable(self, through: int, now: Instant) -> None:
        while self._unsaved and self._unsaved[0].record.sequence <= through:
            saved = self._unsaved.popleft()
            self._durable_through = saved.record.sequence
            self._answer_here(saved)
            self._enqueue(saved.record, saved.message)
            self._want_by(saved.deadline)

    def _answer_here(self, saved: _Unsaved) -> None:
        if saved.answered_to is None:
            return
        session = self._sessions.get(saved.answered_to)
        message_id = session.answer(saved.record.sequence) if session else None
        if session is not None and message_id is not None:
            assert isinstance(saved.message, Call)
            self._note(Topic.LOCAL_ANSWER, saved.message.action)
            self._send(session, CallResult(message_id, "{}"))

    def _enqueue(self, record: Record, message: Message) -> None:
        """Put a durable record into the send queue if it is the next one and there is room."""
        next_one = record.sequence == self._queue.loaded_through + 1
        if self._uplink.phase is Phase.OPEN and next_one and self._queue.has_room:
            self._queue.add(self._waiting(record, message))

    def _waiting(self, record: Record, message: Message) -> Waiting:
        item = self._item(record, message)
        encoded = items.encode(item)
        if items.is_escape(encoded):
            self._note(Topic.ESCAPE)
        binding = (
            self._bind(record.path, record.version, record.charger)
            if isinstance(item, MessageItem)
            else None
        )
        return Waiting(record.sequence, encoded, binding)

    def _item(self, record: Record, message: Message) -> Item:
        channel = self._bind(record.path, record.version, record.charger).channel
        if isinstance(message, Call | Send):
            message_id = message.message_id if self._settings.preserve_ids else ""
            return MessageItem(channel, with_id(message, message_id), answered=record.answered)
        if isinstance(message, CallResultError):
            reference = record.reference - self._uplink.base
            return MessageItem(channel, with_id(message, ""), reference)
        epoch, reference = split_reference(record.reference)
        if epoch != self._uplink.epoch:
            return Void()  # the CSMS that asked has lost its connection since
        return MessageItem(channel, with_id(message, ""), reference)

    def _read_more(self) -> None:
        behind = self._queue.loaded_through < self._durable_through
        wanted = behind and self._queue.wants_page and not self._reading
        if wanted and self._uplink.phase is Phase.OPEN:
            self._reading = True
            self._actions.append(ReadJournal(self._queue.loaded_through, PAGE_RECORDS))

    def _journal_page(self, records: tuple[Record, ...]) -> None:
        self._reading = False
        for record in records:
            if record.sequence != self._queue.loaded_through + 1:
                continue
            if record.kind is RecordKind.VOID:
                self._queue.add(Waiting(record.sequence, items.encode(Void()), None))
            else:
                self._queue.add(self._waiting(record, parse(record.text)))
        self._uplink.flush()

    # --- expander

    def _exchange_answered(self, item: ExchangeAnswered, now: Instant) -> None:
        was_up = self._uplink.link_up
        try:
            progress = self._uplink.receive(item.exchange, item.payload)
        except FrameError as error:
            self._refused_frame(error)
            self._begin_epoch(now, wait=True)
            return
        if not was_up and self._uplink.link_up:
            self._note(Topic.LINK, "up", "the expander answers", Level.INFO)
        self._progress(progress, now)

    def _downlink_request(self, item: DownlinkRequest, now: Instant) -> None:
        self._uplink.note_sent(now.monotonic)
        try:
            self._progress(self._uplink.receive_frame(item.payload), now)
        except FrameError as error:
            self._refused_frame(error)
        self._actions.append(RespondDownlink(item.request, self._uplink.acknowledgement()))

    def _exchange_failed(self, item: ExchangeFailed, now: Instant) -> None:
        if self._uplink.fail(item.exchange, now.monotonic):
            self._note(
                Topic.LINK,
                "down",
                f"the expander does not answer ({item.reason}); messages are kept and"
                " sent when it is back",
                Level.WARNING,
            )

    def _progress(self, progress: Progress, now: Instant) -> None:
        if progress.refused is not None:
            self._refused(progress, now)
        elif progress.opened is not None:
            self._opened(progress.opened.stored, progress.opened.unix_milliseconds / 1000, now)
        for sequence, item in progress.items:
            self._play(sequence, item, now)
        if self._uplink.delivered - self._trimmed_through >= TRIM_EVERY_RECORDS:
            self._trimmed_through = self._uplink.delivered
            self._actions.append(TrimJournal(self._trimmed_through))

    def _refused(self, progress: Progress, now: Instant) -> None:
        assert progress.refused is not None
        fault = progress.refused.name.lower()
        self._note(
            Topic.REFUSED_FRAME,
            fault,
            f"the expander refused a frame ({fault}); beginning a new epoch",
            Level.INFO,
        )
        # An expander that was restarted knows no epoch; everything else is not mended by haste.
        self._begin_epoch(now, wait=self._uplink.phase is not Phase.OPEN)

    def _begin_epoch(self, now: Instant, *, wait: bool) -> None:
        self._uplink.close(now.monotonic, wait)
        self._actions.append(SaveEpoch(self._uplink.epoch))

    def _refused_frame(self, error: FrameError) -> None:
        fault = error.fault.name.lower()
        text = f"a frame of the expander cannot be read ({error})"
        self._note(Topic.REFUSED_FRAME, fault, text, Level.WARNING)

    def _opened(self, stored: int, unix: float, now: Instant) -> None:
        if stored > self._last_sequence:
            self._note(
                Topic.SEQUENCE_GAP,
                "journal_behind",
                f"the expander has stored messages up to {stored} of this site, the journal"
                f" reaches {self._last_sequence} only: an older journal was put in its place."
                " Move the journal away and start again; a new one begins beyond.",
                Level.ERROR,
            )
            self._begin_epoch(now, wait=True)
            return
        offset = unix - now.unix
        self._clock_offset = offset if abs(offset) > CLOCK_TOLERANCE_SECONDS else 0.0
        self._queue.restart(stored)
        self._reading = False

    def _play(self, sequence: int, item: Item, now: Instant) -> None:
        if not isinstance(item, MessageItem):
            return
        session = self._present.get(item.channel)
        message = item.message
        self._note(Topic.MESSAGE, "down")
        if isinstance(message, Call | Send):
            message_id = message.message_id or f"{self._uplink.epoch}-{sequence}"
            self._command(session, with_id(message, message_id), sequence, now)
            return
        waiting_id = None
        if session is not None and isinstance(message, CallResult | CallError):
            waiting_id = session.answer(self._uplink.base + item.reference)
        elif session is not None:
            waiting_id = session.command_id(make_reference(self._uplink.epoch, item.reference))
        if session is None or waiting_id is None:
            self._note(Topic.LATE_ANSWER)
            return
        self._send(session, with_id(message, waiting_id))

    def _command(
        self, session: Session | None, message: Message, sequence: int, now: Instant
    ) -> None:
        if session is None:
            self._note(Topic.LATE_ANSWER)
            return
        if isinstance(message, Send):
            self._send(session, message)
            return
        assert isinstance(message, Call)
        reference = make_reference(self._uplink.epoch, sequence)
        if session.enqueue(Command(reference, message)):
            self._next_command(session)
            return
        failure = call_error(message.message_id, "InternalError", "too many commands wait")
        self._append(session, failure, failure.to_text(), now, 0.0, reference=reference)

    # --- small things

    def _want_by(self, deadline: float) -> None:
        self._deadline = deadline if self._deadline is None else min(self._deadline, deadline)

    def _bad_input(self, session: Session, reason: str, detail: str) -> None:
        text = f"{session.identity}: bad message ({reason}): {detail}"
        self._note(Topic.BAD_INPUT, reason, text, Level.WARNING)

    def _note(
        self, topic: Topic, label: str = "", text: str = "", level: Level = Level.SILENT
    ) -> None:
        self._actions.append(Note(topic, label, text, level))
