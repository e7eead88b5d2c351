"""What a CSMS in virtual time answers: boots, tokens, transactions."""

from dataclasses import dataclass
from typing import Any, Final

from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.instant import timestamp

HEARTBEAT_SECONDS: Final = 60
"""Usual interval of heartbeats."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One CALL of a charger."""

    identity: str
    version: str
    message_id: str
    action: str
    payload: dict[str, Any]

    @property
    def token(self) -> str | None:
        """Return the token that wants to charge."""
        if self.version == "1.6":
            return self.payload.get("idTag")
        found: str | None = self.payload.get("idToken", {}).get("idToken")
        return found


class CsmsDesk:
    """Decides what is answered."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self.heartbeat_seconds = HEARTBEAT_SECONDS
        self.blocked: set[str] = set()
        """Tokens that may not charge now."""
        self.transactions: dict[str, int] = {}
        """By message id of the StartTransaction: the id that it was given."""
        self.owners: dict[int, str] = {}
        """Whose a transaction is."""

    def answer(self, asked: Asked) -> tuple[str, bool]:
        """Return the members of an answer, and whether it may be an error in place of that.

        A boot is accepted: a charger that is refused for ever would say nothing more. What
        happens to a transaction of which the start is an error is not played here.
        """
        name = "idTagInfo" if asked.version == "1.6" else "idTokenInfo"
        status = "Blocked" if asked.token in self.blocked else "Accepted"
        info = f'"{name}":{{"status":"{status}"}},'
        if asked.action == "BootNotification":
            time = timestamp(self._schedule.instant.unix)
            about = f'"currentTime":"{time}","interval":{self.heartbeat_seconds},'
            return f'"status":"Accepted",{about}', False
        if asked.action == "StartTransaction" and asked.token is not None:
            new = len(self.transactions) + 1
            real = self.transactions.setdefault(asked.message_id, new)
            self.owners[real] = asked.identity
            return f'"transactionId":{real},{info}', False
        if asked.action in ("Authorize", "TransactionEvent") and asked.token is not None:
            return info, asked.action == "Authorize"
        return "", True
