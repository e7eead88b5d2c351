"""A StartTransaction that is said again (trap 11)."""

import json

import pytest

from laconic_gateway.core.site.offline.facts import Facts
from laconic_gateway.core.site.offline.starts import CONNECTORS_MAX, Start, Starts

START = {"connectorId": 1, "idTag": "AB", "meterStart": 17, "timestamp": "2026-09-21T14:13:20Z"}


def text(**changed: object) -> str:
    return json.dumps(START | changed)


def test_the_same_start_is_known_again_until_the_next_one() -> None:
    starts = Starts(Facts({}, lambda _: None))
    assert starts.find("CP1", text()) is None
    starts.put("CP1", text(), Start(7, '{"transactionId":1}'))
    starts.put("CP1", text(connectorId=2), Start(8))
    assert starts.find("CP1", text(reservationId=3)) == Start(7, '{"transactionId":1}')
    assert starts.find("CP1", text(connectorId=2)) == Start(8)
    assert starts.find("CP2", text()) is None
    starts.put("CP1", text(meterStart=18), Start(9))
    assert starts.find("CP1", text()) is None


def test_a_charger_cannot_fill_the_memory_with_connectors() -> None:
    facts = Facts({}, lambda _: None)
    starts = Starts(facts)
    for connector in range(2 * CONNECTORS_MAX):
        starts.put("CP1", text(connectorId=connector), Start(connector))
    assert len(list(facts.names(""))) == CONNECTORS_MAX
    assert starts.find("CP1", text(connectorId=2 * CONNECTORS_MAX - 1)) is not None


@pytest.mark.parametrize("name", [name for name in START if name != "connectorId"])
def test_each_of_four_values_makes_it_another(name: str) -> None:
    starts = Starts(Facts({}, lambda _: None))
    starts.put("CP1", text(), Start(7))
    assert starts.find("CP1", text(**{name: "other"})) is None


@pytest.mark.parametrize(
    "payload", ["[]", "{}", "no JSON", '{"connectorId":1}', "[" * 9_000, text(connectorId="1" * 99)]
)
def test_what_is_no_start_is_not_remembered(payload: str) -> None:
    starts = Starts(Facts({}, lambda fact: pytest.fail(fact.name)))
    starts.put("CP1", payload, Start(7))
    assert starts.find("CP1", payload) is None
