"""Who sends what, and since which version."""

import pytest

from laconic_bench.logs.actions import sender, version_shown
from laconic_codec.messages import Call, CallResult, Message, Send
from laconic_codec.registry import ACTION_NUMBERS
from laconic_gateway.core.site.policy import Answering, MessageClass, decide


@pytest.mark.parametrize(
    ("action", "way"),
    [
        ("Heartbeat", "up"),
        ("TransactionEvent", "up"),
        ("BatterySwap", "up"),
        ("RequestBatterySwap", "down"),
        ("GetConfiguration", "down"),
        ("NotifyAllowedEnergyTransfer", "down"),
        ("DataTransfer", None),
        ("Vendor's own", None),
    ],
)
def test_an_action_has_a_sender(action: str, way: str | None) -> None:
    assert sender(action) == way


def test_what_the_gateway_takes_for_news_of_a_charger_is_sent_by_chargers() -> None:
    """A second source: the gateway's table of message classes."""
    news = {MessageClass.STATUS, MessageClass.TELEMETRY, MessageClass.ALARM}
    for action in ACTION_NUMBERS:
        if decide(Call("1", action, "{}"), "2.1", Answering()).message_class in news:
            assert sender(action) == "up", action


@pytest.mark.parametrize(
    ("message", "version"),
    [
        (Call("1", "BootNotification", '{"chargePointModel":"M"}'), None),
        (Call("1", "BootNotification", '{"chargingStation":{}}'), "2.0.1"),
        (Call("1", "TransactionEvent", "{}"), "2.0.1"),
        (Call("1", "BatterySwap", "{}"), "2.1"),
        (Call("1", "Heartbeat", "{}"), None),
        (Call("1", "StartTransaction", "{}"), None),
        (Call("1", "Vendor's own", "{}"), None),
        (Send("1", "NotifyPeriodicEventStream", "{}"), "2.1"),
        (CallResult("1", "{}"), None),
    ],
)
def test_a_message_shows_a_version(message: Message, version: str | None) -> None:
    assert version_shown(message) == version
