"""Chargers that may boot without the CSMS (D5)."""

import json

from laconic_gateway.core.site.offline.boots import Boots
from laconic_gateway.core.site.offline.facts import Facts

OLD = {"chargePointVendor": "Acacia", "chargePointModel": "A1", "firmwareVersion": "1"}
NEW = {"reason": "PowerUp", "chargingStation": {"vendorName": "Baobab", "model": "B7"}}


def answer(status: str, interval: int = 600) -> str:
    return json.dumps({"status": status, "interval": interval, "currentTime": "x"})


def test_only_the_charger_that_was_accepted_is_known() -> None:
    boots = Boots(Facts({}, lambda _: None))
    assert boots.interval_seconds("CP1", OLD) is None
    for identity, request in (("CP1", OLD), ("CP2", NEW)):
        boots.learn(identity, json.dumps(request), answer("Accepted"))
        assert boots.interval_seconds(identity, request) == 600
    assert boots.interval_seconds("CP1", OLD | {"firmwareVersion": "2"}) == 600
    assert boots.interval_seconds("CP1", OLD | {"chargePointModel": "A2"}) is None
    assert boots.interval_seconds("CP1", NEW) is None


def test_a_charger_that_was_refused_since_is_not_known() -> None:
    for status in ("Pending", "Rejected"):
        boots = Boots(Facts({}, lambda _: None))
        boots.learn("CP1", json.dumps(OLD), answer("Accepted"))
        boots.learn("CP1", json.dumps(OLD), answer(status))
        assert boots.interval_seconds("CP1", OLD) is None
