"""The make Cassia: white space, kilowatts, an element for each sample, no time in a status."""

import json
import re

from laconic_bench.workloads.causes import CARD_UP, RIDER_UP
from laconic_bench.workloads.chargers_16.cassia import Cassia
from laconic_bench.workloads.reading import Reading
from tests.support.workload_life import CALENDAR, world

MAKE = Cassia(CALENDAR)


def test_each_sample_has_its_element_and_its_time() -> None:
    payload = json.loads(MAKE.meter_values(1, 77, 61_999, Reading(229.8, 4.15, 1234.9, 43, 31.0)))
    samples = [element["sampledValue"] for element in payload["meterValue"]]
    assert [sample["value"] for (sample,) in samples] == [
        "1.235",
        "0.954",
        "4.15",
        "10.00",
        "229.8",
        "31",
        "43",
    ]
    times = {element["timestamp"] for element in payload["meterValue"]}
    assert times == {"2026-03-02T00:01:01+00:00"}


def test_clock_aligned_values_have_a_context_and_no_vehicle() -> None:
    payload = json.loads(MAKE.meter_values(1, None, 0, Reading(229.8, 0.0, 1.0, None, 31.0)))
    assert "transactionId" not in payload
    samples = [sample for element in payload["meterValue"] for sample in element["sampledValue"]]
    assert {sample["context"] for sample in samples} == {"Sample.Clock"}
    assert "SoC" not in {sample["measurand"] for sample in samples}


def test_a_status_has_no_time() -> None:
    assert "timestamp" not in MAKE.status(1, "Available", 0)


def test_ids_look_like_uuids_and_cards_are_decimal() -> None:
    place = world()
    assert len(MAKE.ids(place).next(0)) == 36
    tag = MAKE.tag(place.riders, place.riders.come(RIDER_UP), CARD_UP)
    assert re.fullmatch("[0-9]{10}", tag)
