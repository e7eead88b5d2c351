"""The site's stand-in for the CSMS: when it answers, and what it learns while it need not."""

import json
from typing import Any, Final, cast

from laconic_codec.messages import Call, CallError, CallResult
from laconic_gateway.core.deadlines import Deadlines
from laconic_gateway.core.provisional import provisional_id
from laconic_gateway.core.site.offline.availability import PATIENCE_SECONDS, Availability
from laconic_gateway.core.site.offline.boots import Boots
from laconic_gateway.core.site.offline.facts import Facts
from laconic_gateway.core.site.offline.stand_in import Caller, Reply, StandIn
from laconic_gateway.core.site.offline.starts import Start, Starts
from laconic_gateway.core.site.offline.tokens import Info, Tokens
from laconic_gateway.core.site.session import Session

_IDS: Final = "ids/"
IDS_MAX: Final = 100
"""Transaction ids of the CSMS that are remembered for a charger, of those that a provisional one
could be equal to."""


class Deputy:
    """Answers CALLs that wait for a CSMS which cannot be reached."""

    def __init__(self, facts: Facts, availability: Availability, *, is_free: bool) -> None:
        """`is_free`: see `StandIn`."""
        self.availability = availability
        self._facts = facts
        self._tokens = Tokens(self._facts)
        self._boots = Boots(self._facts)
        self._starts = Starts(self._facts)
        self._stand_in = StandIn(self._tokens, self._boots, is_free=is_free)
        self._patience = Deadlines[tuple[int, int]]()  # by connection and sequence

    # --- answering

    def reply(self, session: Session, call: Call, now_unix: float) -> Reply | None:
        """Return the answer to a CALL; None: the CSMS is to be asked.

        What is known is also answered while the CSMS is far behind, so that no driver waits.
        """
        availability = self.availability
        if not (availability.is_offline or availability.is_behind):
            return None
        reply = self.late_reply(session, call, now_unix)
        if reply is None or not (availability.is_offline or reply.is_known):
            return None
        return reply

    def late_reply(self, session: Session, call: Call, now_unix: float) -> Reply | None:
        """Return the answer to a CALL that has waited for too long."""
        if _is_start(session.version, call) and self._is_taken(session, call):
            return None  # one in a thousand million: it has to wait for the CSMS
        caller = Caller(session.identity, session.path, session.version)
        return self._stand_in.reply(caller, call, now_unix)

    def _is_taken(self, session: Session, call: Call) -> bool:
        """Tell whether the provisional id of a start is an id that the CSMS has given."""
        return provisional_id(session.path, call.payload) in self._ids(session.identity)

    # --- repeated starts

    def repeated_start(self, session: Session, call: Call) -> Start | None:
        """Return the StartTransaction that this CALL says again; None: it says none again."""
        if not _is_start(session.version, call):
            return None
        return self._starts.find(session.identity, call.payload)

    def note_start(self, identity: str, call: Call, sequence: int, answer: str) -> None:
        """Take note of a StartTransaction that is on disk, and of the site's answer if any."""
        if _is_start("1.6", call):
            self._starts.put(identity, call.payload, Start(sequence, answer))

    def note_stop(self, session: Session, call: Call) -> None:
        """Take note that a transaction has ended: the same start again begins another one.

        A charger whose clock stands still may say the same twice.
        """
        if call.action == "StopTransaction" and session.version == "1.6":
            self._starts.forget(session.identity)

    # --- waiting

    def wait(self, session: Session, sequence: int, now: float) -> None:
        """Take note that the CALL of this number waits for the CSMS."""
        self._patience.set((session.connection, sequence), now + PATIENCE_SECONDS)

    def impatient(self, now: float) -> list[tuple[int, int]]:
        """Return connection and sequence of the CALLs that have waited for too long."""
        return self._patience.pop_due(now)

    def timer(self) -> float | None:
        """Return when the next CALL will have waited for too long."""
        return self._patience.earliest()

    # --- learning

    def learn(
        self, session: Session, call: Call, answer: CallResult | CallError, now_unix: float
    ) -> None:
        """Take the CSMS's answer to a CALL of a charger."""
        if isinstance(answer, CallError):
            return
        try:
            self._learn(session, call, answer, now_unix)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return  # it is passed on as it is; there is nothing to be learned from it

    def _learn(self, session: Session, call: Call, answer: CallResult, now_unix: float) -> None:
        if call.action == "BootNotification":
            self._boots.learn(session.identity, call.payload, answer.payload)
            return
        if call.action not in ("Authorize", "StartTransaction", "TransactionEvent"):
            return
        asked: Any = json.loads(call.payload, strict=False)
        said: Any = json.loads(answer.payload, strict=False)
        info = said.get("idTagInfo", said.get("idTokenInfo"))
        token = asked.get("idTag") or _token_2x(asked)
        if token and isinstance(info, dict) and "status" in info:
            self._tokens.learn(token, cast(Info, info), now_unix)
        if call.action == "StartTransaction":
            self._note_id(session.identity, said.get("transactionId"))

    def learn_command(self, session: Session, call: Call, answer: CallResult) -> None:
        """Take a charger's answer to a command of the CSMS."""
        try:
            accepted = json.loads(answer.payload).get("status") == "Accepted"
            if accepted and call.action == "SendLocalList":
                self._tokens.take_list(session.identity, call.payload)
            elif accepted and call.action == "ClearCache":
                self._tokens.forget()
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return

    def _note_id(self, identity: str, number: object) -> None:
        """Remember an id of the CSMS that a provisional one could be equal to."""
        if isinstance(number, int) and number >= 1 << 30:
            ids = [*self._ids(identity), number][-IDS_MAX:]
            self._facts.put(_IDS + identity, json.dumps(ids))

    def _ids(self, identity: str) -> list[int]:
        found = self._facts.get(_IDS + identity)
        return [] if found is None else [int(number) for number in json.loads(found)]


def _token_2x(asked: Any) -> Any:
    return asked["idToken"]["idToken"] if asked.get("idToken") else None


def _is_start(version: str, call: Call) -> bool:
    return call.action == "StartTransaction" and version == "1.6"
