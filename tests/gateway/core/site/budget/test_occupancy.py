"""Which connectors are surely free."""

import json
from typing import Any

import pytest

from laconic_gateway.core.site.budget import occupancy as occupancy_module
from laconic_gateway.core.site.budget.occupancy import Occupancy, content, place_of


def learn(occupancy: Occupancy, action: str, **fields: Any) -> None:
    occupancy.learn("CP1", action, json.dumps(fields))


def test_nothing_is_free_before_it_has_said_so() -> None:
    occupancy = Occupancy()
    assert not occupancy.is_free("CP1", 1)
    assert not occupancy.is_free("CP1", None)
    learn(occupancy, "StatusNotification", connectorId=1, errorCode="NoError", status="Available")
    assert occupancy.is_free("CP1", 1)
    assert not occupancy.is_free("CP1", 2)
    assert not occupancy.is_free("CP2", 1)


def test_the_stations_own_meter_has_no_transactions() -> None:
    assert Occupancy().is_free("CP1", 0)


@pytest.mark.parametrize("status", ["Preparing", "Charging", "Finishing", "Faulted", "new word"])
def test_every_other_state_may_hide_a_transaction(status: str) -> None:
    occupancy = Occupancy()
    learn(occupancy, "StatusNotification", connectorId=1, status="Available")
    learn(occupancy, "StatusNotification", connectorId=1, status=status)
    assert not occupancy.is_free("CP1", 1)


def test_a_start_occupies_until_the_connector_is_available_again() -> None:
    occupancy = Occupancy()
    learn(occupancy, "StatusNotification", connectorId=1, status="Available")
    learn(occupancy, "StartTransaction", connectorId=1, idTag="AB12", meterStart=0)
    assert not occupancy.is_free("CP1", 1)
    learn(occupancy, "StopTransaction", transactionId=1, meterStop=1)
    assert not occupancy.is_free("CP1", 1)
    learn(occupancy, "StatusNotification", connectorId=1, status="Available")
    assert occupancy.is_free("CP1", 1)


def event(kind: str, transaction: str = "t1", evse: int | None = None) -> dict[str, Any]:
    where = {} if evse is None else {"evse": {"id": evse, "connectorId": 1}}
    return {"eventType": kind, "transactionInfo": {"transactionId": transaction}, **where}


def test_events_of_a_transaction_occupy_its_evse_to_the_end() -> None:
    occupancy = Occupancy()
    learn(occupancy, "StatusNotification", evseId=2, connectorId=1, connectorStatus="Available")
    assert occupancy.is_free("CP1", 2)
    learn(occupancy, "TransactionEvent", **event("Started", evse=2))
    learn(occupancy, "TransactionEvent", **event("Updated"))
    assert not occupancy.is_free("CP1", 2)
    learn(occupancy, "TransactionEvent", **event("Ended"))
    assert occupancy.is_free("CP1", 2)


def test_of_two_transactions_on_one_evse_both_have_to_end() -> None:
    occupancy = Occupancy()
    for transaction in ("t1", "t2"):
        learn(occupancy, "TransactionEvent", **event("Started", transaction, evse=2))
    learn(occupancy, "TransactionEvent", **event("Ended", "t1", evse=2))
    assert not occupancy.is_free("CP1", 2)
    learn(occupancy, "TransactionEvent", **event("Ended", "t2", evse=2))
    assert occupancy.is_free("CP1", 2)


def test_a_transaction_somewhere_makes_the_whole_charger_doubtful() -> None:
    occupancy = Occupancy()
    learn(occupancy, "StatusNotification", evseId=2, connectorId=1, connectorStatus="Available")
    learn(occupancy, "TransactionEvent", **event("Updated", "unknown"))
    assert not occupancy.is_free("CP1", 2)


def test_a_charger_that_was_away_is_not_known() -> None:
    occupancy = Occupancy()
    learn(occupancy, "StatusNotification", connectorId=1, status="Available")
    occupancy.learn("CP2", "StatusNotification", '{"connectorId":1,"status":"Available"}')
    occupancy.forget("CP1")
    assert not occupancy.is_free("CP1", 1)
    assert occupancy.is_free("CP2", 1)


@pytest.mark.parametrize(
    "payload", ["", "[]", '"x"', "[" * 5000, '{"evse":[]}', '{"evseId":"1"}', '{"evseId":true}']
)
def test_a_payload_of_another_form_says_nothing(payload: str) -> None:
    assert place_of(content(payload)) is None
    for action in ("TransactionEvent", "StatusNotification", "StartTransaction"):
        Occupancy().learn("CP1", action, payload)


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(occupancy_module, "CONNECTORS_MAX", 2)
    occupancy = Occupancy()
    for connector in (1, 2, 3):
        learn(occupancy, "StatusNotification", connectorId=connector, status="Available")
    assert [occupancy.is_free("CP1", one) for one in (1, 2, 3)] == [False, True, True]
