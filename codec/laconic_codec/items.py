"""Items: what a frame is made of, each a CBOR array that starts with channel and kind.

A *channel* is a small number that stands for one charger and OCPP version in one epoch. Every item
of a batch has a sequence number in its direction, also those that describe the state of a charger:
so they keep their place among the messages.

    item = [code, ...]            code = channel * 8 + kind
    kind 0  bind                  [code, path, version, flags]
    kind 1  answered CALL         [code, action, body, ? message-id]   the site has answered it
    kind 2  CALL                  [code, action, body, ? message-id]
    kind 3  CALLRESULT            [code, reference, body]
    kind 4  CALLERROR             [code, reference, body]      body of [code, description, details]
    kind 5  CALLRESULTERROR       [code, reference, body]
    kind 6  SEND                  [code, action, body, ? message-id]
    kind 7  presence              [code, generation]
    null                          void: the place of a message that is gone

A `reference` names a CALL. It counts the messages and voids of an epoch in one direction, from 0,
and leaves out bind and presence; it is negative for a CALL of an earlier epoch. On an express
channel it counts the express messages instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeGuard

from laconic_codec import cbor, payload, zstd_coding
from laconic_codec.cbor import Cbor
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.limits import (
    CHANNEL_MAX,
    ITEM_MAX_BYTES,
    MESSAGE_ID_MAX_CHARACTERS,
    MESSAGE_MAX_BYTES,
    PATH_MAX_CHARACTERS,
)
from laconic_codec.messages import Call, CallError, CallResult, CallResultError, Message, Send
from laconic_codec.registry import CORE, Registry

VERSIONS: Final = ("1.6", "2.0.1", "2.1")
"""OCPP versions by number in a bind item."""


@dataclass(frozen=True, slots=True)
class Bind:
    """Says which charger a channel stands for."""

    channel: int
    path: str
    """Path of the charger's URL, exactly as the charger asked for it."""
    version: str
    recreate_heartbeats: bool = True
    """The site answers this charger's heartbeats; the expander re-creates them."""
    preserve_ids: bool = False
    """Message ids travel, in both directions, instead of being made anew."""
    express: bool = False
    """Messages of this channel overtake what waits: nobody stores them, and they have no place in
    the stream of messages that lasts beyond the epoch."""

    @property
    def flags(self) -> int:
        """Return the flags as one number."""
        return self.recreate_heartbeats + 2 * self.preserve_ids + 4 * self.express


@dataclass(frozen=True, slots=True)
class Presence:
    """Says whether a charger is connected; the highest generation of an epoch is the truth."""

    channel: int
    generation: int
    """Counts connects and disconnects: odd while connected."""

    @property
    def connected(self) -> bool:
        """Tell whether the charger is connected."""
        return self.generation % 2 == 1


@dataclass(frozen=True, slots=True)
class MessageItem:
    """One OCPP message on its way."""

    channel: int
    message: Message
    """Its message id is empty unless the id itself travels."""
    reference: int = 0
    """For answers: which CALL of the other direction they answer. For a CALLRESULTERROR: the CALL
    of its own direction whose answer it complains about."""
    answered: bool = False
    """For a CALL: the site has answered it, the answer of the CSMS does not travel back."""


@dataclass(frozen=True, slots=True)
class Void:
    """Takes the place of a message and says nothing."""


Item = Bind | Presence | MessageItem | Void


def encode(item: Item, registry: Registry = CORE) -> bytes:
    """Return the CBOR of an item.

    Raises:
        ValueError: an OCPP version that the profile does not know, or a text with lone
            surrogates, which has no UTF-8. Nothing that `messages.parse` returns has them.
    """
    return cbor.dump(_to_cbor(item, registry))


def decode(encoded: bytes, registry: Registry = CORE) -> Item:
    """Return the item in a CBOR text, which may have been compressed; fragments carry it so.

    Raises:
        FrameError: MALFORMED or OVER_LIMIT.
    """
    if encoded and encoded[0] == zstd_coding.MARK:
        encoded = zstd_coding.decompress(encoded, ITEM_MAX_BYTES)
    if len(encoded) > ITEM_MAX_BYTES:
        raise FrameError(FrameFault.OVER_LIMIT, f"an item of {len(encoded)} bytes")
    return from_cbor(cbor.load(encoded), registry)


def is_escape(encoded: bytes) -> bool:
    """Tell whether an encoded item carries its payload as plain text (for counters)."""
    value = cbor.load(encoded)
    return isinstance(value, list) and len(value) > 2 and payload.is_escape(value[2])


