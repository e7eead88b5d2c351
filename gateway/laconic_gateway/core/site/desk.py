"""The site's talk with its chargers: every OCPP-J message in and out passes here.

A message of a charger goes: text -> session -> journal -> (durable) -> answered here, or on its
way to the expander. A message of the expander goes: item -> session -> charger.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from laconic_codec.errors import MessageError
from laconic_codec.items import MessageItem
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
from laconic_gateway.core.deadlines import Deadlines
from laconic_gateway.core.instant import Instant, timestamp
from laconic_gateway.core.lateness import AGE_MAX_SECONDS
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.core.records import make_reference
from laconic_gateway.core.site.clock import Clock
from laconic_gateway.core.site.express import Express
from laconic_gateway.core.site.io import Action, AppendRecord, ChargerText, SendToCharger
from laconic_gateway.core.site.keeper import Keeper
from laconic_gateway.core.site.offline.stand_in import with_time
from laconic_gateway.core.site.offline.substitute import Substitute
from laconic_gateway.core.site.outbound import Outbound, Unsaved
from laconic_gateway.core.site.policy import Answer, Answering, MessageClass, decide
from laconic_gateway.core.site.roster import Roster
from laconic_gateway.core.site.session import (
    COMMAND_SECONDS,
    Command,
    Session,
    complaint,
    speaks,
    unknown_type,
    with_id,
)
from laconic_gateway.core.site.uplink import Uplink


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """How chargers are served."""

    answering: Mapping[str, Answering]
    """By charger identity."""
    patience_seconds: Mapping[MessageClass, float]
    """How long a message may wait for company on its way to the expander."""
    is_free_while_offline: bool = False
    """Tokens that nobody knows may charge while the CSMS cannot be asked (D4)."""

    def is_strict(self, identity: str) -> bool:
        """Tell whether a charger is to be left alone while the CSMS is away."""
        answering = self.answering.get(identity)
        return answering is not None and answering.when_offline == "strict"


class Desk:
    """Takes and gives messages of chargers; appends what is to be done to `actions`."""

    def __init__(
        self,
        settings: DeskSettings,
        roster: Roster,
        outbound: Outbound,
        uplink: Uplink,
        actions: list[Action],
        keeper: Keeper,
        clock: Clock,
        substitute: Substitute,
        express: Express,
    ) -> None:
        self._settings = settings
        self._roster = roster
        self._outbound = outbound
        self._uplink = uplink
        self._actions = actions
        self._keeper = keeper
        self._clock = clock
        self._substitute = substitute
        self._express = express
        self._deadlines = Deadlines[int]()  # by connection

    # --- from chargers

    def take(self, item: ChargerText, now: Instant) -> None:
        """Take a text of a charger."""
        session = self._roster.session(item.connection)
        if session is None:
            return
        try:
            message = parse(item.text)
        except MessageError as error:
            self._complain(session, error)
            return
        if not speaks(session.version, message):
            self._complain(session, unknown_type(message))
            return
        self._note(Topic.MESSAGE, "up")
        self._uplink.contact.reachability.activity.heard(session.identity, message, now.monotonic)
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
        decision = decide(message, session.version, self._settings.answering[session.identity])
        if decision.answer is Answer.NOW:
            self._note(Topic.LOCAL_ANSWER, message.action)
            time = timestamp(self._clock.unix(now))
            self._send(session, CallResult(message.message_id, f'{{"currentTime":"{time}"}}'))
            return
        if isinstance(message, Call) and session.is_waiting(
            message.message_id, self._uplink.delivered
        ):
            # A retry of what is still on its way: one answer serves both (OCPP-J 2.1, 4.1.4).
            self._bad_input(session, "repeated_call", f"message id {message.message_id!r} again")
            return
        if isinstance(message, Call) and decision.answer is Answer.CSMS:
            if self._substitute.settles(session, message, text, now):
                return
            if self._overtakes(session, message, now):
                return
        if self._keeper.keeps(session, message, text, decision, self._clock.stamp(now)):
            return
        kind = decision.message_class
        patience = self._keeper.throttle.patience_seconds(
            message, kind, self._settings.patience_seconds[kind]
        )
        answer = "{}" if decision.answer is Answer.WHEN_DURABLE else None
        sequence = self._append(session, message, text, now, patience, answer=answer)
        if isinstance(message, Call):
            session.wait(sequence, message)
            if answer is None:
                self._substitute.deputy.wait(session, sequence, now.monotonic)

    def _overtakes(self, session: Session, call: Call, now: Instant) -> bool:
        token = self._express.ask(session, call)
        if token is not None:
            session.wait(token, call)
            self._substitute.deputy.wait(session, token, now.monotonic)
        return token is not None

    def _answer_of_charger(
        self, session: Session, message: Message, text: str, now: Instant
    ) -> None:
        if isinstance(message, CallResultError):
            reference = session.answered_sequence(message.message_id)
        else:
            command = session.finish_command(message.message_id)
            reference = None if command is None else command.reference
            if command is not None and isinstance(message, CallResult):
                self._substitute.deputy.learn_command(session, command.call, message)
            self._next_command(session, now)
        if reference is None:
            said = f"{session.identity}: dropped an answer that nobody waits for"
            self._note(Topic.LATE_ANSWER, text=said, level=Level.INFO)
            return
        complains = isinstance(message, CallResultError)
        if complains or not self._express.reply(session, message, reference):
            self._append(session, message, text, now, reference=reference)

    def _append(
        self,
        session: Session,
        message: Message,
        text: str,
        now: Instant,
        patience_seconds: float = 0.0,
        *,
        reference: int = 0,
        answer: str | None = None,
    ) -> int:
        record = self._outbound.append(
            session,
            message,
            text,
            self._clock.stamp(now),
            now.monotonic + patience_seconds,
            reference=reference,
            answer=answer,
        )
        self._actions.append(AppendRecord(record))
        return record.sequence

    def answer_saved(self, saved: Unsaved, now: Instant) -> None:
        """Answer a CALL that waited for the disk only."""
        session = self._roster.session(saved.connection)
        message_id = session.answer(saved.record.sequence) if session else None
        if session is not None and message_id is not None:
            assert isinstance(saved.message, Call)
            self._note(Topic.LOCAL_ANSWER, saved.message.action)
            answer = with_time(saved.message, saved.answer, self._clock.unix(now))
            self._send(session, CallResult(message_id, answer))

    def forget_refused(self, saved: Unsaved) -> None:
        """Leave a CALL without an answer: the journal had no room for it, and the charger keeps it.

        When it sends the CALL again it is heard (semantics D8: stop answering).
        """
        session = self._roster.session(saved.connection)
        if session is not None:
            session.forget(saved.record.sequence)

    # --- to chargers

    def give(
        self, sequence: int, item: MessageItem, now: Instant, *, is_late: bool = False
    ) -> None:
        """Pass a message of the CSMS on; `sequence` is its number in the downlink.

        `is_late`: it is a command that does harm when it comes late, and is not known to be young.
        """
        session = self._roster.session_on(item.channel)
        if session is None:
            self._note(Topic.LATE_ANSWER)  # the charger has left, and its CSMS socket with it
            return
        self._note(Topic.MESSAGE, "down")
        message = item.message
        self._substitute.deputy.availability.heard(now.monotonic)
        if isinstance(message, Call | Send):
            self._command(session, sequence, message, now, is_late)
            return
        if isinstance(message, CallResult | CallError):
            asked = self._sequence_of(item)
            message_id = None if asked is None else self._answered(session, asked, message, now)
        else:
            message_id = session.command_id(
                make_reference(self._uplink.epoch.number, item.reference)
            )
        if message_id is None:
            self._note(Topic.LATE_ANSWER)
            return
        self._send(session, with_id(message, message_id))

    def _sequence_of(self, item: MessageItem) -> int | None:
        """Return under which number a session waits for this answer."""
        if self._roster.is_express(item.channel):
            return self._express.token_of(item)
        place = self._uplink.epoch.base + item.reference
        return self._uplink.queue.numbering.sequence_of(place)

    def _answered(
        self, session: Session, sequence: int, message: CallResult | CallError, now: Instant
    ) -> str | None:
        """Return the id of the CALL that the CSMS answers; None: nobody waits any more."""
        call = session.asked(sequence)
        if call is not None:
            self._substitute.deputy.learn(session, call, message, self._clock.unix(now))
        self._express.settle(sequence)
        return session.answer(sequence)

    def _command(
        self, session: Session, sequence: int, message: Call | Send, now: Instant, is_late: bool
    ) -> None:
        self._uplink.contact.reachability.activity.command(now.monotonic)
        epoch = self._uplink.epoch.number
        named = with_id(message, message.message_id or f"{epoch}-{sequence}")
        if not isinstance(named, Call):
            self._send(session, named)
            return
        reference = make_reference(epoch, sequence)
        if is_late:
            self._note_late(session, named)
            self._fail(session, named, "it came too late, and was not carried out", reference, now)
        elif session.enqueue(Command(reference, named, now.monotonic)):
            self._next_command(session, now)
        else:
            self._fail(session, named, "too many commands wait", reference, now)

    def _fail(self, session: Session, call: Call, why: str, reference: int, now: Instant) -> None:
        """Answer a command in place of the charger, which does not get it."""
        failure = call_error(call.message_id, "InternalError", why)
        if not self._express.reply(session, failure, reference):
            self._append(session, failure, failure.to_text(), now, reference=reference)

    def _note_late(self, session: Session, call: Call) -> None:
        text = (
            f"{session.identity}: a {call.action} of the CSMS is older than"
            f" {AGE_MAX_SECONDS:.0f} s, or its age is not known; it was not carried out. Was it"
            " held up on the link?"
        )
        self._note(Topic.LATE_COMMAND, call.action, text, Level.WARNING)

    def _next_command(self, session: Session, now: Instant) -> None:
        call = session.next_command(now.monotonic)
        if call is not None:
            self._send(session, call)
        self._deadlines.set(session.connection, session.gives_up_at)

    # --- time

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called."""
        times = (self._deadlines.earliest(), self._substitute.deputy.timer())
        return min((time for time in times if time is not None), default=None)

    def handle_timer(self, now: Instant) -> None:
        """Give up on chargers that do not answer, and on a CSMS that does not."""
        self._substitute.handle_timer(now)
        for connection in self._deadlines.pop_due(now.monotonic):
            session = self._roster.session(connection)
            if session is not None:
                said = f"a command was not answered in {COMMAND_SECONDS:.0f} s"
                self._bad_input(session, "no_answer", said)
                self._next_command(session, now)

    def _send(self, session: Session, message: Message) -> None:
        self._actions.append(SendToCharger(session.connection, message.to_text()))

    def _bad_input(self, session: Session, reason: str, detail: str) -> None:
        text = f"{session.identity}: bad message ({reason}): {detail}"
        self._note(Topic.BAD_INPUT, reason, text, Level.WARNING)

    def _note(
        self, topic: Topic, label: str = "", text: str = "", level: Level = Level.SILENT
    ) -> None:
        self._actions.append(Note(topic, label, text, level))
