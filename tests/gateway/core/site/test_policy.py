"""Who answers what: the table of OCPP's rules against every action of the schemas."""

import json

import pytest
from hypothesis import given

from laconic_codec.messages import Call, CallResult, Send
from laconic_codec.registry import EMPTY_RESPONSES, tables
from laconic_gateway.core.site.policy import (
    EMPTY_ANSWERS,
    Answer,
    Answering,
    Decision,
    EmptyAnswer,
    MessageClass,
    decide,
)
from tests.support.strategies import json_texts

LOCAL = Answering("local")
RELAY = Answering("relay")
UPDATES = Answering("local", empty_answers=frozenset({"updates"}))
ALL = Answering("local", empty_answers=EMPTY_ANSWERS)
VERSIONS = ("1.6", "2.0.1", "2.1")

DURABLE = {
    "1.6": """
        MeterValues StatusNotification SecurityEventNotification FirmwareStatusNotification
        SignedFirmwareStatusNotification DiagnosticsStatusNotification LogStatusNotification
    """,
    "2.0.1": """
        MeterValues StatusNotification SecurityEventNotification FirmwareStatusNotification
        LogStatusNotification PublishFirmwareStatusNotification ReservationStatusUpdate NotifyEvent
        NotifyReport NotifyMonitoringReport NotifyChargingLimit ClearedChargingLimit
        NotifyCustomerInformation NotifyDisplayMessages ReportChargingProfiles
    """,
    "2.1": """
        MeterValues StatusNotification SecurityEventNotification FirmwareStatusNotification
        LogStatusNotification PublishFirmwareStatusNotification ReservationStatusUpdate NotifyEvent
        NotifyReport NotifyMonitoringReport NotifyChargingLimit ClearedChargingLimit
        NotifyCustomerInformation NotifyDisplayMessages ReportChargingProfiles NotifyDERAlarm
        NotifyDERStartStop NotifyPriorityCharging ReportDERControl
    """,
}
"""What may be acknowledged before the CSMS has it, once it is on disk. Written down by hand."""

DECIDED_BY_THE_CSMS = """
    BootNotification Authorize StartTransaction StopTransaction TransactionEvent DataTransfer
    SignCertificate Get15118EVCertificate GetCertificateStatus BatterySwap
    OpenPeriodicEventStream ClosePeriodicEventStream NotifyEVChargingNeeds
""".split()


def answer(action: str, version: str, answering: Answering = LOCAL, payload: str = "{}") -> Answer:
    return decide(Call("1", action, payload), version, answering).answer


@pytest.mark.parametrize("version", VERSIONS)
def test_exactly_the_harmless_actions_are_answered_when_durable(version: str) -> None:
    durable = {a for a in tables.ACTIONS if answer(a, version) is Answer.WHEN_DURABLE}
    assert durable == set(DURABLE[version].split())


@pytest.mark.parametrize("version", VERSIONS)
def test_none_of_them_has_a_response_that_the_csms_could_fill(version: str) -> None:
    assert set(DURABLE[version].split()) <= EMPTY_RESPONSES[version]


@pytest.mark.parametrize("version", VERSIONS)
def test_only_the_heartbeat_is_answered_at_once(version: str) -> None:
    at_once = {a for a in tables.ACTIONS if answer(a, version) is Answer.NOW}
    assert at_once == {"Heartbeat"}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("action", DECIDED_BY_THE_CSMS)
def test_what_the_csms_decides_waits_for_it_at_once(action: str, version: str) -> None:
    for answering in (LOCAL, RELAY, UPDATES):
        decision = decide(Call("1", action, "{}"), version, answering)
        assert decision == Decision(Answer.CSMS, MessageClass.INTERACTIVE)


@pytest.mark.parametrize("version", VERSIONS)
def test_relay_answers_nothing_here(version: str) -> None:
    assert {answer(a, version, RELAY) for a in tables.ACTIONS} == {Answer.CSMS}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("action", ["StatusNotification-Signed", "VendorThing", "", "heartbeat"])
def test_signed_and_unknown_actions_go_to_the_csms(action: str, version: str) -> None:
    assert answer(action, version, UPDATES) is Answer.CSMS


def update(**changes: object) -> str:
    content = {"eventType": "Updated", "triggerReason": "MeterValuePeriodic"}
    return json.dumps({**content, **changes})


