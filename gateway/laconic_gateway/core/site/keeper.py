"""Messages that are kept back to save bytes: answered as always, stored outside of the journal.

A thinned message is never sent. A held one gets its place in the journal when there is budget
again: then it is a message like any other. While there are held messages, new ones of their kind
are held behind them, so that nothing overtakes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from laconic_codec.messages import Call, CallResult, Send, parse
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Note, Topic
from laconic_gateway.core.records import Record, RecordKind, Stamp
from laconic_gateway.core.site.budget.governor import Rung
from laconic_gateway.core.site.budget.throttle import Throttle, Treatment
from laconic_gateway.core.site.io import Action, AppendRecord, KeepRecord, ReadHeld, SendToCharger
from laconic_gateway.core.site.outbound import Outbound
from laconic_gateway.core.site.policy import Decision
from laconic_gateway.core.site.session import Session

HELD_PAGE_RECORDS: Final = 200
"""So many are released at a time."""
RELEASE_PAUSE_SECONDS: Final = 300.0
"""Between two full pages: the governor has to see what one costs before the next one goes."""
NOBODY: Final = -1
"""Stands for a connection where there is none."""
HELD_MAX: Final = 20_000
"""Held records; what comes after is sent, because held ones are never shed."""


@dataclass(frozen=True, slots=True)
class _Unanswered:
    connection: int
    message_id: str
    action: str


class Keeper:
    """Keeps messages back and lets held ones go; appends what is to be done to `actions`."""

    def __init__(
        self,
        outbound: Outbound,
        session: Callable[[int], Session | None],
        actions: list[Action],
        *,
        held_records: int,
    ) -> None:
        """`held_records` is how many are held from the time before this process."""
        self.throttle = Throttle()
        self.throttle.holds = held_records > 0
        self._outbound = outbound
        self._session = session
        self._actions = actions
        self._tokens = 0
        self._unanswered: dict[int, _Unanswered] = {}  # by token
        self._held = held_records
        self._released_through = 0
        self._unstored: set[int] = set()
        """Tokens of held messages that are not on disk yet."""
        self._reading = False
        self._is_read_stale = False
        """Something was held after the page that is being read was asked for."""

    def keeps(
        self, session: Session, message: Call | Send, text: str, decision: Decision, now: Stamp
    ) -> bool:
        """Keep a message back if the budget asks for it; return whether that is so."""
        treatment = self.throttle.decide(session.identity, message, decision, now.monotonic_seconds)
        is_held = treatment is Treatment.HOLD
        if treatment is Treatment.SEND or (is_held and self._held >= HELD_MAX):
            return False
        self._tokens += 1
        record = Record(
            0,
            RecordKind.MESSAGE,
            session.identity,
            session.path,
            session.version,
            text,
            answered=isinstance(message, Call),
            received_unix_seconds=now.unix_seconds,
        )
        self._actions.append(KeepRecord(self._tokens, record, is_held))
        self._note("held" if is_held else "thinned")
        if is_held:
            self._held += 1
            self._unstored.add(self._tokens)
            self._is_read_stale = True
        if isinstance(message, Call):
            entry = _Unanswered(session.connection, message.message_id, message.action)
            self._unanswered[self._tokens] = entry
        return True

    def kept(self, token: int) -> None:
        """Answer a CALL that is on disk now."""
        if token in self._unstored:
            self._unstored.remove(token)
            self._release()
        entry = self._unanswered.pop(token, None)
        if entry is None or self._session(entry.connection) is None:
            return
        self._actions.append(Note(Topic.LOCAL_ANSWER, entry.action))
        text = CallResult(entry.message_id, "{}").to_text()
        self._actions.append(SendToCharger(entry.connection, text))

    def set_rung(self, rung: Rung) -> None:
        """Follow the governor."""
        self.throttle.rung = rung
        if rung >= Rung.HELD:
            self.throttle.holds = True
        self._release()

    def release(self, records: tuple[Record, ...], now: Instant, patience_seconds: float) -> None:
        """Take the page of held records that was asked for, and send them."""
        self._reading = False
        if not records and not self._is_read_stale:
            if not self._unstored and self.throttle.rung < Rung.HELD:
                self._held = 0
                self.throttle.holds = False
            return
        for record in records:
            self._released_through = record.sequence
            self._held -= 1
            self._send(record, now.monotonic + patience_seconds)
        is_full = len(records) == HELD_PAGE_RECORDS
        self._release(RELEASE_PAUSE_SECONDS if is_full else 0.0)

    def _release(self, wait_seconds: float = 0.0) -> None:
        if not self.throttle.holds or self._reading or self.throttle.rung >= Rung.HELD:
            return
        self._reading, self._is_read_stale = True, False
        self._actions.append(ReadHeld(self._released_through, HELD_PAGE_RECORDS, wait_seconds))

    def _send(self, held: Record, deadline: float) -> None:
        if held.kind is RecordKind.VOID:
            return  # it was damaged on the disk
        # Who sent it has its answer, and may be gone.
        session = Session(NOBODY, held.charger, held.path, held.version)
        record = self._outbound.append(
            session,
            parse(held.text),
            held.text,
            held.stamp,
            deadline,
            answer="{}" if held.answered else None,
        )
        self._note("released")
        self._actions.append(AppendRecord(record, releases=held.sequence))

    def _note(self, treatment: str) -> None:
        self._actions.append(Note(Topic.KEPT_BACK, treatment))
