"""What may be taken out of a full journal, and in which order.

| rank      | what                                    | what of it goes                |
|-----------|-----------------------------------------|--------------------------------|
| STATUS    | states of a connector, without a fault  | all but the first and the last |
| TELEMETRY | values outside of a transaction         | all                            |
| EVENT     | periodic NotifyEvent without a fault    | all                            |
| SESSION   | periodic values of a transaction        | every second, never the ends   |

Of SESSION the charger with the longest backlog comes first.

Everything else stays: start and end of a transaction, the first and the last value, signed values,
faults and security events, answers to commands, and whatever waits for an answer of the CSMS.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from laconic_codec.errors import MessageError
from laconic_codec.messages import Call, Send, parse
from laconic_gateway.core.records import Record, RecordKind


class Rank(StrEnum):
    """The classes that may go, the first one first."""

    STATUS = "superseded_status"
    TELEMETRY = "value_without_transaction"
    EVENT = "periodic_event"
    SESSION = "value_of_transaction"


RANKS: Final = tuple(Rank)
REFUSABLE: Final = frozenset({Rank.TELEMETRY, Rank.EVENT, Rank.SESSION})
"""A new message of these is not stored, and so not answered, when nothing else can make room."""

_PERIODIC: Final = ("MeterValuePeriodic", "MeterValueClock")
_QUIET_SEVERITY: Final = 7
"""OCPP 2.1: 7 is Notice, 8 Informational, 9 Debug."""


@dataclass(frozen=True, slots=True)
class Place:
    """The class of a record, and what it is one value of."""

    rank: Rank
    key: tuple[str, ...]
    """Charger and connector, or charger and transaction."""


def place_of(record: Record) -> Place | None:
    """Return where a record stands in the order; None: it is never shed."""
    if record.kind is not RecordKind.MESSAGE:
        return None
    try:
        message = parse(record.text)
        if isinstance(message, Call) and not record.answered:
            return None  # the charger waits for the CSMS
        if not isinstance(message, Call | Send):
            return None
        content: Any = json.loads(message.payload, strict=False)
        return _place(record.charger, message.action, content, message.payload)
    except (MessageError, ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None  # when in doubt, it stays


def _place(charger: str, action: str, content: Any, payload: str) -> Place | None:
    match action:
        case "StatusNotification" if not _is_fault(content):
            connector = content.get("connectorId"), content.get("evseId")
            return Place(Rank.STATUS, (charger, *map(str, connector)))
        case "MeterValues" if not _is_signed(payload):
            transaction = content.get("transactionId")
            if transaction is None:
                return Place(Rank.TELEMETRY, (charger,))
            return Place(Rank.SESSION, (charger, str(transaction)))
        case "NotifyPeriodicEventStream" if not _is_signed(payload):
            return Place(Rank.TELEMETRY, (charger,))
        case "NotifyEvent" if all(map(_is_quiet, content["eventData"])):
            return Place(Rank.EVENT, (charger,))
        case "TransactionEvent" if _is_periodic_update(content) and not _is_signed(payload):
            transaction = content["transactionInfo"]["transactionId"]
            return Place(Rank.SESSION, (charger, str(transaction)))
        case _:
            return None


def _is_fault(content: Any) -> bool:
    return bool(
        content.get("errorCode", "NoError") != "NoError"
        or content.get("vendorErrorCode", "") not in ("", "NoError")
        or "Faulted" in (content.get("status"), content.get("connectorStatus"))
    )


def _is_signed(payload: str) -> bool:
    return "SignedData" in payload or "signedMeter" in payload


def _is_quiet(event: Any) -> bool:
    severity = event.get("severity")
    return bool(
        event["trigger"] == "Periodic"
        and not event.get("techCode")
        and (severity is None or severity >= _QUIET_SEVERITY)
    )


def _is_periodic_update(content: Any) -> bool:
    return bool(
        content["eventType"] == "Updated"
        and content["triggerReason"] in _PERIODIC
        and "idToken" not in content
    )


@dataclass(slots=True)
class _Run:
    """The values of one connector or transaction so far."""

    candidate: int | None = None
    """The newest one; it goes only when a newer one comes, because the last one stays."""
    goes: bool = False


@dataclass(slots=True)
class Thinner:
    """Finds what goes of one rank, in one walk over the records in their order."""

    rank: Rank
    _runs: dict[tuple[str, ...], _Run] = field(default_factory=dict[tuple[str, ...], _Run])

    def offer(self, sequence: int, place: Place) -> Iterator[int]:
        """Take the next record of this rank; yield the sequence number that goes now."""
        if self.rank in (Rank.TELEMETRY, Rank.EVENT):
            yield sequence
            return
        run = self._runs.get(place.key)
        if run is None:
            self._runs[place.key] = _Run()
            return  # the first one stays
        if run.candidate is not None and run.goes:
            yield run.candidate
        run.goes = run.candidate is None or self.rank is Rank.STATUS or not run.goes
        run.candidate = sequence
