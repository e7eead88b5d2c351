"""Entries: items as the model sees them, and back.

An entry has a kind, an action and a JSON text. Kinds 0 to 7 are those of `items`; kind 8 is a void.
A bind is a message of kind 0 with the payload `[path, version, flags]`, a presence one of kind 7
whose payload is its generation, a void one whose payload is null.
"""

import json
from dataclasses import dataclass
from typing import Final

from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.items import VERSIONS, Bind, Item, MessageItem, Presence, Void, bind_of, kind_of
from laconic_codec.limits import MESSAGE_ID_MAX_CHARACTERS
from laconic_codec.messages import Call, CallError, CallResult, CallResultError, Send, payload_of

BIND: Final = 0
REQUESTS: Final = (1, 2, 6)
ANSWERS: Final = (3, 4, 5)
PRESENCE: Final = 7
VOID: Final = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a channel."""

    channel: int
    kind: int
    action: str = ""
    text: str = "null"
    """Payload, or the array of arguments of an error."""
    message_id: str = ""
    """Of a request; empty unless it travels."""
    reference: int = 0
    """Of an answer."""


def of_item(item: Item) -> Entry:
    """Return the entry of an item; a void stands in channel 0."""
    if isinstance(item, Void):
        return Entry(0, VOID)
    if isinstance(item, Presence):
        return Entry(item.channel, PRESENCE, text=str(item.generation))
    if isinstance(item, Bind):
        fields = [item.path, VERSIONS.index(item.version), item.flags]
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        return Entry(item.channel, BIND, text=text)
    message, kind = item.message, kind_of(item)
    if isinstance(message, Call | Send):
        return Entry(item.channel, kind, message.action, message.payload, message.message_id)
    return Entry(item.channel, kind, text=payload_of(message), reference=item.reference)


def to_item(entry: Entry) -> Item:
    """Return the item of an entry.

    Raises:
        FrameError: MALFORMED, it is none.
    """
    try:
        return _to_item(entry)
    except (ValueError, TypeError, RecursionError) as error:
        raise FrameError(FrameFault.MALFORMED, f"kind {entry.kind}: {error}") from error


def _to_item(entry: Entry) -> Item:
    channel, text = entry.channel, entry.text
    match entry.kind:
        case 0:
            return bind_of(channel, json.loads(text))
        case 1 | 2:
            call = Call(_checked_id(entry.message_id), entry.action, text)
            return MessageItem(channel, call, answered=entry.kind == 1)
        case 3:
            return MessageItem(channel, CallResult("", text), entry.reference)
        case 4:
            return MessageItem(channel, CallError("", _array(text)), entry.reference)
        case 5:
            return MessageItem(channel, CallResultError("", _array(text)), entry.reference)
        case 6:
            return MessageItem(channel, Send(_checked_id(entry.message_id), entry.action, text))
        case 7:
            return Presence(channel, _generation(text))
        case 8:
            if channel or text != "null":
                raise ValueError("a void with content")
            return Void()
        case kind:
            raise ValueError(f"no kind {kind}")


def _generation(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or int(text) >= 2**63 or str(int(text)) != text:
        raise ValueError("no generation")
    return int(text)


def _array(text: str) -> str:
    if not (text.startswith("[") and text.endswith("]")):
        raise ValueError("the arguments of an error are no array")
    return text


def _checked_id(message_id: str) -> str:
    if len(message_id) > MESSAGE_ID_MAX_CHARACTERS:
        raise ValueError("a message id that is too long")
    return message_id