@pytest.mark.parametrize(
    ("payload", "version", "expected"),
    [
        (update(), "2.0.1", (Answer.WHEN_DURABLE, MessageClass.TELEMETRY)),
        (update(), "2.1", (Answer.WHEN_DURABLE, MessageClass.TELEMETRY)),
        (update(triggerReason="MeterValueClock"), "2.1", (Answer.WHEN_DURABLE, "telemetry")),
        (update(triggerReason="CablePluggedIn"), "2.1", (Answer.WHEN_DURABLE, "status")),
        (update(triggerReason="AbnormalCondition"), "2.1", (Answer.WHEN_DURABLE, "alarm")),
        (update(), "1.6", (Answer.CSMS, MessageClass.INTERACTIVE)),
        (update(eventType="Started"), "2.1", (Answer.CSMS, MessageClass.INTERACTIVE)),
        (update(eventType="Ended"), "2.1", (Answer.CSMS, MessageClass.INTERACTIVE)),
        (update(idToken={"idToken": "a"}), "2.1", (Answer.CSMS, MessageClass.INTERACTIVE)),
        (update(idToken=None), "2.1", (Answer.CSMS, MessageClass.INTERACTIVE)),
        ("{}", "2.1", (Answer.CSMS, MessageClass.INTERACTIVE)),
        ("[]", "2.1", (Answer.CSMS, MessageClass.INTERACTIVE)),
        ("null", "2.1", (Answer.CSMS, MessageClass.INTERACTIVE)),
    ],
)
def test_updates_of_a_transaction_stay_here_only_by_request_and_without_a_token(
    payload: str, version: str, expected: tuple[Answer, MessageClass]
) -> None:
    call = Call("1", "TransactionEvent", payload)
    decision = decide(call, version, UPDATES)
    assert (decision.answer, decision.message_class) == expected
    assert decide(call, version, LOCAL).answer is Answer.CSMS


@pytest.mark.parametrize(("kind", "event_type"), [("starts", "Started"), ("ends", "Ended")])
@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_starts_and_ends_stay_here_only_by_request_and_without_a_token(
    kind: EmptyAnswer, event_type: str, version: str
) -> None:
    chosen = Answering("local", empty_answers=frozenset({kind}))
    call = Call("1", "TransactionEvent", update(eventType=event_type))
    with_token = Call("1", "TransactionEvent", update(eventType=event_type, idToken={}))
    here = Decision(Answer.WHEN_DURABLE, MessageClass.TRANSACTION)
    there = Decision(Answer.CSMS, MessageClass.INTERACTIVE)
    assert decide(call, version, chosen) == here
    assert decide(with_token, version, chosen) == there
    others = Answering("local", empty_answers=ALL.empty_answers - {kind})
    assert decide(call, version, others) == there


def test_a_swap_stays_here_only_by_request() -> None:
    call = Call("1", "BatterySwap", '{"eventType":"BatteryIn","idToken":{"idToken":"a"}}')
    assert decide(call, "2.1", ALL) == Decision(Answer.WHEN_DURABLE, MessageClass.TRANSACTION)
    others = Answering("local", empty_answers=ALL.empty_answers - {"swaps"})
    for answering in (LOCAL, others):
        assert decide(call, "2.1", answering).answer is Answer.CSMS


def test_of_ocpp_1_6_nothing_more_stays_here() -> None:
    for action in tables.ACTIONS:
        assert answer(action, "1.6", ALL) is answer(action, "1.6", LOCAL)


def status(**content: object) -> tuple[str, str]:
    return "StatusNotification", json.dumps(content)


def event(**content: object) -> tuple[str, str]:
    return "NotifyEvent", json.dumps({"eventData": [{"trigger": "Delta"}, content]})


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (status(status="Available", errorCode="NoError"), MessageClass.STATUS),
        (status(connectorStatus="Occupied"), MessageClass.STATUS),
        (status(errorCode="NoError", vendorErrorCode=""), MessageClass.STATUS),
        (status(errorCode="GroundFailure"), MessageClass.ALARM),
        (status(errorCode="NoError", vendorErrorCode="CX007"), MessageClass.ALARM),
        (status(status="Faulted"), MessageClass.ALARM),
        (status(connectorStatus="Faulted"), MessageClass.ALARM),
        (("StatusNotification", "no json"), MessageClass.ALARM),
        (("StatusNotification", "[]"), MessageClass.ALARM),
        (event(trigger="Periodic"), MessageClass.STATUS),
        (event(trigger="Alerting"), MessageClass.ALARM),
        (event(techCode="CX001"), MessageClass.ALARM),
        (("NotifyEvent", '{"eventData":[1]}'), MessageClass.ALARM),
        (("SecurityEventNotification", "{}"), MessageClass.ALARM),
        (("NotifyDERAlarm", "{}"), MessageClass.ALARM),
        (("MeterValues", "{}"), MessageClass.TELEMETRY),
        (("FirmwareStatusNotification", "{}"), MessageClass.STATUS),
        (("NotifyReport", "{}"), MessageClass.BACKGROUND),
    ],
)
def test_how_long_a_message_may_wait_depends_on_what_it_says(
    message: tuple[str, str], expected: MessageClass
) -> None:
    assert decide(Call("1", *message), "2.1", LOCAL).message_class is expected


def test_what_is_no_call_is_answered_by_nobody() -> None:
    send = decide(Send("1", "NotifyPeriodicEventStream", "{}"), "2.1", LOCAL)
    assert send == Decision(Answer.NOBODY, MessageClass.TELEMETRY)
    result = decide(CallResult("1", "{}"), "1.6", LOCAL)
    assert result == Decision(Answer.NOBODY, MessageClass.INTERACTIVE)


@given(json_texts())
def test_no_payload_breaks_a_decision(payload: str) -> None:
    for action in ("StatusNotification", "NotifyEvent", "TransactionEvent"):
        assert isinstance(decide(Call("1", action, payload), "2.1", UPDATES), Decision)
