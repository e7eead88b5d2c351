"""A frame in CBOR, with the meaning of every byte; see the head of `laconic_codec.frame`."""

import json
from collections.abc import Callable
from typing import Final

from laconic_codec import scalars
from laconic_codec.cbor import Cbor
from laconic_codec.frame import Direction
from laconic_codec.registry import CORE
from laconic_gateway.inspect.cbor_walk import ARRAY, BYTES, MAP, TEXT, Walk
from laconic_gateway.inspect.view import Chunk

_OPEN: Final = (
    *("epoch", "version of the profile", "registry"),
    *("oldest message of the site", "codings besides cbor"),
)
_OPENED: Final = ("epoch", "last message that is stored", "time in ms", "codings of both")
_HEADER_UP: Final = ("epoch", "number of the first item", "acknowledged")
_HEADER_DOWN: Final = (*_HEADER_UP, "backlog")
_FRAGMENT: Final = ("offset in the item", "size of the item", "data")

_KINDS: Final = (
    *("bind", "CALL, answered by the site", "CALL", "CALLRESULT", "CALLERROR"),
    *("CALLRESULTERROR", "SEND", "presence"),
)
_BIND: Final = 0
_PRESENCE: Final = 7
_ANSWERS: Final = (3, 4, 5)


def cbor_chunks(encoded: bytes, direction: Direction) -> tuple[Chunk, ...]:
    """Return the bytes of a frame that the decoder has accepted, with their meaning."""
    walk = Walk(encoded)
    entries = walk.count(lambda count: f"array of {count} entries")
    walk.depth = 1
    kind = walk.value(lambda value: _frame_kind(value, direction))
    names = _field_names(kind, direction)
    for name in names:
        walk.value(_named(name))
    for _ in range(entries - 1 - len(names)):
        _item(walk)
    return tuple(walk.chunks)


def _frame_kind(kind: Cbor, direction: Direction) -> str:
    opening = "open" if direction is Direction.UP else "opened"
    return f"kind of frame: {(opening, 'batch', 'fragment', 'refused')[_integer(kind)]}"


def _field_names(kind: Cbor, direction: Direction) -> tuple[str, ...]:
    is_up = direction is Direction.UP
    header = _HEADER_UP if is_up else _HEADER_DOWN
    return (_OPEN if is_up else _OPENED, header, (*header, *_FRAGMENT), ("fault",))[_integer(kind)]


def _item(walk: Walk) -> None:
    if walk.major != ARRAY:
        walk.value(lambda _: "item: void")
        return
    entries = walk.count(lambda count: f"item: array of {count} entries")
    walk.depth += 1
    code = _integer(walk.value(_item_code))
    kind = code % 8
    if kind in (_BIND, _PRESENCE):
        names = ("path", "OCPP version", "flags") if kind == _BIND else ("generation",)
        for name in names:
            walk.value(_named(name))
    elif kind in _ANSWERS:
        walk.value(_named("answers message"))
        _body(walk)
    else:
        walk.value(lambda value: f"action: {_name(value, CORE.action_name)}")
        _body(walk)
        for _ in range(entries - 3):
            walk.value(_named("message id"))
    walk.depth -= 1


def _item_code(code: Cbor) -> str:
    channel, kind = divmod(_integer(code), 8)
    return f"channel {channel}, {_KINDS[kind]}"


def _body(walk: Walk) -> None:
    if walk.major == TEXT:
        walk.value(_named("payload as text"))
    elif walk.major == ARRAY:
        walk.count(lambda _: "payload with its style")
        walk.depth += 1
        walk.value(_named("style"))
        _value(walk, None)
        walk.depth -= 1
    else:
        _value(walk, None)


def _value(walk: Walk, key: str | None) -> None:
    if walk.major == MAP:
        _object(walk)
    elif walk.major == ARRAY:
        entries = walk.count(lambda count: f"array of {count}")
        walk.depth += 1
        for _ in range(entries):
            _value(walk, key)
        walk.depth -= 1
    elif walk.major == BYTES:
        walk.value(_packed)
    else:
        walk.value(lambda value: _scalar(value, key))


def _object(walk: Walk) -> None:
    entries = walk.count(lambda count: f"object with {count} keys")
    walk.depth += 1
    for _ in range(entries):
        key = walk.value(lambda value: f"key {_name(value, CORE.key_name)}")
        walk.depth += 1
        _value(walk, CORE.key_name(key) if type(key) is int else str(key))
        walk.depth -= 1
    walk.depth -= 1


def _packed(value: Cbor) -> str:
    if not isinstance(value, bytes):
        raise AssertionError("a byte string is no byte string")
    is_number, text = scalars.unpack(value, CORE.text_name)
    return f"packed: {text if is_number else _shown(text)}"


def _scalar(value: Cbor, key: str | None) -> str:
    if type(value) is int and key in CORE.enumerated_keys:
        return f"text {value}: {_shown(CORE.text_name(value))}"
    return _shown(value)


def _name(value: Cbor, name_of: Callable[[int], str]) -> str:
    return f"{value}: {name_of(value)}" if type(value) is int else _shown(value)


def _named(name: str) -> Callable[[Cbor], str]:
    return lambda value: f"{name}: {_shown(value)}"


def _shown(value: Cbor) -> str:
    return f"{len(value)} bytes" if isinstance(value, bytes) else json.dumps(value)


def _integer(value: Cbor) -> int:
    if type(value) is not int:
        raise AssertionError("the decoder has accepted it")
    return value
