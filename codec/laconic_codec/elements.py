"""The elements of an OCPP-J text: its outer array is taken apart, what is in it stays as it is."""

import json
import re
from typing import Any, Final, NamedTuple, NoReturn

from laconic_codec.errors import MessageError, MessageFault
from laconic_codec.limits import DEPTH_MAX, MESSAGE_MAX_BYTES


class Element(NamedTuple):
    """An element of the outer array."""

    text: str
    """JSON text, exactly as received."""
    value: Any
    """The same as Python reads it, but numbers stay text."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


# Control characters inside strings are refused by RFC 8259 but sent by chargers in the field
# (a NUL byte among them). The text travels as it is, so there is no reason to refuse it here.
# Numbers stay text: some are beyond what Python would convert (4,300 digits).
_DECODER: Final = json.JSONDecoder(
    parse_constant=_refuse_constant, parse_int=str, parse_float=str, strict=False
)
_SPACES: Final = " \t\n\r"
_SPACE: Final = re.compile(rf"[{_SPACES}]*")
# A string without an end reaches to the end of the text: otherwise each quote in it would be tried.
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+\\?(?:"|\Z)', re.DOTALL)
MESSAGE_TYPES: Final = {str(number): number for number in range(2, 7)}
"""By their JSON text: from CALL to SEND, see `messages`."""


def check_limits(text: str, max_bytes: int = MESSAGE_MAX_BYTES) -> None:
    """Check that an OCPP-J text is neither too long nor nested too deep.

    Raises:
        MessageError: TOO_LONG, TOO_DEEP, or NOT_JSON if it has no UTF-8.
    """
    try:
        size_bytes = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError as error:
        raise MessageError(MessageFault.NOT_JSON, "a lone surrogate has no UTF-8") from error
    if size_bytes > max_bytes:
        raise MessageError(MessageFault.TOO_LONG, f"more than {max_bytes} bytes")
    if text.count("[") + text.count("{") > DEPTH_MAX and _depth(text) > DEPTH_MAX:
        raise MessageError(MessageFault.TOO_DEEP, f"nested deeper than {DEPTH_MAX}")


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in _STRING.sub("", text):
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def split(text: str) -> list[Element]:
    """Return the elements of the outer array, each with its exact text.

    Raises:
        MessageError: NOT_JSON or NOT_ARRAY, with the message type and the message id as far as they
            could be read.
    """
    position = _skip(text, 0)
    if not text.startswith("[", position):
        _check_json(text)
        raise MessageError(MessageFault.NOT_ARRAY, "the message is not a JSON array")
    elements: list[Element] = []
    position = _skip(text, position + 1)
    if not text.startswith("]", position):
        while True:
            value, end = _decode(text, position, elements)
            elements.append(Element(text[position:end], value))
            position = _skip(text, end)
            if not text.startswith(",", position):
                break
            position = _skip(text, position + 1)
    if not text.startswith("]", position) or _skip(text, position + 1) != len(text):
        raise _not_json(elements, f"unexpected text at character {position}")
    return elements


def _skip(text: str, position: int) -> int:
    if text[position : position + 1] not in _SPACES:
        return position  # as in nearly all messages
    match = _SPACE.match(text, position)
    assert match is not None
    return match.end()


def _decode(text: str, position: int, before: list[Element]) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, position)
    except (ValueError, RecursionError) as error:
        raise _not_json(before, f"not JSON at character {position}") from error


def _check_json(text: str) -> None:
    position = _skip(text, 0)
    _, end = _decode(text, position, [])
    if _skip(text, end) != len(text):
        raise MessageError(MessageFault.NOT_JSON, f"unexpected text at character {end}")


def _not_json(elements: list[Element], detail: str) -> MessageError:
    return MessageError(
        MessageFault.NOT_JSON,
        detail,
        message_type=MESSAGE_TYPES.get(elements[0].text) if elements else None,
        message_id=text_or_none(elements, 1),
    )


def text_or_none(elements: list[Element], index: int) -> str | None:
    """Return the text that an element is; None if it is something else, or not there."""
    # A number has become text too (parse_int=str), so ask the JSON text which it was.
    if index >= len(elements) or not elements[index].text.startswith('"'):
        return None
    value: str = elements[index].value
    return None if has_lone_surrogate(value) else value


def has_lone_surrogate(text: str) -> bool:
    """Tell whether a text has no UTF-8."""
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)
