"""Where a charger's CALL is settled without the CSMS: at once, or when it has waited too long."""

from collections.abc import Callable

from laconic_codec.messages import Call, CallResult, Message
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Note, Topic
from laconic_gateway.core.site.clock import Clock
from laconic_gateway.core.site.express import Express, is_token
from laconic_gateway.core.site.io import Action, AppendRecord, SendToCharger
from laconic_gateway.core.site.offline.deputy import Deputy
from laconic_gateway.core.site.outbound import Outbound, Unsaved
from laconic_gateway.core.site.roster import Roster
from laconic_gateway.core.site.session import Session
from laconic_gateway.core.site.uplink import Uplink


class Substitute:
    """Settles CALLs with what the deputy says; appends what is to be done to `actions`."""

    def __init__(
        self,
        deputy: Deputy,
        clock: Clock,
        roster: Roster,
        outbound: Outbound,
        uplink: Uplink,
        actions: list[Action],
        express: Express,
        is_strict: Callable[[str], bool],
    ) -> None:
        """`is_strict` tells whether a charger is to be left alone while the CSMS is away."""
        self.deputy = deputy
        self._clock = clock
        self._roster = roster
        self._outbound = outbound
        self._uplink = uplink
        self._actions = actions
        self._express = express
        self._is_strict = is_strict

    def settles(self, session: Session, call: Call, text: str, now: Instant) -> bool:
        """Settle a CALL that the CSMS should answer, if that has to be; return whether it is."""
        if self._is_strict(session.identity):
            return False
        if self._is_repeated(session, call, now):
            return True
        unix = self._clock.unix(now)
        self.deputy.note_stop(session, call)
        reply = self.deputy.reply(session, call, unix)
        if reply is None:
            return False
        self._actions.append(Note(Topic.STAND_IN, call.action))
        if not reply.is_journalled or not isinstance(reply.answer, CallResult):
            self._send(session, reply.answer)
            return True
        payload = reply.answer.payload
        record = self._outbound.append(session, call, text, unix, now.monotonic, answer=payload)
        self._actions.append(AppendRecord(record))
        session.wait(record.sequence, call)
        return True

    def _is_repeated(self, session: Session, call: Call, now: Instant) -> bool:
        """Settle a StartTransaction that was said before, perhaps under another id (trap 11)."""
        start = self.deputy.repeated_start(session, call)
        if start is None:
            return False
        if start.answer:
            self._send(session, CallResult(call.message_id, start.answer))
            return True
        if start.sequence <= self._uplink.delivered:
            return False  # the CSMS has answered, and the answer was lost
        session.wait(start.sequence, call)  # one answer serves both
        self.deputy.wait(session, start.sequence, now.monotonic)
        return True

    def saved(self, saved: Unsaved) -> None:
        """Take note of a start that is on disk. Not before: what a crash takes was never said."""
        record = saved.record
        if isinstance(saved.message, Call) and record.version == "1.6":
            answer = saved.answer if record.answered else ""
            self.deputy.note_start(record.charger, saved.message, record.sequence, answer)

    def handle_timer(self, now: Instant) -> None:
        """Answer CALLs that have waited for the CSMS for too long."""
        for connection, sequence in self.deputy.impatient(now.monotonic):
            self._express.settle(sequence)
            session = self._roster.session(connection)
            call = None if session is None else session.waiting(sequence)
            if session is not None and call is not None:
                self.deputy.availability.waited(now.monotonic)
                self._answer_late(session, call, sequence, now)

    def _answer_late(self, session: Session, call: Call, sequence: int, now: Instant) -> None:
        reply = None
        if not self._is_strict(session.identity):
            reply = self.deputy.late_reply(session, call, self._clock.unix(now))
        if reply is None:
            if is_token(sequence):
                session.forget(sequence)  # nothing will bring an answer: it may ask again
            return
        if reply.is_journalled and not self._outbound.is_durable(sequence):
            self.deputy.wait(session, sequence, now.monotonic)
            return
        if isinstance(reply.answer, CallResult):
            self.deputy.note_start(session.identity, call, sequence, reply.answer.payload)
        self._actions.append(Note(Topic.STAND_IN, call.action))
        session.answer(sequence)
        self._send(session, reply.answer)

    def _send(self, session: Session, message: Message) -> None:
        self._actions.append(SendToCharger(session.connection, message.to_text()))
