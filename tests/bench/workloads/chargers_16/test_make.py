"""What holds for the texts of every make."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.causes import CARD_UP, RIDER_UP
from laconic_bench.workloads.chargers_16.acacia import Acacia
from laconic_bench.workloads.chargers_16.baobab import Baobab
from laconic_bench.workloads.chargers_16.cassia import Cassia
from laconic_bench.workloads.chargers_16.make import Make, Stop
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.trouble.faults import FAULTS, Fault
from tests.support.ocpp_schemas import check
from tests.support.workload_life import CALENDAR, MAKES, world

ANY_MAKE = st.sampled_from(MAKES)
TIMES = st.integers(0, 10**10)
READINGS = st.builds(
    Reading,
    volts=st.integers(0, 3_000).map(lambda tenths: tenths / 10),
    amperes=st.integers(0, 3_000).map(lambda hundredths: hundredths / 100),
    energy_wh=st.floats(0, 1e8),
    soc_percent=st.integers(0, 100),
    celsius=st.integers(-200, 900).map(lambda tenths: tenths / 10),
)
STOPS = st.builds(
    Stop,
    transaction=st.integers(1, 2**31 - 1),
    tag=st.text("0123456789ABCDEF", min_size=8, max_size=14),
    start_ms=TIMES,
    start_wh=st.floats(0, 1e8),
    stop_ms=TIMES,
    stop_wh=st.floats(0, 1e8),
    reason=st.sampled_from(["EVDisconnected", "Local", "Remote", "PowerLoss", "Reboot"]),
)


def measured(payload: Any) -> dict[str, list[str]]:
    """Return the values of a MeterValues by measurand."""
    found: dict[str, list[str]] = {}
    for element in payload["meterValue"]:
        for sample in element["sampledValue"]:
            found.setdefault(sample["measurand"], []).append(sample["value"])
    return found


@given(ANY_MAKE, st.integers(0, 10**8 - 1), TIMES)
def test_plain_messages_are_valid(make: Make, serial: int, time_ms: int) -> None:
    check(2, "BootNotification", make.boot(serial, make.firmware), "1.6")
    check(2, "Authorize", make.authorize("04AABBCC"), "1.6")
    check(2, "StartTransaction", make.start(1, "04AABBCC", time_ms, 12_345.6), "1.6")
    check(3, "RemoteStartTransaction", make.accepted(), "1.6")
    for status in ("Available", "Preparing", "Charging", "SuspendedEV", "Finishing"):
        check(2, "StatusNotification", make.status(1, status, time_ms), "1.6")


@given(ANY_MAKE, st.sampled_from(FAULTS), TIMES)
def test_faults_are_valid_and_tell_their_code(make: Make, fault: Fault, time_ms: int) -> None:
    text = make.faulted(2, fault, time_ms)
    check(2, "StatusNotification", text, "1.6")
    payload = json.loads(text)
    assert (payload["status"], payload["connectorId"]) == ("Faulted", 2)
    assert (payload["errorCode"], payload["vendorErrorCode"]) == (fault.error_code, fault.code)
    assert text == make.style.text(payload)
    assert ("timestamp" in payload) is make.stamps_status


@pytest.mark.parametrize("kind", [Acacia, Baobab, Cassia])
def test_the_operator_can_set_the_intervals(kind: type[Make]) -> None:
    usual, slow = kind(CALENDAR), kind(CALENDAR, sample_seconds=300, clock_seconds=3600)
    assert usual.wanted() == [("MeterValueSampleInterval", usual.sample_seconds)]
    assert ("MeterValueSampleInterval", 300) in slow.wanted()
    aligned = [value for key, value in slow.wanted() if key == "ClockAlignedDataInterval"]
    assert aligned == ([3600] if usual.clock_seconds else [])


@given(ANY_MAKE, STOPS)
def test_stops_are_valid_and_tell_all(make: Make, stop: Stop) -> None:
    text = make.stop(stop)
    check(2, "StopTransaction", text, "1.6")
    payload = json.loads(text)
    assert payload["transactionId"] == stop.transaction
    assert payload["reason"] == stop.reason
    assert abs(payload["meterStop"] - stop.stop_wh) <= 1


@given(ANY_MAKE, st.integers(1, 2**31 - 1), TIMES, READINGS)
def test_meter_values_are_valid_and_tell_the_reading(
    make: Make, transaction: int, time_ms: int, reading: Reading
) -> None:
    text = make.meter_values(1, transaction, time_ms, reading)
    check(2, "MeterValues", text, "1.6")
    payload = json.loads(text)
    assert payload["transactionId"] == transaction
    values = measured(payload)
    assert float(values["SoC"][0]) == reading.soc_percent
    assert float(values["Voltage"][0]) == pytest.approx(reading.volts, abs=make.volt_step)
    assert float(values["Current.Import"][0]) == pytest.approx(reading.amperes)
    assert ("Temperature" in values) is make.tells_temperature


@given(ANY_MAKE, TIMES)
def test_texts_have_the_white_space_of_the_make(make: Make, time_ms: int) -> None:
    text = make.start(1, "04AABBCC", time_ms, 1.0)
    gap = make.comma[1:]
    assert text == json.dumps(json.loads(text), separators=("," + gap, ":" + gap))


@pytest.mark.parametrize("make", MAKES)
def test_a_card_is_always_read_alike(make: Make) -> None:
    place = world()
    rider = place.riders.come(RIDER_UP)
    tag = make.tag(place.riders, rider, CARD_UP)
    assert tag == make.tag(place.riders, rider, CARD_UP)
    assert len(tag) <= 20
