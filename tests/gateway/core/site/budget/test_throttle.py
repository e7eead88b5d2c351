"""What each rung does to each message, and what no rung touches."""

import json
from collections import Counter
from typing import Any

import pytest

from laconic_codec.messages import Call, CallError, CallResult, CallResultError, Send, parse
from laconic_gateway.core.site.budget import throttle as throttle_module
from laconic_gateway.core.site.budget.governor import Rung
from laconic_gateway.core.site.budget.throttle import (
    THINNED_INTERVAL_SECONDS,
    WIDER_FACTOR,
    Throttle,
    Treatment,
    is_protected,
)
from laconic_gateway.core.site.policy import Answer, Answering, Decision, MessageClass, decide
from tests.support.workload_life import played

LOCAL = Answering("local", frozenset({"updates"}))


def call(action: str, **fields: Any) -> Call:
    return Call("1", action, json.dumps(fields))


def values(context: str | None = None, **fields: Any) -> Call:
    sample = {"value": "1"} | ({} if context is None else {"context": context})
    meter_value = [{"timestamp": "2026-11-27T00:00:00Z", "sampledValue": [sample]}]
    return call("MeterValues", **{"connectorId": 1, **fields}, meterValue=meter_value)


def throttle(rung: Rung, *, free: bool = True) -> Throttle:
    made = Throttle()
    made.rung = rung
    made.holds = rung >= Rung.HELD
    if free:
        status = call("StatusNotification", connectorId=1, status="Available", errorCode="NoError")
        treat(made, status)
    return made


def treat(
    made: Throttle, message: Call | Send, now: float = 0.0, version: str = "1.6"
) -> Treatment:
    return made.decide("CP1", message, decide(message, version, LOCAL), now)


# --- protected


@pytest.mark.parametrize("rung", Rung)
@pytest.mark.parametrize(
    ("message", "version"),
    [
        (values(transactionId=5), "1.6"),
        (values("Transaction.Begin"), "1.6"),
        (values("Trigger"), "1.6"),
        (call("MeterValues", connectorId=1, meterValue=[{"format": "SignedData"}]), "1.6"),
        (call("MeterValues", evseId=0, meterValue=[{"signedMeterValue": {}}]), "2.0.1"),
        (Call("1", "MeterValues", '["no object"]'), "1.6"),
        (call("StartTransaction", connectorId=1), "1.6"),
        (call("StopTransaction", transactionId=1), "1.6"),
        (call("TransactionEvent", eventType="Started", triggerReason="CablePluggedIn"), "2.1"),
        (call("TransactionEvent", eventType="Updated", triggerReason="MeterValuePeriodic"), "2.1"),
        (call("Authorize", idTag="A"), "1.6"),
        (call("SecurityEventNotification", type="T"), "2.0.1"),
        (call("StatusNotification", connectorId=1, status="Faulted", errorCode="X"), "1.6"),
        (call("NotifyEvent", eventData=[{"trigger": "Alerting"}]), "2.1"),
        (call("NotifyDERAlarm"), "2.1"),
        (call("DataTransfer", vendorId="V"), "1.6"),
        (call("BatterySwap"), "2.1"),
    ],
)
def test_no_rung_touches_what_is_protected(message: Call, version: str, rung: Rung) -> None:
    made = throttle(rung)
    decision = decide(message, version, LOCAL)
    for now in (0.0, 1.0):
        assert made.decide("CP1", message, decision, now) is Treatment.SEND
    assert made.patience_seconds(message, decision.message_class, 60.0) == 60.0


@pytest.mark.parametrize("rung", Rung)
@pytest.mark.parametrize(
    "answer",
    [CallResult("1", "{}"), CallError("1", '["InternalError","",{}]'), CallResultError("1", "[]")],
)
def test_answers_to_commands_never_wait_longer(
    answer: CallResult | CallError | CallResultError, rung: Rung
) -> None:
    kind = decide(answer, "2.1", LOCAL).message_class
    assert is_protected(answer, kind)
    assert throttle(rung).patience_seconds(answer, kind, 5.0) == 5.0


@pytest.mark.parametrize("rung", Rung)
def test_what_the_csms_answers_is_sent_whatever_it_is(rung: Rung) -> None:
    made = throttle(rung)
    message = values()
    decision = decide(message, "1.6", Answering("relay"))
    assert made.decide("CP1", message, decision, 0.0) is Treatment.SEND
    assert made.decide("CP1", message, decision, 1.0) is Treatment.SEND


