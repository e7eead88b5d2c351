"""Which connectors may have a transaction: of the others meter values may be thinned.

It errs to one side only. A connector counts as free after it has reported so, or after the end of
its transaction; at the start of the process, and in every doubt, it does not.
"""

import json
from collections import OrderedDict
from typing import Any, Final, cast

CONNECTORS_MAX: Final = 1_000
"""More than a site has; of what is forgotten nothing is thinned."""

_Place = tuple[str, object]
"""Charger, and number of the EVSE (2.x) or connector (1.6)."""
_WHOLE_STATION: Final = 0
"""Connector or EVSE 0 is the station's own meter, which has no transactions (OCPP 1.6, 4.7)."""


def content(payload: str) -> dict[str, Any]:
    """Return the fields of a payload; nothing if it has another form."""
    try:
        fields: Any = json.loads(payload, strict=False)
    except (ValueError, RecursionError):
        return {}
    return cast(dict[str, Any], fields) if isinstance(fields, dict) else {}


def place_of(fields: dict[str, Any]) -> object:
    """Return the EVSE or connector that a message is about; None if it does not say."""
    evse = fields.get("evse")
    inner = cast(dict[str, object], evse) if isinstance(evse, dict) else {}
    found = (inner.get("id"), fields.get("evseId"), fields.get("connectorId"))
    number = next((one for one in found if one is not None), None)
    return number if type(number) is int else None


class Occupancy:
    """Learns from the messages of chargers which connectors are free."""

    def __init__(self) -> None:
        self._free: OrderedDict[_Place, None] = OrderedDict()
        self._running: OrderedDict[tuple[str, str], object] = OrderedDict()
        """By charger and transaction id (2.x): the EVSE."""

    def is_free(self, charger: str, place: object) -> bool:
        """Tell whether there is surely no transaction at that place of the charger."""
        return place == _WHOLE_STATION or (charger, place) in self._free

    def learn(self, charger: str, action: str, payload: str) -> None:
        """Take in a CALL of a charger."""
        if action == "TransactionEvent":
            self._transaction_event(charger, content(payload))
        elif action in ("StartTransaction", "StatusNotification"):
            fields = content(payload)
            status = fields.get("connectorStatus", fields.get("status"))
            self._set(charger, place_of(fields), is_free=status == "Available")

    def forget(self, charger: str) -> None:
        """Know nothing of a charger any more, as when it has been away."""
        for place in [place for place in self._free if place[0] == charger]:
            del self._free[place]
        for key in [key for key in self._running if key[0] == charger]:
            del self._running[key]

    def _transaction_event(self, charger: str, fields: dict[str, Any]) -> None:
        info = fields.get("transactionInfo")
        inner = cast(dict[str, object], info) if isinstance(info, dict) else {}
        identity = str(inner.get("transactionId"))
        place = place_of(fields)
        if place is None:
            place = self._running.get((charger, identity))
        is_ended = fields.get("eventType") == "Ended"
        self._running.pop((charger, identity), None)
        if not is_ended:
            self._running[charger, identity] = place
            if len(self._running) > CONNECTORS_MAX:
                self._running.popitem(last=False)
        if place is None and not is_ended:
            self.forget(charger)  # it runs somewhere
        others = [p for (c, _), p in self._running.items() if c == charger]
        self._set(charger, place, is_free=is_ended and place not in others and None not in others)

    def _set(self, charger: str, place: object, *, is_free: bool) -> None:
        self._free.pop((charger, place), None)
        if is_free and place is not None:
            self._free[charger, place] = None
            if len(self._free) > CONNECTORS_MAX:
                self._free.popitem(last=False)
