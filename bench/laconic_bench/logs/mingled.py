"""Whether a log that names no charger looks as if several were in it.

They are billed as one then, and what two of them say alike counts once. Signs are a message id that
comes again at once, answers in another order than their CALLs (a charger has one CALL open at a
time), and several serial numbers.
"""

import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final, cast

from laconic_bench.trace import TraceRecord
from laconic_codec.errors import MessageError
from laconic_codec.messages import Call, Message, parse

RECENT_CALLS: Final = 20
AGAIN_SECONDS: Final = 120.0
"""A message id that comes again later may be that of a charger that was switched off."""
SIGNS_MIN: Final = 3
SIGNS_SHARE: Final = 0.05
"""Of all CALLs: chargers do odd things now and then."""
_SERIALS: Final = ("chargePointSerialNumber", "chargeBoxSerialNumber", "serialNumber")


@dataclass(slots=True)
class _Asked:
    raw: str
    time_seconds: float | None
    is_answered: bool = False


class Mingled:
    """Looks for the signs while a log is read."""

    def __init__(self) -> None:
        self._calls = 0
        self._signs = 0
        self._serials: set[str] = set()
        self._asked: OrderedDict[str, _Asked] = OrderedDict()
        """The last CALLs of chargers, by message id."""

    def add(self, record: TraceRecord) -> None:
        """Take the next message of the log."""
        try:
            message = parse(record.raw)
        except MessageError:
            return
        if isinstance(message, Call):
            if record.direction == "up":
                self._ask(message, record)
        elif record.direction == "down":
            self._answer(message)

    @property
    def is_likely(self) -> bool:
        """Tell whether several chargers are likely."""
        enough = max(SIGNS_MIN, SIGNS_SHARE * self._calls)
        return len(self._serials) > 1 or self._signs >= enough

    def _ask(self, call: Call, record: TraceRecord) -> None:
        self._calls += 1
        before = self._asked.pop(call.message_id, None)
        if before is not None and _is_soon(before, record):
            self._signs += before.is_answered or before.raw != record.raw
        self._asked[call.message_id] = _Asked(record.raw, record.time_seconds)
        if len(self._asked) > RECENT_CALLS:
            self._asked.popitem(last=False)
        if call.action == "BootNotification" and (serial := _serial(call.payload)):
            self._serials.add(serial)

    def _answer(self, message: Message) -> None:
        asked = self._asked.get(message.message_id)
        if asked is None or asked.is_answered:
            return
        asked.is_answered = True
        self._signs += self._asked[next(reversed(self._asked))] is not asked


def _is_soon(before: _Asked, record: TraceRecord) -> bool:
    if before.time_seconds is None or record.time_seconds is None:
        return True
    return abs(record.time_seconds - before.time_seconds) <= AGAIN_SECONDS


def _serial(payload: str) -> str:
    try:
        fields: Any = json.loads(payload, strict=False)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(fields, dict):
        return ""
    station: Any = cast(dict[str, Any], fields).get("chargingStation")
    of: dict[str, Any] = cast(dict[str, Any], station if isinstance(station, dict) else fields)
    return next((str(of[name]) for name in _SERIALS if of.get(name)), "")
