"""What holds for the payloads of every make of OCPP 2.x."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.causes import CARD_UP, RIDER_UP
from laconic_bench.workloads.chargers_2x.make import Event, Make2x
from laconic_bench.workloads.reading import Reading
from tests.support.ocpp_schemas import check
from tests.support.workload_life import CALENDAR, MAKES_2X, world

ANY_MAKE = st.sampled_from(MAKES_2X)
TIMES = st.integers(0, 10**10)
READINGS = st.builds(
    Reading,
    volts=st.integers(0, 3_000).map(lambda tenths: tenths / 10),
    amperes=st.integers(0, 3_000).map(lambda hundredths: hundredths / 100),
    energy_wh=st.floats(0, 1e8),
    soc_percent=st.integers(0, 100),
    celsius=st.just(0.0),
)
EVENTS = st.builds(
    Event,
    kind=st.sampled_from(["Started", "Updated", "Ended"]),
    trigger=st.sampled_from(["Authorized", "MeterValuePeriodic", "StopAuthorized", "RemoteStart"]),
    time_ms=TIMES,
    sequence=st.integers(0, 10_000),
    transaction=st.sampled_from(["8243859b-8e2c-44c6-8a65-244774fbf319", "2-1772411364"]),
    evse=st.integers(1, 2),
    state=st.sampled_from(["EVConnected", "Charging", "SuspendedEV", "Idle"]),
    reason=st.sampled_from(["", "Local", "Remote", "EVDisconnected", "PowerLoss", "DeAuthorized"]),
    token=st.sampled_from(["", "04AABBCC"]),
    remote_start=st.integers(0, 2**31 - 1),
    reading=st.none() | READINGS,
    context=st.sampled_from(["", "Transaction.Begin", "Transaction.End"]),
    offline=st.booleans(),
)


def measured(samples: list[Any]) -> dict[str, float]:
    """Return the values of samples by measurand, in V, A, W, Wh and percent."""
    return {
        sample["measurand"]: sample["value"] * 10.0 ** sample["unitOfMeasure"].get("multiplier", 0)
        for sample in samples
    }


@given(ANY_MAKE, st.integers(0, 10**8 - 1), TIMES)
def test_plain_messages_are_valid(make: Make2x, serial: int, time_ms: int) -> None:
    for reason in ("PowerUp", "Watchdog", "FirmwareUpdate", "RemoteReset"):
        text = make.style.text(make.boot(reason, serial, make.firmware))
        check(2, "BootNotification", text, make.version)
    for status in ("Available", "Occupied"):
        text = make.style.text(make.status(1, status, time_ms))
        check(2, "StatusNotification", text, make.version)


@given(ANY_MAKE, EVENTS)
def test_transaction_events_are_valid_and_tell_all(make: Make2x, event: Event) -> None:
    payload = make.transaction_event(event)
    check(2, "TransactionEvent", make.style.text(payload), make.version)
    assert (payload["eventType"], payload["seqNo"]) == (event.kind, event.sequence)
    info = payload["transactionInfo"]
    assert info["transactionId"] == event.transaction
    assert info["chargingState"] == event.state
    assert info.get("stoppedReason", "") == event.reason
    assert info.get("remoteStartId", 0) == event.remote_start
    assert payload.get("offline", False) is event.offline
    assert payload.get("idToken", {}).get("idToken", "") == event.token
    assert ("meterValue" in payload) is (event.reading is not None)
    assert not event.is_first or payload["evse"]["id"] == event.evse


@given(ANY_MAKE, READINGS)
def test_samples_tell_the_reading(make: Make2x, reading: Reading) -> None:
    values = measured(make.samples(reading, ""))
    assert values["SoC"] == reading.soc_percent
    assert values["Voltage"] == pytest.approx(reading.volts, abs=0.01)
    assert values["Current.Import"] == pytest.approx(reading.amperes, abs=make.ampere_step)
    assert values["Power.Active.Import"] == pytest.approx(reading.volts * reading.amperes, abs=0.51)
    assert values["Energy.Active.Import.Register"] == pytest.approx(reading.energy_wh, abs=1.0)


@given(ANY_MAKE, READINGS)
def test_begin_and_end_tell_only_the_register(make: Make2x, reading: Reading) -> None:
    for context in ("Transaction.Begin", "Transaction.End"):
        (sample,) = make.samples(reading, context)
        assert sample["context"] == context
        assert sample["measurand"] == "Energy.Active.Import.Register"


@given(ANY_MAKE, TIMES, READINGS)
def test_clock_readings_are_valid(make: Make2x, time_ms: int, reading: Reading) -> None:
    payload = make.meter_values(1, time_ms, reading)
    check(2, "MeterValues", make.style.text(payload), make.version)
    (value,) = payload["meterValue"]
    assert {sample["context"] for sample in value["sampledValue"]} == {"Sample.Clock"}


@pytest.mark.parametrize("make", MAKES_2X)
def test_a_card_is_always_read_alike(make: Make2x) -> None:
    place = world()
    rider = place.riders.come(RIDER_UP)
    token = make.token(place.riders, rider, CARD_UP)
    assert token == make.token(place.riders, rider, CARD_UP)
    assert make.id_token(token) == {"idToken": token, "type": "ISO14443"}


@pytest.mark.parametrize("usual", MAKES_2X)
def test_the_operator_can_set_the_intervals(usual: Make2x) -> None:
    slow = type(usual)(CALENDAR, 300, 3600, 1800)
    intervals = slow.intervals(600)
    assert (intervals.heartbeat_seconds, intervals.sample_seconds) == (600, 300)
    assert intervals.aligned_seconds == (3600 if usual.aligned_seconds else 0)
    assert slow.monitor_seconds == (1800 if usual.monitor_seconds else 0)
    assert usual.intervals(240).sample_seconds == usual.sample_seconds != 300
