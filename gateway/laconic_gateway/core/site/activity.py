"""Whether a command of the CSMS is likely: a transaction runs, a driver was seen, one just came.

It is a guess that costs some keepalives if it is wrong, and a wait of the next command if it is
right too late. Nothing of it is told to anybody as a fact about a charger.
"""

import json
from typing import Any, Final, cast

from laconic_codec.messages import Call, Message

DRIVER_SECONDS: Final = 600.0
"""How long a driver who was seen is thought to be there: to pay, to start, to be helped."""

COMMAND_SECONDS: Final = 120.0
"""After a command, or after a boot, which a CSMS answers with commands."""

TRANSACTION_SILENCE_SECONDS: Final = 6 * 3600.0
"""A transaction of which nothing was heard for so long is not counted any more."""

TRANSACTIONS_MAX: Final = 1_000
"""Beyond, the oldest is forgotten."""

_DECODER: Final = json.JSONDecoder(strict=False)


class Activity:
    """Watches the messages of the chargers go by."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, str], float] = {}
        """By charger and transaction (1.6: connector): when it was last heard of."""
        self._connectors: dict[tuple[str, str], str] = {}
        """OCPP 1.6: by charger and transaction id, the connector, as meter values tell it."""
        self._until = float("-inf")

    def until(self) -> float:
        """Return when this activity ends if nothing more is heard."""
        last = max(self._running.values(), default=float("-inf"))
        return max(self._until, last + TRANSACTION_SILENCE_SECONDS)

    def command(self, now: float) -> None:
        """Take note of a command: one seldom comes alone."""
        self._until = max(self._until, now + COMMAND_SECONDS)

    def left(self, identity: str) -> None:
        """Take note that a charger is gone: no command reaches it."""
        self._running = {key: at for key, at in self._running.items() if key[0] != identity}
        self._connectors = {k: one for k, one in self._connectors.items() if k[0] != identity}

    def heard(self, identity: str, message: Message, now: float) -> None:
        """Take note of a message of a charger."""
        if not isinstance(message, Call):
            return
        match message.action:
            case "Authorize" | "BatterySwap":
                self._driver(now)
            case "BootNotification":
                self.command(now)
            case "StartTransaction":
                self._driver(now)
                self._run(identity, _text(_object(message), "connectorId"), now)
            case "StopTransaction":
                self._driver(now)
                self._stop_16(identity, _text(_object(message), "transactionId"))
            case "MeterValues":
                self._meter_values(identity, message, now)
            case "TransactionEvent":
                self._transaction_event(identity, message, now)
            case "StatusNotification":
                self._status(identity, message, now)
            case _:
                pass

    def _driver(self, now: float) -> None:
        self._until = max(self._until, now + DRIVER_SECONDS)

    def _run(self, identity: str, transaction: str, now: float) -> None:
        self._running.pop((identity, transaction), None)
        self._running[identity, transaction] = now
        while len(self._running) > TRANSACTIONS_MAX:
            del self._running[next(iter(self._running))]

    def _stop_16(self, identity: str, transaction_id: str) -> None:
        """The message does not name the connector, and meter values may not have told it."""
        connector = self._connectors.pop((identity, transaction_id), None)
        mine = [key for key in self._running if key[0] == identity]
        key = (identity, connector) if connector is not None else (mine[0] if mine else None)
        if key is not None:
            self._running.pop(key, None)

    def _meter_values(self, identity: str, message: Call, now: float) -> None:
        content = _object(message)
        transaction_id = _text(content, "transactionId")
        if not transaction_id:
            return
        connector = _text(content, "connectorId")
        self._connectors[identity, transaction_id] = connector
        while len(self._connectors) > TRANSACTIONS_MAX:
            del self._connectors[next(iter(self._connectors))]
        self._run(identity, connector, now)

    def _transaction_event(self, identity: str, message: Call, now: float) -> None:
        content = _object(message)
        info = content.get("transactionInfo")
        known = cast(dict[str, Any], info) if isinstance(info, dict) else {}
        transaction_id = str(known.get("transactionId", ""))
        ended = content.get("eventType") == "Ended"
        if ended:
            self._running.pop((identity, transaction_id), None)
        else:
            self._run(identity, transaction_id, now)
        if ended or "idToken" in content:
            self._driver(now)

    def _status(self, identity: str, message: Call, now: float) -> None:
        content = _object(message)
        status = _text(content, "status") or _text(content, "connectorStatus")
        if status in ("Preparing", "Occupied", "Finishing"):
            self._driver(now)
        elif status == "Available" and not _text(content, "evseId"):
            self._running.pop((identity, _text(content, "connectorId")), None)


def _text(content: dict[str, Any], key: str) -> str:
    value = content.get(key)
    return "" if value is None else str(value)


def _object(message: Call) -> dict[str, Any]:
    try:
        content: Any = _DECODER.decode(message.payload)
    except (ValueError, RecursionError):
        return {}
    return cast(dict[str, Any], content) if isinstance(content, dict) else {}
