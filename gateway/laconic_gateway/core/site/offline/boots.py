"""Chargers that the CSMS has accepted, so that they may boot while it cannot be asked (D5)."""

import json
from collections.abc import Mapping
from typing import Any, Final

from laconic_gateway.core.site.offline.facts import Facts

_BOOT: Final = "boot/"
_SAME: Final = (
    *("chargePointVendor", "chargePointModel", "chargePointSerialNumber", "chargeBoxSerialNumber"),
    *("vendorName", "model", "serialNumber"),
)
"""A charger with another one of these is another charger."""


class Boots:
    """Remembers the last accepted BootNotification of each charger."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def learn(self, identity: str, request: str, answer: str) -> None:
        """Take the CSMS's answer to a BootNotification."""
        said = json.loads(answer)
        if said.get("status") != "Accepted":
            self._facts.drop(_BOOT + identity)
            return
        about = {"charger": _about(json.loads(request)), "interval": said.get("interval", 0)}
        self._facts.put(_BOOT + identity, json.dumps(about))

    def interval_seconds(self, identity: str, request: Mapping[str, Any]) -> int | None:
        """Return the heartbeat interval of a charger that the CSMS knows; None: it does not."""
        found = self._facts.get(_BOOT + identity)
        if found is None:
            return None
        known = json.loads(found)
        return int(known["interval"]) if known["charger"] == _about(request) else None


def _about(request: Mapping[str, Any]) -> dict[str, Any]:
    station = request.get("chargingStation", request)
    return {name: station[name] for name in _SAME if name in station}
