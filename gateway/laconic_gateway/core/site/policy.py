"""What is answered where, and how long it may wait: one decision per message of a charger.

| answers | the gateway answers itself                                 | everything else    |
|---------|------------------------------------------------------------|--------------------|
| local   | Heartbeat at once; what has an empty response when durable | waits for the CSMS |
| relay   | nothing                                                    | waits for the CSMS |

What the CSMS decides (authorisation, transactions, boot, certificates, vendor data) always waits
for the CSMS.
"""

import json
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Final, Literal, get_args

from laconic_codec.messages import Call, Message, Send
from laconic_codec.registry import EMPTY_RESPONSES

Answers = Literal["local", "relay"]
EmptyAnswer = Literal["updates", "starts", "ends", "swaps"]
EMPTY_ANSWERS: Final[frozenset[EmptyAnswer]] = frozenset(get_args(EmptyAnswer))
WhenOffline = Literal["absorb", "strict"]


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers one charger."""

    answers: Answers = "local"
    empty_answers: frozenset[EmptyAnswer] = frozenset()
    """What the CSMS always answers with nothing, although it might: the gateway answers it once it
    is durable, which saves a round trip for each. `updates`, `starts` and `ends` are events of a
    transaction without a token (`TransactionEvent` of OCPP 2.x), whose answer might hold a cost
    or a limit; `swaps` is `BatterySwap`, which a CSMS might refuse (OCPP 2.1 part 2, S03)."""
    when_offline: WhenOffline = "absorb"
    """While the CSMS cannot be reached: absorb: the gateway answers what it can; strict: it
    answers nothing more than usual, and closes the connection after a while (D1)."""


class MessageClass(StrEnum):
    """How urgent a message is; the site's configuration gives each class its patience."""

    INTERACTIVE = "interactive"
    """Somebody waits for the answer. Leaves at once."""
    TRANSACTION = "transaction"
    ALARM = "alarm"
    STATUS = "status"
    TELEMETRY = "telemetry"
    BACKGROUND = "background"


class Answer(Enum):
    """Who answers a CALL."""

    NOW = "the gateway, at once, and nothing travels"
    WHEN_DURABLE = "the gateway, once the message is on disk"
    CSMS = "the CSMS"
    NOBODY = "it is not a CALL"


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens with one message of a charger."""

    answer: Answer
    message_class: MessageClass


_EVENT_KINDS: Final[dict[str, EmptyAnswer]] = {
    "Updated": "updates",
    "Started": "starts",
    "Ended": "ends",
}
# Their response has no fields, and still they belong to the CSMS: it may refuse a swap (OCPP 2.1
# part 2, S03, contradicts its own schema) or a stream, and the others are not a station's to send.
_NEVER_LOCAL: Final = frozenset(
    {
        "BatterySwap",
        "ClosePeriodicEventStream",
        "CostUpdated",
        "NotifyWebPaymentStarted",
        "UpdateFirmware",
    }
)
_ALARMS: Final = frozenset({"SecurityEventNotification", "NotifyDERAlarm", "NotifyDERStartStop"})
_STATUSES: Final = frozenset(
    {
        "StatusNotification",
        "FirmwareStatusNotification",
        "SignedFirmwareStatusNotification",
        "DiagnosticsStatusNotification",
        "LogStatusNotification",
        "PublishFirmwareStatusNotification",
        "ReservationStatusUpdate",
        "NotifyChargingLimit",
        "ClearedChargingLimit",
        "NotifyPriorityCharging",
    }
)
_TELEMETRY: Final = frozenset({"MeterValues", "NotifyPeriodicEventStream"})


def decide(message: Message, version: str, answering: Answering) -> Decision:
    """Return what happens with a message of a charger.

    `version` is the OCPP version of its connection. Signed actions (`...-Signed`) and every
    action that is not known here go to the CSMS untouched.
    """
    if isinstance(message, Send):
        return Decision(Answer.NOBODY, _class_of(message.action, message.payload))
    if not isinstance(message, Call):
        return Decision(Answer.NOBODY, MessageClass.INTERACTIVE)
    if answering.answers == "local" and message.action == "Heartbeat":
        return Decision(Answer.NOW, MessageClass.STATUS)
    if answering.answers == "local" and _has_empty_response(message.action, version):
        return Decision(Answer.WHEN_DURABLE, _class_of(message.action, message.payload))
    kind = empty_answer_of(message, version) if answering.empty_answers else None
    if kind in answering.empty_answers:
        return Decision(Answer.WHEN_DURABLE, _class_without_answer(message, kind))
    return Decision(Answer.CSMS, MessageClass.INTERACTIVE)


def empty_answer_of(call: Call, version: str) -> EmptyAnswer | None:
    """Return by which of `empty_answers` the gateway may answer a CALL; None: by none."""
    if version == "1.6":
        return None
    if call.action == "BatterySwap":
        return "swaps"
    if call.action != "TransactionEvent":
        return None
    try:
        content: Any = json.loads(call.payload, strict=False)
        return None if "idToken" in content else _EVENT_KINDS[content["eventType"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _has_empty_response(action: str, version: str) -> bool:
    return action in EMPTY_RESPONSES[version] and action not in _NEVER_LOCAL


def _class_without_answer(call: Call, kind: EmptyAnswer | None) -> MessageClass:
    if kind != "updates":
        return MessageClass.TRANSACTION
    content: Any = json.loads(call.payload, strict=False)
    match content.get("triggerReason"):
        case "MeterValuePeriodic" | "MeterValueClock":
            return MessageClass.TELEMETRY
        case "AbnormalCondition":
            return MessageClass.ALARM
        case _:
            return MessageClass.STATUS


def _class_of(action: str, payload: str) -> MessageClass:
    if action in _ALARMS or (action in ("StatusNotification", "NotifyEvent") and _alarms(payload)):
        return MessageClass.ALARM
    if action in _STATUSES or action == "NotifyEvent":
        return MessageClass.STATUS
    if action in _TELEMETRY:
        return MessageClass.TELEMETRY
    return MessageClass.BACKGROUND


def _alarms(payload: str) -> bool:
    """Tell whether a status or an event reports a fault; when in doubt, it does."""
    try:
        content: Any = json.loads(payload, strict=False)
        if "eventData" in content:
            return any(
                event.get("trigger") == "Alerting" or event.get("techCode")
                for event in content["eventData"]
            )
        return (
            content.get("errorCode", "NoError") != "NoError"
            or content.get("vendorErrorCode", "") not in ("", "NoError")
            or "Faulted" in (content.get("status"), content.get("connectorStatus"))
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return True
