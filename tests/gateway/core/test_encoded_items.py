"""Items are encoded once, and as the codec does."""

from laconic_codec import items
from laconic_codec.items import MessageItem
from laconic_codec.messages import Call
from laconic_gateway.core.encoded_items import encoded


def test_the_second_look_finds_what_the_first_has_made() -> None:
    item = MessageItem(3, Call("", "StatusNotification", '{"connectorId":1}'))
    same = MessageItem(3, Call("", "StatusNotification", '{"connectorId":1}'))
    other = MessageItem(3, Call("", "StatusNotification", '{"connectorId": 1}'))
    assert encoded(item) == items.encode(item)
    assert encoded(same) is encoded(item)
    assert encoded(other) == items.encode(other) != encoded(item)
