"""Which transaction id of the CSMS stands for which provisional one of a site (OCPP 1.6, D3).

A site gives a provisional id while the CSMS cannot be asked, and also when an answer does not come
in time. So every StartTransaction is remembered once the CSMS has answered it. The charger uses the
provisional id if the site says so, or if a message with it has come. Upwards the CSMS's id is put
in its place, downwards the provisional one (trap 9). A start that the CSMS never took has no id:
what belongs to it goes with -1, as the errata say (trap 7, D9).

    start answered --> known --> stopped --(30 days)--> forgotten
                         '---- stopped with the CSMS's own id: forgotten at once
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from laconic_codec.messages import Call
from laconic_gateway.core.expander.kept import Kept, KeptKind, member, to_object, to_text
from laconic_gateway.core.expander.rewriting import replace_number
from laconic_gateway.core.provisional import FIRST, provisional_id
from laconic_gateway.core.records import Record

KEEP_SECONDS: Final = 30 * 86_400.0
"""After its end, a transaction is remembered this long (trap 10)."""

STARTS_MAX: Final = 2_000
"""Starts remembered of one charger; of more, the oldest that has stopped goes first."""

ANSWER_MAX_CHARACTERS: Final = 2_000
"""Longest answer to a start that is kept for a repetition of it."""

USED_MAX: Final = 1_000
"""Ids in messages of the charger that are remembered until the start is answered."""

UNKNOWN: Final = -1
"""The id of a transaction that never got one ([1.6e] 3.18)."""

REFUSED: Final = frozenset({"Blocked", "Invalid", "Expired"})
"""Answers to a start that end it. ConcurrentTx does not: it may be an echo of a repeated start."""

UPWARDS: Final = {"StopTransaction": ("transactionId",), "MeterValues": ("transactionId",)}
DOWNWARDS: Final = {
    "RemoteStopTransaction": ("transactionId",),
    "SetChargingProfile": ("csChargingProfiles", "transactionId"),
    "RemoteStartTransaction": ("chargingProfile", "transactionId"),
}
"""Where messages hold an id. A vendor's DataTransfer cannot be inspected."""


@dataclass(frozen=True, slots=True)
class Start:
    """A StartTransaction that the CSMS has answered, or will never answer."""

    sequence: int
    provisional: int
    real: int
    identity: str
    """Connector, token, meter and time: the same in a repetition of it (trap 11)."""
    answer: str
    """Payload of the answer, or what matters of a long one; empty if there is none."""
    is_used: bool
    """The charger knows the transaction by its provisional id."""
    stopped_unix_seconds: float | None = None

    @property
    def is_refused(self) -> bool:
        """Tell whether the CSMS wants this transaction to end."""
        status = member(to_object(self.answer), "idTagInfo").get("status")
        return isinstance(status, str) and status in REFUSED

    @property
    def answer_for_charger(self) -> str:
        """Return the answer with the id by which commands will name the transaction.

        A charger that repeats a start has perhaps not heard the first answer. But its site has
        given it, with a provisional id, and that is the transaction's name from then on.
        """
        if not self.is_used:
            return self.answer
        return replace_number(self.answer, ("transactionId",), lambda _: self.provisional)

    def kept(self) -> Kept:
        """Return what is to be on disk."""
        text = to_text(
            provisional=self.provisional,
            real=self.real,
            identity=self.identity,
            answer=self.answer,
            is_used=self.is_used,
            stopped=self.stopped_unix_seconds,
        )
        return Kept(KeptKind.START, str(self.sequence), text)


