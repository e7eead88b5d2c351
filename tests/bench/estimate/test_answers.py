"""An answer that a log lacks is put in; the others stay."""

from dataclasses import replace

import pytest

from laconic_bench.estimate.answers import answered
from laconic_bench.model.exchanges import Exchange
from laconic_bench.trace import Version
from laconic_codec.messages import Call, CallResult, Send, parse
from tests.support.ocpp_schemas import check
from tests.support.small_logs import charging_day

ACTIONS_16 = """
    Authorize BootNotification DataTransfer FirmwareStatusNotification Heartbeat MeterValues
    StartTransaction StatusNotification StopTransaction ChangeAvailability ChangeConfiguration
    ClearCache GetConfiguration GetLocalListVersion RemoteStartTransaction RemoteStopTransaction
    Reset SetChargingProfile TriggerMessage UpdateFirmware
""".split()
ACTIONS_201 = """
    Authorize BootNotification DataTransfer Heartbeat MeterValues NotifyEvent NotifyReport
    StatusNotification TransactionEvent SecurityEventNotification ChangeAvailability GetBaseReport
    GetLocalListVersion RequestStartTransaction RequestStopTransaction Reset TriggerMessage
""".split()


def unanswered(message: Call | Send, version: Version) -> Exchange:
    return Exchange(0.0, "CP1", version, True, message, message.to_text())


@pytest.mark.parametrize(
    ("version", "action"),
    [
        *(("1.6", action) for action in ACTIONS_16),
        *(("2.0.1", action) for action in ACTIONS_201),
    ],
)
def test_the_answer_is_a_valid_one(version: Version, action: str) -> None:
    exchange = answered(unanswered(Call("17", action, "{}"), version))
    assert exchange.answer_text is not None
    answer = parse(exchange.answer_text)
    assert isinstance(answer, CallResult)
    assert answer.message_id == exchange.answer_id == "17"
    check(3, action, answer.payload, version)


def test_what_has_an_answer_or_wants_none_stays() -> None:
    answers = charging_day().exchanges()[:20]
    assert [answered(one) for one in answers] == answers
    sent = unanswered(Send("1", "NotifyPeriodicEventStream", "{}"), "2.1")
    assert answered(sent) == sent
    assert answered(replace(answers[0], answer_text=None)).answer_text is not None
