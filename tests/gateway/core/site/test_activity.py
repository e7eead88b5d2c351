"""Whether a command is likely, from the messages of the chargers."""

import pytest

from laconic_codec.messages import Call, CallResult, Message
from laconic_gateway.core.site.activity import (
    COMMAND_SECONDS,
    DRIVER_SECONDS,
    TRANSACTION_SILENCE_SECONDS,
    TRANSACTIONS_MAX,
    Activity,
)

QUIET = float("-inf")
START = Call("", "StartTransaction", '{"connectorId":1,"idTag":"A"}')
STOP = Call("", "StopTransaction", '{"transactionId":7}')
METER = Call("", "MeterValues", '{"connectorId":1,"transactionId":7,"meterValue":[]}')


def event(kind: str, transaction: str = "t1", more: str = "") -> Call:
    info = f'"transactionInfo":{{"transactionId":"{transaction}"}}'
    return Call("", "TransactionEvent", f'{{"eventType":"{kind}",{info}{more}}}')


def after(*messages: Message) -> Activity:
    activity = Activity()
    for message in messages:
        activity.heard("CP1", message, 0.0)
    return activity


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        (Call("", "Authorize", "{}"), DRIVER_SECONDS),
        (Call("", "BatterySwap", "{}"), DRIVER_SECONDS),
        (Call("", "BootNotification", "{}"), COMMAND_SECONDS),
        (Call("", "StatusNotification", '{"status":"Preparing"}'), DRIVER_SECONDS),
        (Call("", "StatusNotification", '{"connectorStatus":"Occupied"}'), DRIVER_SECONDS),
        (START, TRANSACTION_SILENCE_SECONDS),
        (METER, TRANSACTION_SILENCE_SECONDS),
        (event("Started"), TRANSACTION_SILENCE_SECONDS),
        (Call("", "StatusNotification", '{"status":"Available"}'), QUIET),
        (Call("", "MeterValues", '{"connectorId":1}'), QUIET),
        (Call("", "Heartbeat", "{}"), QUIET),
        (Call("", "StatusNotification", "[]"), QUIET),
        (Call("", "StatusNotification", "nothing"), QUIET),
        (CallResult("", "{}"), QUIET),
    ],
    ids=str,
)
def test_what_makes_a_command_likely_and_for_how_long(message: Message, seconds: float) -> None:
    assert after(message).until() == seconds


@pytest.mark.parametrize(
    "messages",
    [
        (START, METER, STOP),
        (START, STOP),
        (METER, STOP),
        (event("Started"), event("Updated"), event("Ended")),
    ],
)
def test_a_transaction_that_has_ended_leaves_a_driver_for_a_while(
    messages: tuple[Message, ...],
) -> None:
    assert after(*messages).until() == DRIVER_SECONDS


def test_the_end_of_one_transaction_is_not_that_of_another() -> None:
    other = Call("", "MeterValues", '{"connectorId":2,"transactionId":8}')
    assert after(METER, other, STOP).until() == TRANSACTION_SILENCE_SECONDS
    assert after(event("Started"), event("Ended", "t2")).until() == TRANSACTION_SILENCE_SECONDS


def test_a_free_connector_has_no_transaction() -> None:
    free = Call("", "StatusNotification", '{"connectorId":1,"status":"Available"}')
    assert after(METER, free).until() == QUIET


def test_a_charger_that_is_gone_is_not_waited_for() -> None:
    activity = after(METER)
    activity.heard("CP2", METER, 5.0)
    activity.left("CP2")
    assert activity.until() == TRANSACTION_SILENCE_SECONDS
    activity.left("CP1")
    assert activity.until() == QUIET


def test_a_command_is_followed_by_others() -> None:
    activity = Activity()
    activity.command(100.0)
    assert activity.until() == 100.0 + COMMAND_SECONDS


def test_not_everything_is_remembered_for_ever() -> None:
    activity = Activity()
    for number in range(TRANSACTIONS_MAX + 10):
        activity.heard("CP1", event("Started", f"t{number}"), float(number))
    for number in range(10, TRANSACTIONS_MAX + 10):
        activity.heard("CP1", event("Ended", f"t{number}"), 0.0)
    assert activity.until() == DRIVER_SECONDS
