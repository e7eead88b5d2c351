"""What the CSMS's answer to a charger's message means: it is done, or it is to be tried again.

Whatever follows from an answer goes to disk in the commit that takes the message out of the outbox.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from laconic_codec.messages import Call, CallError, CallResult, parse, payload_of
from laconic_gateway.core.expander.boot_gate import BootGate
from laconic_gateway.core.expander.kept import Kept, KeptKind, member, to_object, to_text
from laconic_gateway.core.expander.poison import Poison
from laconic_gateway.core.expander.record_queue import Entry
from laconic_gateway.core.expander.statuses import Statuses, is_outdated
from laconic_gateway.core.expander.stop_orders import StopOrders
from laconic_gateway.core.expander.traffic import STORED_MAX_BYTES, Kind
from laconic_gateway.core.expander.transactions import Start, Transactions
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.core.records import Record

_ANSWERED_WITH_CONTENT: Final = frozenset({"BootNotification", "StartTransaction"})
"""Actions whose answer is used here although the site has given one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a message."""

    is_done: bool
    keeps: tuple[Kept, ...] = ()
    down: CallResult | CallError | None = None
    """What the charger hears."""


AGAIN: Final = Outcome(is_done=False)


class Delivery:
    """Everything that one charger's lane knows about messages beyond their order."""

    def __init__(self, name: str, kept: Iterable[Kept] = ()) -> None:
        """`name` is for the log; `kept` is what was kept on disk, oldest first."""
        self.transactions = Transactions()
        self.orders = StopOrders()
        self.poison = Poison()
        self.gate = BootGate()
        self.statuses = Statuses()
        self.notes: list[Note] = []
        self._name = name
        self._boots: dict[str, str] = {}  # version -> payload of the last boot that was accepted
        self._owed: list[Kept] = []
        self._booted_for: int | None = None
        """Sequence of the record for which a boot was sent because of a SecurityError."""
        self._told_unused = False
        for one in kept:
            self._restore(one)

    def _restore(self, one: Kept) -> None:
        match one.kind:
            case KeptKind.START:
                self.transactions.restore(one)
            case KeptKind.ORDER:
                self.orders.restore(one)
            case KeptKind.BOOT:
                self._boots[one.name] = to_object(one.text)["payload"]
            case KeptKind.STATUS:
                self.statuses.restore(one)
            case KeptKind.CLAIM:
                pass  # for `Lanes`
            case KeptKind.QUARANTINE:
                self.poison.restore(one)

    def boot(self, version: str) -> str | None:
        """Return the payload of the last boot that the CSMS accepted."""
        return self._boots.get(version)

    def owe(self, keeps: tuple[Kept, ...]) -> None:
        """Have something go to disk with the next message that is done."""
        self._owed += keeps

    # --- before a message is sent

    def see(self, entry: Entry, now_unix: float) -> None:
        """Look at a message that has come, though its turn may be later."""
        transaction = entry.traffic.transaction
        if entry.traffic.action == "StartTransaction":
            self._see_start(entry.record, now_unix)
        if transaction is None or entry.record.version != "1.6" or transaction.startswith('"'):
            return
        news = self.transactions.used(int(transaction))
        if news is not None:
            self._owed.append(news.kept())
        if news is not None and not entry.traffic.ends:
            self._owed += self._order_if_refused(news, (), now_unix)

    def _see_start(self, record: Record, now_unix: float) -> None:
        """Learn at once which id a repeated start has got: the CSMS may quote it before."""
        call = parse(record.text, STORED_MAX_BYTES)
        if isinstance(call, Call) and _is_start(record, call):
            earlier = self.transactions.earlier(record, call)
            if earlier is not None:
                self.transactions.started(record, call, earlier.answer, now_unix)

    def without_csms(
        self, entry: Entry, call: Call, later: Sequence[Entry], now_unix: float
    ) -> Outcome | None:
        """Return what becomes of a message that need not be sent; None: it must be."""
        if is_outdated(entry, later, now_unix):
            self._note(Topic.STATUS_SKIPPED)
            return self._done([])
        if call.action != "StartTransaction" or entry.record.version != "1.6":
            return None
        earlier = self.transactions.earlier(entry.record, call)
        if earlier is None:
            return None
        self._note(Topic.REPEATED_START)
        result = CallResult(call.message_id, earlier.answer)
        start, keeps = self._started(entry, call, result, later, now_unix)
        return self._done(keeps, entry, replace(result, payload=start.answer_for_charger))

    def outgoing(self, call: Call) -> Call:
        """Return a message as the CSMS is to get it."""
        return self.transactions.upwards(call)

    # --- after the CSMS has answered

    def answered(
        self,
        entry: Entry,
        call: Call,
        answer: CallResult | CallError,
        later: Sequence[Entry],
        now: float,
        now_unix: float,
    ) -> Outcome:
        """Return what becomes of a message of the charger; `call` is as the charger sent it."""
        record = entry.record
        if call.action == "BootNotification":
            return self._boot_answered(entry, call, answer, now)
        if isinstance(answer, CallError):
            if self._is_ours(record, call):
                return self._refused(entry, call, answer, now, now_unix)
            return self._done(self._not_started(entry, call, now_unix), entry, answer)
        if record.answered:
            self._check_unused(entry, call, answer)
        keeps = self._learn(entry, call, answer, later, now_unix)
        return self._done(keeps, entry, answer)

    def own_boot_answered(self, answer: CallResult | CallError, now: float) -> None:
        """Take the answer to a boot that was sent again on our own account."""
        self._tell_gate(self.gate.own_answer(answer, now), answer)

    def _is_ours(self, record: Record, call: Call) -> bool:
        """Tell whether nobody but this expander deals with a refusal."""
        if record.answered:
            return True
        return _is_start(record, call) and self.transactions.is_awaited(record, call)

    def _learn(
        self,
        entry: Entry,
        call: Call,
        answer: CallResult,
        later: Sequence[Entry],
        now_unix: float,
    ) -> list[Kept]:
        traffic, record = entry.traffic, entry.record
        if _is_start(record, call):
            return self._started(entry, call, answer, later, now_unix)[1]
        if traffic.kind is Kind.STATUS:
            return self.statuses.delivered(entry, call)
        if traffic.kind is not Kind.TRANSACTION or traffic.transaction is None:
            return []
        if record.version == "1.6":
            keeps = self._belongs(entry, call, now_unix)
        else:
            keeps = self._event(entry, answer, later, now_unix)
        return keeps + (self.orders.end(traffic.transaction) if traffic.ends else [])

    # --- transactions

    def _started(
        self,
        entry: Entry,
        call: Call,
        answer: CallResult,
        later: Sequence[Entry],
        now_unix: float,
    ) -> tuple[Start, list[Kept]]:
        """Take the answer to a start; return the start, and what goes to disk."""
        start = self.transactions.started(entry.record, call, answer.payload, now_unix)
        for other in later:
            if other.traffic.action == "StartTransaction":
                self._see_start(other.record, now_unix)
        forgotten = self.transactions.trim(now_unix) + self.orders.trim(now_unix)
        orders = self._order_if_refused(start, later, now_unix)
        return start, [start.kept(), *forgotten, *orders]

    def _not_started(self, entry: Entry, call: Call, now_unix: float) -> list[Kept]:
        if not _is_start(entry.record, call):
            return []
        return [self.transactions.started(entry.record, call, None, now_unix).kept()]

    def _belongs(self, entry: Entry, call: Call, now_unix: float) -> list[Kept]:
        transaction = entry.traffic.transaction
        if transaction is None or transaction.startswith('"'):
            return []
        return self.transactions.delivered(call, int(transaction), now_unix)

    def _order_if_refused(
        self, start: Start, later: Sequence[Entry], now_unix: float
    ) -> list[Kept]:
        """Have a transaction stopped that the CSMS refuses after the site let it begin."""
        if not start.is_used or not start.is_refused or start.stopped_unix_seconds is not None:
            return []
        return self._order(str(start.provisional), "1.6", later, now_unix)

    def _event(
        self, entry: Entry, answer: CallResult, later: Sequence[Entry], now_unix: float
    ) -> list[Kept]:
        """Take the answer to an event of OCPP 2.x: the CSMS may refuse its token (trap 21)."""
        status = member(to_object(answer.payload), "idTokenInfo").get("status")
        refuses = entry.record.answered and status not in (None, "Accepted")
        transaction = entry.traffic.transaction
        if not refuses or entry.traffic.ends or transaction is None:
            return []
        return self._order(transaction, entry.record.version, later, now_unix)

    def _order(
        self, transaction: str, version: str, later: Sequence[Entry], now_unix: float
    ) -> list[Kept]:
        over = any(one.traffic.ends and one.traffic.transaction == transaction for one in later)
        text = (
            f"{self._name}: the CSMS refuses transaction {transaction}, which the site had let"
            f" begin; {'it is over already' if over else 'the charger is told to stop it'}"
        )
        self._note(Topic.LATE_REFUSAL, "over" if over else "stop", text, Level.WARNING)
        return [] if over else self.orders.give(transaction, version, now_unix)

    # --- refusals

    def _refused(
        self, entry: Entry, call: Call, error: CallError, now: float, now_unix: float
    ) -> Outcome:
        record = entry.record
        self._note(Topic.CSMS_ERROR, error.code)
        if error.code == "SecurityError" and self._may_boot_for(record):
            # The CSMS has forgotten that it accepted the charger (trap 2).
            self._booted_for = record.sequence
            self.gate.close(now)
            return AGAIN
        if self.poison.refused(record, entry.traffic, error, now):
            self._note(Topic.RETRIED, entry.traffic.action)
            return AGAIN
        text = (
            f"{self._name}: the CSMS answered {error.arguments[:200]} to {record.text[:120]};"
            f" after {self.poison.attempts} attempts it is in the quarantine under number"
            f" {record.sequence} (see `laconic quarantine`)"
        )
        level = Level.ERROR if entry.traffic.is_of_transaction else Level.WARNING
        self._note(Topic.QUARANTINED, entry.traffic.action, text, level)
        keeps = self.poison.put_aside(record, entry.traffic, now_unix)
        keeps += self._not_started(entry, call, now_unix)
        return self._done(keeps)

    def _may_boot_for(self, record: Record) -> bool:
        return record.version in self._boots and self._booted_for != record.sequence

    # --- boots

    def _boot_answered(
        self, entry: Entry, call: Call, answer: CallResult | CallError, now: float
    ) -> Outcome:
        record = entry.record
        if record.answered:
            accepted = self.gate.own_answer(answer, now)
            self._tell_gate(accepted, answer)
            if not accepted:
                return AGAIN
        else:
            self.gate.relayed_answer(record, answer)
        payload = answer.payload if isinstance(answer, CallResult) else ""
        if to_object(payload).get("status") != "Accepted":
            return self._done([], entry, answer)
        self._boots[record.version] = call.payload
        text = to_text(payload=call.payload)
        return self._done([Kept(KeptKind.BOOT, record.version, text)], entry, answer)

    def _tell_gate(self, accepted: bool, answer: CallResult | CallError) -> None:
        if accepted:
            return
        text = (
            f"{self._name}: the CSMS does not accept the charger ({payload_of(answer)[:120]});"
            " its messages wait until it does"
        )
        self._note(Topic.BOOT_HELD, text=text, level=Level.WARNING)

    # --- small things

    def _done(
        self,
        keeps: list[Kept],
        entry: Entry | None = None,
        down: CallResult | CallError | None = None,
    ) -> Outcome:
        """Return that a message is done; the charger hears `down` if it waits for an answer."""
        owed, self._owed = self._owed, []
        waits = entry is not None and not entry.record.answered
        return Outcome(True, (*owed, *keeps), down if waits else None)

    def _check_unused(self, entry: Entry, call: Call, answer: CallResult) -> None:
        """Say when the CSMS answered something that the charger will not hear."""
        if call.action in _ANSWERED_WITH_CONTENT:
            return
        if "".join(answer.payload.split()) in ("{}", "null"):
            return
        text = (
            f"{self._name}: the CSMS answered {answer.payload[:120]} to a message that the"
            " site had answered itself; if the charger needs such answers, take this kind out of"
            " `empty_answers`, or set `answers` to relay for it"
        )
        level = Level.SILENT if self._told_unused else Level.WARNING
        self._told_unused = True
        self._note(Topic.UNUSED_ANSWER, text=text, level=level)

    def _note(
        self, topic: Topic, label: str = "", text: str = "", level: Level = Level.SILENT
    ) -> None:
        self.notes.append(Note(topic, label, text, level))


def _is_start(record: Record, call: Call) -> bool:
    return call.action == "StartTransaction" and record.version == "1.6"