class Transactions:
    """The starts of one charger."""

    def __init__(self) -> None:
        self._starts: dict[int, Start] = {}  # by provisional id, oldest first
        self._used: dict[int, None] = {}
        """Ids of this kind in messages that have come; the start may be on its way."""
        self._unsaved: set[int] = set()
        """Ids of which it is not on disk that they are used."""

    def restore(self, kept: Kept) -> None:
        """Take a start from disk."""
        content = to_object(kept.text)
        start = Start(
            int(kept.name),
            content["provisional"],
            content["real"],
            content["identity"],
            content["answer"],
            content["is_used"],
            content["stopped"],
        )
        known = self._starts.get(start.provisional)
        if known is None or known.sequence < start.sequence:
            self._starts[start.provisional] = start

    def used(self, transaction: int) -> Start | None:
        """Take note of an id in a message of the charger; return the start that this is news of."""
        start = self._starts.get(transaction)
        if start is None:
            if transaction >= FIRST:
                self._used[transaction] = None
                if len(self._used) > USED_MAX:
                    del self._used[next(iter(self._used))]
            return None
        if start.is_used:
            return None
        self._unsaved.add(transaction)
        self._starts[transaction] = replace(start, is_used=True)
        return self._starts[transaction]

    def is_awaited(self, record: Record, call: Call) -> bool:
        """Tell whether the charger goes on as if this start was answered."""
        return record.answered or provisional_id(record.path, call.payload) in self._used

    def earlier(self, record: Record, call: Call) -> Start | None:
        """Return the start that this one repeats, if its transaction goes on (trap 11)."""
        identity = _identity(call)
        if identity is None:
            return None
        for start in reversed(self._starts.values()):
            goes_on = start.stopped_unix_seconds is None and start.real != UNKNOWN
            is_before = start.sequence < record.sequence
            if start.identity == identity and is_before and goes_on and start.answer:
                return start
        return None

    def started(self, record: Record, call: Call, answer: str | None, now_unix: float) -> Start:
        """Take the payload of the CSMS's answer to a start; None: there will be no answer."""
        provisional = provisional_id(record.path, call.payload)
        before = self._starts.get(provisional)
        is_used = self.is_awaited(record, call) or (before is not None and before.is_used)
        self._used.pop(provisional, None)
        real = UNKNOWN if answer is None else to_object(answer).get("transactionId")
        if type(real) is not int:
            real = UNKNOWN
        identity = _identity(call) or ""
        stopped = now_unix if answer is None else None  # nothing else would say when to forget it
        text = _short(answer)
        sequence = record.sequence
        if before is not None and before.real == real and before.stopped_unix_seconds is None:
            sequence = before.sequence  # it was said again, in the same words
        start = Start(sequence, provisional, real, identity, text, is_used, stopped)
        self._starts[provisional] = start
        return start

    def delivered(self, call: Call, transaction: int, now_unix: float) -> list[Kept]:
        """Take note that the CSMS has a message of a transaction; return what goes to disk."""
        start = self._starts.get(transaction)
        stops = call.action == "StopTransaction"
        if start is not None:
            if stops:
                self._starts[transaction] = replace(start, stopped_unix_seconds=now_unix)
            is_news = stops or transaction in self._unsaved
            self._unsaved.discard(transaction)
            return [self._starts[transaction].kept()] if is_news else []
        if not stops:
            return []
        # The charger has the CSMS's own id: there is nothing to translate.
        own = [s for s in self._starts.values() if s.real == transaction and not s.is_used]
        return [self._forget(one) for one in own]

    def trim(self, now_unix: float) -> list[Kept]:
        """Forget what is old, or too much; return what is to be forgotten on disk."""
        ended = [s for s in self._starts.values() if s.stopped_unix_seconds is not None]
        old = [s for s in ended if (s.stopped_unix_seconds or 0.0) < now_unix - KEEP_SECONDS]
        forgotten = [self._forget(start) for start in old]
        while len(self._starts) > STARTS_MAX:
            ended = [s for s in self._starts.values() if s.stopped_unix_seconds is not None]
            oldest = ended[0] if ended else next(iter(self._starts.values()))
            forgotten.append(self._forget(oldest))
        return forgotten

    def upwards(self, call: Call) -> Call:
        """Return a message of the charger as the CSMS is to get it."""
        return self._rewrite(call, UPWARDS, self._real)

    def downwards(self, call: Call) -> Call:
        """Return a CALL of the CSMS as the charger is to get it."""
        return self._rewrite(call, DOWNWARDS, self.provisional)

    def provisional(self, real: int) -> int | None:
        """Return the id that the charger knows instead of this one (trap 10)."""
        for start in reversed(self._starts.values()):
            if start.real == real and real != UNKNOWN:
                return start.provisional if start.is_used else None
        return None

    def _real(self, transaction: int) -> int | None:
        start = self._starts.get(transaction)
        return None if start is None else start.real

    def _rewrite(
        self,
        call: Call,
        paths: Mapping[str, tuple[str, ...]],
        mapping: Callable[[int], int | None],
    ) -> Call:
        path = paths.get(call.action)
        if path is None or not self._starts:
            return call
        return replace(call, payload=replace_number(call.payload, path, mapping))

    def _forget(self, start: Start) -> Kept:
        del self._starts[start.provisional]
        self._unsaved.discard(start.provisional)
        return Kept(KeptKind.START, str(start.sequence), None)


def _identity(call: Call) -> str | None:
    content = to_object(call.payload)
    names = ("connectorId", "idTag", "meterStart", "timestamp")
    if not all(name in content for name in names):
        return None
    return to_text(**{name: content[name] for name in names})


def _short(answer: str | None) -> str:
    if answer is None or len(answer) <= ANSWER_MAX_CHARACTERS:
        return answer or ""
    content = to_object(answer)
    status = {"status": member(content, "idTagInfo").get("status")}
    return to_text(idTagInfo=status, transactionId=content.get("transactionId"))
