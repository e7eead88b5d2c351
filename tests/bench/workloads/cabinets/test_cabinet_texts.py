"""The cabinet's texts are valid OCPP 2.1 and tell what they were given."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.cabinets.batteries import Battery
from laconic_bench.workloads.cabinets.cabinet_texts import CabinetTexts, Event, token
from tests.support.ocpp_schemas import check
from tests.support.workload_life import CALENDAR

TEXTS = CabinetTexts(CALENDAR)
EVENT = Event(
    "Updated",
    "MeterValuePeriodic",
    "",
    61_000,
    4,
    "60375302-8fbe-4e03-8a35-7568e2934bf1",
    "Charging",
    None,
    3,
    84.53,
    118_612.74,
    83.9,
    12.0,
)


@given(st.integers(0, 10**8 - 1), st.sampled_from(["PowerUp", "Watchdog"]))
def test_boots_are_valid(serial: int, reason: str) -> None:
    check(2, "BootNotification", TEXTS.boot(reason, serial, "4.0.0"), "2.1")


@given(st.lists(st.sampled_from(["Available", "Occupied"]), min_size=1, max_size=12))
def test_slot_states_are_valid_events(states: list[str]) -> None:
    text = TEXTS.slot_states(40, 61_000, list(enumerate(states, start=1)))
    check(2, "NotifyEvent", text, "2.1")
    events = json.loads(text)["eventData"]
    assert [event["actualValue"] for event in events] == states
    assert [event["eventId"] for event in events] == list(range(40, 40 + len(states)))


@pytest.mark.parametrize(
    "event",
    [
        EVENT,
        replace(EVENT, kind="Started", trigger="CablePluggedIn", context="Transaction.Begin"),
        replace(EVENT, trigger="ChargingStateChanged", context="Other", state="SuspendedEVSE"),
        replace(EVENT, kind="Ended", trigger="EVDeparted", reason="EVDisconnected"),
        replace(EVENT, kind="Ended", trigger="AbnormalCondition", reason="PowerLoss"),
    ],
)
@pytest.mark.parametrize("offline", [False, True])
def test_transaction_events_are_valid(event: Event, offline: bool) -> None:
    text = TEXTS.transaction_event(event, offline)
    check(2, "TransactionEvent", text, "2.1")
    payload = json.loads(text)
    assert payload.get("offline", False) is offline
    assert payload["transactionInfo"].get("stoppedReason") == event.reason
    samples = payload["meterValue"][0]["sampledValue"]
    assert [sample["value"] for sample in samples] == [84.5, 118_612.7, 1_006.8, 83.9, 12.0]
    assert all(sample.get("context", "") == event.context for sample in samples)


@given(st.integers(0, 2**56 - 1), st.floats(0, 100), st.floats(820, 1_000))
def test_swaps_are_valid(card: int, soc_percent: float, health_tenths: float) -> None:
    battery = Battery(5, "EB72-24000005", health_tenths)
    text = TEXTS.swap("BatteryIn", 7, token(card), 3, battery, soc_percent)
    check(2, "BatterySwap", text, "2.1")
    (told,) = json.loads(text)["batteryData"]
    assert told["soC"] == pytest.approx(soc_percent, abs=0.051)
    assert told["soH"] == battery.health_percent


def test_streams_are_valid() -> None:
    check(2, "OpenPeriodicEventStream", TEXTS.open_stream(3, 300, 6), "2.1")
    text = TEXTS.stream(3, 61_000, 300, ["31.4", "31.5"])
    check(6, "NotifyPeriodicEventStream", text, "2.1")
    payload = json.loads(text)
    assert payload["data"] == [{"t": 0, "v": "31.4"}, {"t": 300, "v": "31.5"}]
    assert payload["basetime"] == "2026-03-02T00:01:01Z"
