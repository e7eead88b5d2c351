"""How the small CSMS answers, and what it knows of each charger."""

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from laconic_bench.makes import Json
from laconic_codec.messages import Call

HEARTBEAT_SECONDS: Final = 60


@dataclass(slots=True)
class ChargerState:
    """What the CSMS remembers of one charger."""

    version: str
    accepted: bool = False
    """True from its boot until a reset."""
    transactions: dict[str, str] = field(default_factory=dict[str, str])
    """Open transactions: id and the tag that started them."""


class Answers:
    """Answers CALLs of chargers; accepts everybody and everything."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._last_transaction = rng.randrange(10_000, 500_000)

    def answer(self, state: ChargerState, call: Call) -> str:
        """Returns the payload text of the answer and updates `state`."""
        payload: Json = json.loads(call.payload)
        return json.dumps(self._answer(state, call.action, payload), separators=(",", ":"))

    def _answer(self, state: ChargerState, action: str, payload: Json) -> Json:
        match action:
            case "BootNotification":
                state.accepted = True
                state.transactions.clear()
                return {
                    "status": "Accepted",
                    "currentTime": _now(),
                    "interval": HEARTBEAT_SECONDS,
                }
            case "Heartbeat":
                return {"currentTime": _now()}
            case "OpenPeriodicEventStream":
                return {"status": "Accepted"}
            case "TransactionEvent":
                return self._transaction_event(state, payload)
            case "Authorize" | "StartTransaction" | "StopTransaction":
                return self._authorisation(state, action, payload)
            case _:
                return {}

    def _authorisation(self, state: ChargerState, action: str, payload: Json) -> Json:
        if state.version != "1.6":
            return {"idTokenInfo": {"status": "Accepted"}}
        answer: Json = {"idTagInfo": {"status": "Accepted"}}
        if action == "StartTransaction":
            # Ids of a CSMS with other sites have gaps.
            self._last_transaction += self._rng.randint(1, 40)
            state.transactions[str(self._last_transaction)] = payload["idTag"]
            answer["transactionId"] = self._last_transaction
        elif action == "StopTransaction":
            state.transactions.pop(str(payload["transactionId"]), None)
        return answer

    def _transaction_event(self, state: ChargerState, payload: Json) -> Json:
        transaction_id: str = payload["transactionInfo"]["transactionId"]
        token: Json | None = payload.get("idToken")
        if payload["eventType"] == "Ended":
            state.transactions.pop(transaction_id, None)
        elif token:
            state.transactions[transaction_id] = token["idToken"]
        return {"idTokenInfo": {"status": "Accepted"}} if token else {}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
