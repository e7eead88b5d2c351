"""The make Baobab: unit first, six decimals, milliseconds, the register at both ends of a stop."""

import json
import re

from laconic_bench.workloads.causes import CARD_UP, RIDER_UP
from laconic_bench.workloads.chargers_16.baobab import Baobab
from laconic_bench.workloads.chargers_16.make import Stop
from laconic_bench.workloads.reading import Reading
from tests.support.workload_life import CALENDAR, world

MAKE = Baobab(CALENDAR)


def test_values_have_six_decimals() -> None:
    text = MAKE.meter_values(2, 77, 61_999, Reading(229.81, 4.15, 1234.567, 43, 31.4))
    (element,) = json.loads(text)["meterValue"]
    assert element["timestamp"] == "2026-03-02T00:01:01.999Z"
    assert [sample["value"] for sample in element["sampledValue"]] == [
        "1234.570000",
        "229.810000",
        "4.150000",
        "953.710000",
        "43.000000",
        "31.400000",
    ]
    assert list(element["sampledValue"][1]) == ["value", "unit", "measurand", "phase"]


def test_a_stop_has_the_register_at_both_ends() -> None:
    stop = Stop(77, "04AABB", 0, 1_000.0, 60_500, 1_200.25, "Local")
    begin, end = json.loads(MAKE.stop(stop))["transactionData"]
    assert (begin["timestamp"], end["timestamp"]) == (
        "2026-03-02T00:00:00.000Z",
        "2026-03-02T00:01:00.500Z",
    )
    assert begin["sampledValue"][0]["value"] == "1000.000000"
    assert end["sampledValue"][0]["context"] == "Transaction.End"


def test_the_status_tells_the_pilot_signal() -> None:
    infos = [
        json.loads(MAKE.status(1, status, 0))["info"]
        for status in ("Available", "Preparing", "Charging")
    ]
    assert infos == ["eCp_12V", "eCp_9V", "eCp_6V"]


def test_ids_tell_the_time_and_cards_are_long() -> None:
    place = world()
    assert MAKE.ids(place).next(1_000) == "2026030200000100000001"
    tag = MAKE.tag(place.riders, place.riders.come(RIDER_UP), CARD_UP)
    assert re.fullmatch("04[0-9A-F]{12}", tag)
