"""The heartbeat that the expander re-creates for a charger, at the interval the CSMS gave it.

The interval comes with the answer to BootNotification (1.6: 4.2, 2.x: G02.FR.01) and changes when
the CSMS sets HeartbeatInterval and the charger accepts.
"""

import json
from typing import Any, Final, cast

from laconic_codec.messages import Call, CallResult, Message

DEFAULT_SECONDS: Final = 300.0
"""Until the CSMS has said anything."""

LONGEST_SECONDS: Final = 2.0**31
"""Beyond what OCPP's integer can say; an interval like this is a mistake."""


class Heartbeat:
    """Knows when the next heartbeat is due."""

    def __init__(self) -> None:
        self.interval_seconds = DEFAULT_SECONDS
        self._last_call = 0.0
        self._asked: dict[str, float] = {}  # message id -> interval that the CSMS asks for

    @property
    def due_at(self) -> float:
        """Return when the next heartbeat is due, on the monotonic clock."""
        return self._last_call + self.interval_seconds

    def note_call(self, now: float) -> None:
        """Start the interval anew: every CALL is a sign of life (G02.FR.04)."""
        self._last_call = now

    def learn_boot(self, call_text: str, answer: CallResult) -> None:
        """Take the interval from the answer to a BootNotification."""
        if '"BootNotification"' not in call_text:
            return
        content = _object(answer.payload)
        if content.get("status") == "Accepted":
            self._set(content.get("interval"))

    def learn_call(self, call: Call) -> None:
        """Take note of a CALL of the CSMS that sets the interval."""
        interval = _asked_interval(call)
        if interval is not None:
            self._asked[call.message_id] = interval

    def learn_answer(self, message_id: str, answer: Message) -> None:
        """Take the interval if the charger accepted it."""
        interval = self._asked.pop(message_id, None)
        accepted = isinstance(answer, CallResult) and "Accepted" in answer.payload
        if interval is not None and accepted:
            self._set(interval)

    def forget_calls(self) -> None:
        """Forget the CALLs that were not answered: the socket on which they came is closed."""
        self._asked.clear()

    def _set(self, interval: object) -> None:
        if isinstance(interval, int | float) and 0 < interval <= LONGEST_SECONDS:
            self.interval_seconds = float(interval)


def _asked_interval(call: Call) -> float | None:
    content = _object(call.payload)
    try:
        if call.action == "ChangeConfiguration" and content.get("key") == "HeartbeatInterval":
            return float(content["value"])
        if call.action == "SetVariables":
            for entry in content["setVariableData"]:
                if entry["variable"]["name"] == "HeartbeatInterval":
                    return float(entry["attributeValue"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return None


def _object(text: str) -> dict[str, Any]:
    try:
        content: Any = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return {}
    return cast(dict[str, Any], content) if isinstance(content, dict) else {}
