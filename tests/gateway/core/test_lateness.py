"""Which commands do harm when they come late."""

import pytest

from laconic_codec import registry
from laconic_codec.items import Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallResult, Message, Send
from laconic_gateway.core.lateness import HARMFUL_LATE, is_harmful


def item(message: Message) -> MessageItem:
    return MessageItem(0, message)


@pytest.mark.parametrize("action", HARMFUL_LATE)
def test_every_harmful_command_is_one_of_ocpp(action: str) -> None:
    assert action in registry.ACTION_NUMBERS
    assert is_harmful(item(Call("", action, "{}")))


@pytest.mark.parametrize(
    "harmless",
    [
        Void(),
        Presence(0, 1),
        item(Send("", "Reset", "{}")),
        item(CallResult("", "{}")),
        item(Call("", "RemoteStopTransaction", "{}")),
        item(Call("", "RequestStopTransaction", "{}")),
        item(Call("", "CancelReservation", "{}")),
        item(Call("", "ChangeAvailability", "{}")),
        item(Call("", "TriggerMessage", "{}")),
    ],
)
def test_the_others_may_come_late(harmless: Item) -> None:
    assert not is_harmful(harmless)
