"""The last status of each connector: what is out of date, and what the CSMS may have missed.

Of statuses that waited, only the last of a connector is news; faults always are (1.6, 4.9; trap
17). After the CSMS was away for long it may have lost what it knew: it gets the last status of
each connector again, as a charger would send it after its own offline time (B04.FR.01, trap 23).
"""

from collections.abc import Iterable
from typing import Final

from laconic_codec.messages import Call
from laconic_gateway.core.expander.kept import Kept, KeptKind, to_object, to_text
from laconic_gateway.core.expander.record_queue import Entry
from laconic_gateway.core.expander.traffic import Kind

HISTORICAL_SECONDS: Final = 60.0
"""A status is historical when it is older than this."""

CONNECTORS_MAX: Final = 64
"""Connectors of one charger whose status is remembered."""


def is_outdated(entry: Entry, later: Iterable[Entry], now_unix: float) -> bool:
    """Tell whether a status need not be sent, given what waits behind it."""
    traffic, record = entry.traffic, entry.record
    if traffic.kind is not Kind.STATUS or not record.answered:
        return False
    young = record.received_unix_seconds > now_unix - HISTORICAL_SECONDS
    if young or traffic.tells_fault or traffic.connector is None:
        return False
    return any(
        other.traffic.kind is Kind.STATUS and other.traffic.connector == traffic.connector
        for other in later
    )


class Statuses:
    """What the CSMS was told last of each connector of one charger."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, str]] = {}  # connector -> version, payload
        self._due: dict[str, None] = {}

    def restore(self, kept: Kept) -> None:
        """Take a status from disk."""
        content = to_object(kept.text)
        self._last[kept.name] = (content["version"], content["payload"])

    def delivered(self, entry: Entry, call: Call) -> list[Kept]:
        """Take note of a status that the CSMS has; return what goes to disk."""
        name, version = entry.traffic.connector, entry.record.version
        if name is None:
            return []
        self._due.pop(name, None)
        if name not in self._last and len(self._last) >= CONNECTORS_MAX:
            return []
        self._last[name] = (version, call.payload)
        text = to_text(version=version, payload=call.payload)
        return [Kept(KeptKind.STATUS, name, text)]

    def refresh(self) -> None:
        """Have all of them sent again, each unless a newer one goes first."""
        self._due = dict.fromkeys(self._last)

    def take_due(self, version: str) -> str | None:
        """Return the payload of a status that is to be sent again, and take it from the list."""
        for name in self._due:
            known, payload = self._last[name]
            if known == version:
                del self._due[name]
                return payload
        return None
