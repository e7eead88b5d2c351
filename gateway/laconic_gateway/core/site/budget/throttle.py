"""What a rung does to one message of a charger: sent now, sent later, kept back.

Protected at every rung are transactions with their meter values, signed values, what somebody
waits for (commands, their answers, everything that the CSMS answers), alarms, and security events.
Only what the gateway answers itself can be kept back: its charger gets the same answer as always.
"""

from collections import OrderedDict
from enum import Enum
from typing import Any, Final

from laconic_codec.messages import Call, Message, Send
from laconic_gateway.core.site.budget.governor import Rung
from laconic_gateway.core.site.budget.occupancy import Occupancy, content, place_of
from laconic_gateway.core.site.policy import Answer, Decision, MessageClass

WIDER_FACTOR: Final = 3.0
"""By how much longer a message waits for company from rung `wider` on."""
THINNED_INTERVAL_SECONDS: Final = 900.0
"""From rung `thinner` on one telemetry message of each kind and connector in this time is sent."""
KINDS_MAX: Final = 4_000
"""Connectors times actions of which the last time is known."""

_TRANSACTIONS: Final = frozenset(
    {"NotifySettlement", "StartTransaction", "StopTransaction", "TransactionEvent"}
)
_UNTOUCHABLE_CLASSES: Final = frozenset(
    {MessageClass.INTERACTIVE, MessageClass.TRANSACTION, MessageClass.ALARM}
)
_OUTSIDE_CONTEXTS: Final = frozenset({"Sample.Clock", "Sample.Periodic"})


class Treatment(Enum):
    """What happens to a message."""

    SEND = "it is sent"
    THIN = "it is kept, and not sent"
    HOLD = "it is kept, and sent when there is budget again"


class Throttle:
    """Decides for each message what the rung of the governor means for it."""

    def __init__(self) -> None:
        self.rung = Rung.FULL
        self.holds = False
        """Background traffic is held. It goes on below the rung until all of it is released, so
        that nothing overtakes what was held before it."""
        self._occupancy = Occupancy()
        self._last_sent: OrderedDict[tuple[str, str, object], float] = OrderedDict()

    def connected(self, charger: str) -> None:
        """Take note that a charger has connected: what it did while away is not known."""
        self._occupancy.forget(charger)

    def decide(
        self, charger: str, message: Call | Send, decision: Decision, now_seconds: float
    ) -> Treatment:
        """Return what happens to a message; call it once for each, at every rung.

        `now_seconds` is of a clock that never jumps.
        """
        self._occupancy.learn(charger, message.action, message.payload)
        if decision.answer not in (Answer.WHEN_DURABLE, Answer.NOBODY):
            return Treatment.SEND
        kind = decision.message_class
        if kind is MessageClass.BACKGROUND and self.holds:
            return Treatment.SEND if is_protected(message, kind) else Treatment.HOLD
        if kind is MessageClass.TELEMETRY and self.rung >= Rung.THINNER:
            return self._thin(charger, message, now_seconds)
        return Treatment.SEND

    def patience_seconds(self, message: Message, kind: MessageClass, seconds: float) -> float:
        """Return how long a message may wait for company; `seconds` is what is configured."""
        if self.rung < Rung.WIDER or is_protected(message, kind):
            return seconds
        return seconds * WIDER_FACTOR

    def _thin(self, charger: str, message: Call | Send, now_seconds: float) -> Treatment:
        fields = content(message.payload)
        if is_protected(message, MessageClass.TELEMETRY) or not self._is_outside(charger, fields):
            return Treatment.SEND
        if self.rung is Rung.STOPPED:
            return Treatment.THIN
        key = (charger, message.action, _series(fields))
        last = self._last_sent.get(key)
        if last is not None and now_seconds - last < THINNED_INTERVAL_SECONDS:
            return Treatment.THIN
        self._last_sent.pop(key, None)
        self._last_sent[key] = now_seconds
        if len(self._last_sent) > KINDS_MAX:
            self._last_sent.popitem(last=False)
        return Treatment.SEND

    def _is_outside(self, charger: str, fields: dict[str, Any]) -> bool:
        """Tell whether meter values surely belong to no transaction."""
        if "basetime" in fields:  # a stream of monitored variables (OCPP 2.1, N11)
            return True
        return self._occupancy.is_free(charger, place_of(fields))


def is_protected(message: Message, kind: MessageClass) -> bool:
    """Tell whether a message is out of reach for every rung, by what it says itself."""
    if kind in _UNTOUCHABLE_CLASSES or not isinstance(message, Call | Send):
        return True
    if message.action in _TRANSACTIONS:
        return True
    if "igned" in message.payload and kind is MessageClass.TELEMETRY:
        return True  # "SignedData" (1.6), "signedMeterValue" (2.x); in doubt it is signed
    return kind is MessageClass.TELEMETRY and _names_transaction(message)


def _names_transaction(message: Call | Send) -> bool:
    """Tell whether meter values name a transaction, or a context that only one has."""
    fields = content(message.payload)
    if not fields or fields.get("transactionId") is not None:
        return True
    return any(context not in _OUTSIDE_CONTEXTS for context in _contexts(fields))


def _contexts(fields: Any) -> list[object]:
    """Return the reading contexts anywhere in a payload (1.6: 7.32, 2.x: ReadingContextEnum)."""
    found: list[object] = []
    rest = [fields]
    while rest:
        one = rest.pop()
        if isinstance(one, dict):
            found += [one["context"]] if "context" in one else []  # pyright: ignore[reportUnknownArgumentType]
            rest += one.values()  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(one, list):
            rest += one  # pyright: ignore[reportUnknownArgumentType]
    return found


def _series(fields: dict[str, Any]) -> object:
    """Return what tells a series of telemetry from the others of its charger and action."""
    return fields.get("id") if "basetime" in fields else place_of(fields)
