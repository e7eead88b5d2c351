"""The life of a two-wheeler charger is what OCPP 1.6 allows, in content and in order."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import pytest

from laconic_bench.charger_16 import Charger16
from laconic_bench.chargers import Place
from laconic_bench.exchanges import SeenExchange, read_exchanges
from laconic_bench.makes import ACACIA, BAOBAB, CASSIA
from laconic_codec.messages import CallResult
from tests.support.site_life import Life

PLACES: Final = [
    Place(f"CP{number}", "secret", Charger16, make)
    for number, make in enumerate((ACACIA, BAOBAB, CASSIA))
]
NEXT_STATUSES: Final = {
    "Available": {"Preparing"},
    "Preparing": {"Charging", "Available"},
    "Charging": {"Finishing"},
    "Finishing": {"Available"},
}
"""What may follow; a status that is triggered repeats the present one."""


@pytest.fixture(scope="module")
def life() -> Life:
    return Life(PLACES, seconds=600, seed=4, command_seconds=2, reset_probability=0.05)


@dataclass
class Told:
    """What a charger has told, between one boot and the next."""

    statuses: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    exchanges: list[tuple[SeenExchange, dict[str, Any]]] = field(
        default_factory=list[tuple[SeenExchange, dict[str, Any]]]
    )


def _lives(life: Life) -> Iterator[Told]:
    for transcript in life.notebook.transcripts.values():
        told: list[Told] = []
        for exchange in read_exchanges(transcript.entries, up=True).exchanges:
            payload = json.loads(exchange.payload)
            if exchange.action == "BootNotification":
                told.append(Told())
            told[-1].exchanges.append((exchange, payload))
            if exchange.action == "StatusNotification":
                told[-1].statuses.setdefault(payload["connectorId"], []).append(payload["status"])
        yield from told


def test_a_life_is_valid_by_the_schemas_and_without_defect(life: Life) -> None:
    life.check_schemas()
    assert life.verdict.defects == 0
    assert life.notebook.timeouts == 0


def test_each_connection_begins_with_a_boot(life: Life) -> None:
    boots = 0
    for transcript in life.notebook.transcripts.values():
        exchanges = read_exchanges(transcript.entries, up=True).exchanges
        assert exchanges[0].action == "BootNotification"
        boots += sum(exchange.action == "BootNotification" for exchange in exchanges)
    assert boots == life.notebook.connections > len(PLACES)


def test_every_connector_is_told_after_a_boot(life: Life) -> None:
    for told in _lives(life):
        first = [payload for exchange, payload in told.exchanges if exchange.action[0] == "S"][:2]
        assert [payload["connectorId"] for payload in first] == [0, 1]


def test_statuses_follow_each_other_as_the_state_diagram_says(life: Life) -> None:
    seen: set[str] = set()
    for told in _lives(life):
        for statuses in told.statuses.values():
            assert statuses[0] in ("Available", "Preparing")
            for here, there in pairwise(statuses):
                assert there == here or there in NEXT_STATUSES[here]
            seen.update(statuses)
    assert seen == NEXT_STATUSES.keys()


def test_a_transaction_is_authorised_started_metered_and_stopped(life: Life) -> None:
    finished = 0
    for told in _lives(life):
        tags: set[str] = set()
        open_tags: dict[int, str] = {}
        for exchange, payload in told.exchanges:
            match exchange.action:
                case "Authorize":
                    tags.add(payload["idTag"])
                case "StartTransaction":
                    assert payload["idTag"] in tags
                    if isinstance(exchange.answer, CallResult):
                        number = json.loads(exchange.answer.payload)["transactionId"]
                        open_tags[number] = payload["idTag"]
                case "MeterValues" if "transactionId" in payload:
                    assert payload["transactionId"] in open_tags
                case "StopTransaction":
                    assert open_tags.pop(payload["transactionId"]) == payload["idTag"]
                    finished += 1
                case _:
                    pass
    assert finished > 10


def test_registers_never_run_backwards(life: Life) -> None:
    for transcript in life.notebook.transcripts.values():
        registers: dict[int, float] = {}
        for exchange in read_exchanges(transcript.entries, up=True).exchanges:
            if exchange.action == "MeterValues":
                payload = json.loads(exchange.payload)
                energy_wh = float(payload["meterValue"][0]["sampledValue"][0]["value"])
                assert energy_wh >= registers.get(payload["connectorId"], 0.0)
                registers[payload["connectorId"]] = energy_wh
        assert registers


def test_remote_stops_are_told_as_such(life: Life) -> None:
    reasons = {
        payload["reason"]
        for told in _lives(life)
        for exchange, payload in told.exchanges
        if exchange.action == "StopTransaction"
    }
    assert reasons == {"Local", "Remote", "SoftReset"}
