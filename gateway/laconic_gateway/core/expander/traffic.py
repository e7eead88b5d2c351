"""What kind of message a record is, as far as order is concerned (D7).

| kind        | order                                                                       |
|-------------|-----------------------------------------------------------------------------|
| BOOT        | first of all: without it the CSMS takes nothing (trap 1)                    |
| INTERACTIVE | before all but these two: a charger waits, often with a person before it    |
| TRANSACTION | strictly as they came (trap 15)                                             |
| STATUS      | as it came, so also in order to the transactions of its connector           |
| OTHER       | as it came                                                                  |
"""

import json
from dataclasses import dataclass
from enum import Enum
from typing import Final

from laconic_codec.errors import MessageError
from laconic_codec.limits import MESSAGE_MAX_BYTES
from laconic_codec.messages import Call, Send, parse
from laconic_gateway.core.expander.kept import member, to_object
from laconic_gateway.core.records import Record

STORED_MAX_BYTES: Final = 8 * MESSAGE_MAX_BYTES
"""Longest text from the outbox: its id was made anew, and a control character in an action, which
chargers may send as it is, takes 6 bytes."""

INTERACTIVE_ACTIONS: Final = frozenset(
    {
        "Authorize",
        "DataTransfer",
        "Get15118EVCertificate",
        "GetCertificateChainStatus",
        "GetCertificateStatus",
        "Heartbeat",
        "SignCertificate",
        "VatNumberValidation",
    }
)
"""Questions of which the answer does not depend on what waits. Any other action keeps its place."""

TRANSACTION_ACTIONS: Final = frozenset(
    {"StartTransaction", "StopTransaction", "TransactionEvent", "MeterValues"}
)


class Kind(Enum):
    """Which place a record has among the others."""

    BOOT = "boot"
    INTERACTIVE = "interactive"
    TRANSACTION = "transaction"
    STATUS = "status"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a record is."""

    kind: Kind
    action: str = ""
    transaction: str | None = None
    """The id of the transaction to which it belongs, as JSON text."""
    ends: bool = False
    """It ends that transaction."""
    connector: str | None = None
    """Of a status."""
    tells_fault: bool = True
    """Of a status; when in doubt, it does."""

    @property
    def is_of_transaction(self) -> bool:
        """Tell whether it is part of what is billed."""
        bare = self.action == "MeterValues" and self.transaction is None
        return self.action == "BatterySwap" or (self.kind is Kind.TRANSACTION and not bare)

    @property
    def is_urgent(self) -> bool:
        """Tell whether it may overtake others."""
        return self.kind in (Kind.BOOT, Kind.INTERACTIVE)


def traffic_of(record: Record) -> Traffic:
    """Return what a record is."""
    try:
        message = parse(record.text, STORED_MAX_BYTES)
    except MessageError:
        return Traffic(Kind.OTHER)
    if isinstance(message, Send):
        return Traffic(Kind.OTHER, message.action)
    if not isinstance(message, Call):
        raise AssertionError("an outbox holds CALLs and SENDs")
    if message.action == "BootNotification":
        return Traffic(Kind.BOOT, message.action)
    if message.action == "StatusNotification":
        return _status(message)
    if message.action in TRANSACTION_ACTIONS:
        return _transaction(message, record.version)
    if message.action in INTERACTIVE_ACTIONS and not record.answered:
        return Traffic(Kind.INTERACTIVE, message.action)
    return Traffic(Kind.OTHER, message.action)


def _transaction(call: Call, version: str) -> Traffic:
    content = to_object(call.payload)
    if version == "1.6":
        known = content.get("transactionId")
        ends = call.action == "StopTransaction"
    else:
        known = member(content, "transactionInfo").get("transactionId")
        ends = content.get("eventType") == "Ended"
    name = json.dumps(known) if isinstance(known, int | str) else None
    return Traffic(Kind.TRANSACTION, call.action, name, ends)


def _status(call: Call) -> Traffic:
    content = to_object(call.payload)
    connector, evse = content.get("connectorId"), content.get("evseId")
    name = None if type(connector) is not int else f"{evse}/{connector}"
    if "connectorStatus" in content:  # OCPP 2.x
        fault = content["connectorStatus"] == "Faulted"
    else:
        vendor = content.get("vendorErrorCode") or "NoError"
        calm = content.get("errorCode") == "NoError" and vendor == "NoError"
        fault = not calm or content.get("status") == "Faulted"
    return Traffic(Kind.STATUS, call.action, connector=name, tells_fault=fault)
