"""The answers that are put in where a trace has none."""

import pytest

from laconic_bench.model.answers import usual_answer
from laconic_bench.trace import Version
from laconic_codec.messages import Call
from tests.support.ocpp_schemas import check

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


@pytest.mark.parametrize(
    ("version", "action"),
    [
        *(("1.6", action) for action in ACTIONS_16),
        *(("2.0.1", action) for action in ACTIONS_201),
    ],
)
def test_the_answer_is_a_valid_one(version: Version, action: str) -> None:
    answer = usual_answer(Call("17", action, "{}"), version)
    assert answer.message_id == "17"
    check(3, action, answer.payload, version)
