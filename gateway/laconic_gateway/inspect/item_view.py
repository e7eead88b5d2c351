"""Items in words."""

from laconic_codec.items import Bind, Item, MessageItem, Presence
from laconic_codec.messages import Call, CallError, CallResult, Send, payload_of
from laconic_gateway.inspect.view import ItemView


def item_view(item: Item, number: int | None, bits: float | None = None) -> ItemView:
    """Return what is told of an item."""
    match item:
        case Bind():
            return ItemView(_bind(item), item.channel, number, "", bits)
        case Presence():
            state = "connected" if item.connected else "gone"
            what = f"presence: {state}, generation {item.generation}"
            return ItemView(what, item.channel, number, "", bits)
        case MessageItem():
            text = payload_of(item.message)
            return ItemView(_message(item), item.channel, number, text, bits)
        case _:
            return ItemView("void: the place of a message that is gone", None, number, "", bits)


def _bind(item: Bind) -> str:
    heartbeats = "" if item.recreate_heartbeats else ", heartbeats travel"
    ids = ", message ids travel" if item.preserve_ids else ""
    express = ", express" if item.express else ""
    return f"bind: {item.path}, OCPP {item.version}{heartbeats}{ids}{express}"


def _message(item: MessageItem) -> str:
    message = item.message
    if isinstance(message, Call | Send):
        kind = "SEND" if isinstance(message, Send) else "CALL"
        answered = ", answered by the site" if item.answered else ""
        message_id = f", id {message.message_id}" if message.message_id else ""
        return f"{kind} {message.action}{answered}{message_id}"
    if isinstance(message, CallResult):
        return f"CALLRESULT to message {item.reference}"
    kind = "CALLERROR" if isinstance(message, CallError) else "CALLRESULTERROR"
    return f"{kind} to message {item.reference}"
