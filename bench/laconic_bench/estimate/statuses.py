"""Status notifications that flap: a status that is gone again after a moment."""

import json
from collections.abc import Sequence
from typing import Any, Final, cast

from laconic_bench.model.exchanges import Exchange

MINIMUM_SECONDS: Final = 10
"""A status that lasts less says nothing that the next one does not say."""


def without_flapping(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Return exchanges of OCPP 1.6 without statuses that did not last, as the charger would
    send them with `MinimumStatusDuration`.

    Faults stay, and so do the statuses before and after them.
    """
    following: dict[tuple[str, str], Exchange] = {}
    dropped: set[int] = set()
    for exchange in reversed(exchanges):
        place = _place(exchange)
        if place is None:
            continue
        after = following.get(place)
        following[place] = exchange
        if after is None or _is_fault(exchange) or _is_fault(after):
            continue
        if after.at_seconds - exchange.at_seconds < MINIMUM_SECONDS:
            dropped.add(id(exchange))
    return [one for one in exchanges if id(one) not in dropped]


def _place(exchange: Exchange) -> tuple[str, str] | None:
    """Return whose status an exchange tells; None if it tells none."""
    is_status = exchange.is_up and exchange.message.action == "StatusNotification"
    if not is_status or exchange.version != "1.6":
        return None
    return exchange.identity, str(_fields(exchange).get("connectorId"))


def _is_fault(exchange: Exchange) -> bool:
    fields = _fields(exchange)
    return (
        fields.get("errorCode", "NoError") != "NoError"
        or fields.get("status") == "Faulted"
        or fields.get("vendorErrorCode") not in (None, "", "NoError")
    )


def _fields(exchange: Exchange) -> dict[str, Any]:
    try:
        fields: Any = json.loads(exchange.message.payload, strict=False)
    except (ValueError, RecursionError):
        return {"errorCode": "unknown"}
    return cast(dict[str, Any], fields) if isinstance(fields, dict) else {"errorCode": "unknown"}
