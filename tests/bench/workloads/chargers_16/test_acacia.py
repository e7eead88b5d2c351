"""The make Acacia: compact, whole seconds, five samples with their context."""

import json
import re

from laconic_bench.workloads.causes import CARD_UP, RIDER_UP
from laconic_bench.workloads.chargers_16.acacia import Acacia
from laconic_bench.workloads.reading import Reading
from tests.support.workload_life import CALENDAR, world

MAKE = Acacia(CALENDAR)


def test_meter_values_have_five_samples_in_one_element() -> None:
    payload = json.loads(MAKE.meter_values(1, 77, 61_999, Reading(229.8, 4.15, 1234.9, 43, 0.0)))
    (element,) = payload["meterValue"]
    assert element["timestamp"] == "2026-03-02T00:01:01Z"
    assert [sample["value"] for sample in element["sampledValue"]] == [
        "1234",
        "953.7",
        "43",
        "229.8",
        "4.15",
    ]
    assert {sample["context"] for sample in element["sampledValue"]} == {"Sample.Periodic"}
    assert list(element["sampledValue"][0]) == ["value", "context", "measurand", "unit"]


def test_ids_count_and_cards_are_short() -> None:
    place = world()
    assert MAKE.ids(place).next(0) == "1"
    tag = MAKE.tag(place.riders, place.riders.come(RIDER_UP), CARD_UP)
    assert re.fullmatch("[0-9A-F]{8}", tag)