@pytest.mark.parametrize("rung", Rung)
def test_in_a_day_of_the_reference_site_only_plain_telemetry_is_kept_back(rung: Rung) -> None:
    made = throttle(rung)
    treated: Counter[tuple[str, Treatment]] = Counter()
    for record in played("boda-site"):
        message = parse(record.raw)
        if record.direction == "down" or not isinstance(message, Call | Send):
            continue
        decision = decide(message, record.version, LOCAL)
        now = record.time_seconds
        assert now is not None
        treatment = made.decide(record.identity, message, decision, now)
        treated[message.action, treatment] += 1
        if treatment is not Treatment.SEND:
            assert decision.message_class in (MessageClass.TELEMETRY, MessageClass.BACKGROUND)
            assert not is_protected(message, decision.message_class)
            assert "transactionId" not in message.payload
    kept = {action for action, treatment in treated if treatment is not Treatment.SEND}
    assert kept <= {"MeterValues", "NotifyReport", "NotifyPeriodicEventStream"}
    assert bool(kept) is (rung >= Rung.THINNER)


# --- telemetry


def test_below_thinner_everything_is_sent() -> None:
    for rung in (Rung.FULL, Rung.WIDER):
        made = throttle(rung)
        assert [treat(made, values(), now) for now in (0.0, 1.0)] == [Treatment.SEND] * 2


def test_one_of_each_series_is_sent_in_each_interval() -> None:
    made = throttle(Rung.THINNER)
    times = [0.0, 60.0, THINNED_INTERVAL_SECONDS - 1, THINNED_INTERVAL_SECONDS]
    expected = [Treatment.SEND, Treatment.THIN, Treatment.THIN, Treatment.SEND]
    assert [treat(made, values(), now) for now in times] == expected
    main_meter = values(connectorId=0)
    assert [treat(made, main_meter, now) for now in (0.0, 1.0)] == [Treatment.SEND, Treatment.THIN]


def test_a_connector_that_may_have_a_transaction_is_left_alone() -> None:
    made = throttle(Rung.STOPPED, free=False)
    assert treat(made, values()) is Treatment.SEND
    made = throttle(Rung.STOPPED)
    assert treat(made, values()) is Treatment.THIN
    treat(made, call("StartTransaction", connectorId=1))
    assert treat(made, values()) is Treatment.SEND


def test_a_charger_that_comes_back_is_not_known() -> None:
    made = throttle(Rung.STOPPED)
    made.connected("CP1")
    assert treat(made, values()) is Treatment.SEND


def test_streams_of_monitored_variables_are_thinned_by_stream() -> None:
    made = throttle(Rung.THINNER, free=False)

    def stream(number: int) -> Send:
        fields = {"id": number, "pending": 0, "basetime": "2026-11-27T00:00:00Z", "data": "x"}
        return Send("1", "NotifyPeriodicEventStream", json.dumps(fields))

    sent = [treat(made, stream(number), 0.0, "2.1") for number in (1, 2, 1, 2)]
    assert sent == [Treatment.SEND, Treatment.SEND, Treatment.THIN, Treatment.THIN]


def test_the_hard_cap_lets_no_plain_telemetry_through() -> None:
    made = throttle(Rung.STOPPED)
    assert treat(made, values(), 1e9) is Treatment.THIN


def test_the_memory_of_series_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle_module, "KINDS_MAX", 1)
    made = throttle(Rung.THINNER)
    assert treat(made, values(), 0.0) is Treatment.SEND
    assert treat(made, values(connectorId=0), 0.0) is Treatment.SEND
    assert treat(made, values(), 1.0) is Treatment.SEND


# --- background, patience

REPORT = call("NotifyReport", requestId=1, seqNo=0, generatedAt="2026-11-27T00:00:00Z")


def test_background_is_held_while_the_throttle_holds() -> None:
    made = throttle(Rung.HELD)
    assert treat(made, REPORT, version="2.0.1") is Treatment.HOLD
    made.rung = Rung.FULL
    assert treat(made, REPORT, version="2.0.1") is Treatment.HOLD
    made.holds = False
    assert treat(made, REPORT, version="2.0.1") is Treatment.SEND


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (values(), MessageClass.TELEMETRY),
        (REPORT, MessageClass.BACKGROUND),
        (call("StatusNotification", connectorId=1, status="Available"), MessageClass.STATUS),
    ],
)
def test_from_wider_on_the_rest_waits_longer_for_company(message: Call, kind: MessageClass) -> None:
    assert throttle(Rung.FULL).patience_seconds(message, kind, 60.0) == 60.0
    for rung in (Rung.WIDER, Rung.THINNER, Rung.HELD, Rung.STOPPED):
        assert throttle(rung).patience_seconds(message, kind, 60.0) == 60.0 * WIDER_FACTOR


def test_an_answer_of_the_gateway_at_once_travels_not_at_all() -> None:
    decision = Decision(Answer.NOW, MessageClass.STATUS)
    assert throttle(Rung.STOPPED).decide("CP1", call("Heartbeat"), decision, 0.0) is Treatment.SEND