def from_cbor(value: Cbor, registry: Registry = CORE) -> Item:
    """Return the item of a CBOR value.

    Raises:
        FrameError: MALFORMED or OVER_LIMIT.
    """
    if value is None:
        return Void()
    if not isinstance(value, list) or len(value) < 2 or type(value[0]) is not int or value[0] < 0:
        raise FrameError(FrameFault.MALFORMED, "not an item")
    channel, kind = divmod(value[0], 8)
    if channel > CHANNEL_MAX:
        raise FrameError(FrameFault.OVER_LIMIT, f"channel {channel}")
    try:
        return _KINDS[kind](channel, kind, value[1:], registry)
    except (ValueError, TypeError, RecursionError) as error:
        raise FrameError(FrameFault.MALFORMED, f"kind {kind}: {error}") from error


def _to_cbor(item: Item, registry: Registry) -> Cbor:
    if isinstance(item, Void):
        return None
    if isinstance(item, Bind):
        return [item.channel * 8, item.path, VERSIONS.index(item.version), item.flags]
    if isinstance(item, Presence):
        return [item.channel * 8 + 7, item.generation]
    message = item.message
    code = item.channel * 8 + kind_of(item)
    if isinstance(message, Call | Send):
        action = registry.action_numbers.get(message.action, message.action)
        message_id: list[Cbor] = [message.message_id] if message.message_id else []
        return [code, action, payload.encode(message.payload, registry), *message_id]
    if isinstance(message, CallResult):
        return [code, item.reference, payload.encode(message.payload, registry)]
    return [code, item.reference, payload.encode(message.arguments, registry)]


def kind_of(item: MessageItem) -> int:
    """Return the number of the kind of a message item."""
    match item.message:
        case Call():
            return 1 if item.answered else 2
        case CallResult():
            return 3
        case CallError():
            return 4
        case CallResultError():
            return 5
        case Send():
            return 6


def bind_of(channel: int, fields: Sequence[object]) -> Bind:
    """Return a bind of its fields path, version and flags.

    Raises:
        ValueError: they are none.
    """
    path, version, flags = fields
    if not isinstance(path, str) or not 0 < len(path) <= PATH_MAX_CHARACTERS:
        raise ValueError("no path")
    if type(version) is not int or not 0 <= version < len(VERSIONS):
        raise ValueError("no such version")
    if type(flags) is not int or flags not in range(8):
        raise ValueError("no such flags")
    told = (bool(flags & bit) for bit in (1, 2, 4))
    return Bind(channel, path, VERSIONS[version], *told)


def _presence(channel: int, _: int, fields: list[Cbor], __: Registry) -> Item:
    (generation,) = fields
    if not _is_count(generation):
        raise ValueError("no generation")
    return Presence(channel, generation)


def _request(channel: int, kind: int, fields: list[Cbor], registry: Registry) -> Item:
    action, body, *rest = fields
    message_id = rest[0] if rest else ""
    if len(rest) > 1 or not isinstance(message_id, str):
        raise ValueError("no message id")
    if len(message_id) > MESSAGE_ID_MAX_CHARACTERS:
        raise ValueError("a message id that is too long")
    if type(action) is int:
        action = registry.action_name(action)
    if not isinstance(action, str):
        raise ValueError("no action")
    text = _text(body, registry)
    if kind == 6:
        return MessageItem(channel, Send(message_id, action, text))
    return MessageItem(channel, Call(message_id, action, text), answered=kind == 1)


def _answer(channel: int, kind: int, fields: list[Cbor], registry: Registry) -> Item:
    reference, body = fields
    if type(reference) is not int or abs(reference) >= 2**63:
        raise ValueError("no reference")
    text = _text(body, registry)
    if kind == 3:
        return MessageItem(channel, CallResult("", text), reference)
    if not (text.startswith("[") and text.endswith("]")):
        raise ValueError("the arguments of an error are no array")
    if kind == 4:
        return MessageItem(channel, CallError("", text), reference)
    return MessageItem(channel, CallResultError("", text), reference)


def _text(body: Cbor, registry: Registry) -> str:
    text = payload.decode(body, registry)
    if len(text.encode()) > MESSAGE_MAX_BYTES:
        raise FrameError(FrameFault.OVER_LIMIT, f"a payload of {len(text)} characters")
    return text


def _is_count(field: Cbor) -> TypeGuard[int]:
    return type(field) is int and 0 <= field < 2**63


def _bind(channel: int, _: int, fields: list[Cbor], __: Registry) -> Item:
    return bind_of(channel, fields)


_KINDS: Final = (_bind, _request, _request, _answer, _answer, _answer, _request, _presence)
