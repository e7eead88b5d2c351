"""Reads the TransactionEvents of a charger as the series that OCPP 2.0.1, E describes."""

from collections.abc import Iterable
from typing import Any

from tests.support.site_life import Request

Event = dict[str, Any]


def transactions(requests: Iterable[Request]) -> dict[str, list[Event]]:
    """Return the events of each transaction in the order of sending."""
    found: dict[str, list[Event]] = {}
    for request in requests:
        if request.action == "TransactionEvent":
            transaction_id = request.payload["transactionInfo"]["transactionId"]
            found.setdefault(transaction_id, []).append(request.payload)
    return found


def check_series(events: list[Event]) -> None:
    """Check one transaction: Started, any number of Updated, Ended unless it was cut short.

    Raises:
        AssertionError: an event is missing, or is not in its place.
    """
    types = [event["eventType"] for event in events]
    assert types[0] == "Started"
    assert set(types[1:-1]) <= {"Updated"}
    assert types[-1] in ("Updated", "Ended") or len(types) == 1
    assert [event["seqNo"] for event in events] == list(range(len(events)))
    assert len({event["evse"]["id"] for event in events}) == 1
    registers = [_energy_wh(event) for event in events]
    assert registers == sorted(registers)


def _energy_wh(event: Event) -> float:
    sample = event["meterValue"][0]["sampledValue"][0]
    assert sample["measurand"] == "Energy.Active.Import.Register"
    value: float = sample["value"]
    return value
