"""OCPP-J messages: text to message and back, with nothing lost.

A message keeps its payload as the JSON text that was received. Only the envelope
(message type, message id, action) is taken apart (OCPP-J 1.6 and 2.1, section 4.2).
"""

from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Final

from laconic_codec.elements import (
    MESSAGE_TYPES,
    Element,
    check_limits,
    has_lone_surrogate,
    split,
    text_or_none,
)
from laconic_codec.errors import MessageError, MessageFault
from laconic_codec.limits import MESSAGE_ID_MAX_CHARACTERS, MESSAGE_MAX_BYTES

CALL: Final = 2
CALLRESULT: Final = 3
CALLERROR: Final = 4
CALLRESULTERROR: Final = 5
SEND: Final = 6

RECENT_MESSAGES: Final = 64
"""Several parts of a gateway parse a text, one after the other: so many are remembered ..."""
RECENT_MAX_BYTES: Final = 8_192
"""... that are certainly no longer than this."""
_CHARACTER_MAX_BYTES: Final = 4
"""Of UTF-8."""


@dataclass(frozen=True, slots=True)
class Call:
    """A CALL: a request that is answered by a CALLRESULT or a CALLERROR."""

    message_id: str
    action: str
    payload: str
    """JSON text, exactly as received."""

    def to_text(self) -> str:
        """Return the OCPP-J text."""
        return f"[2,{_quote(self.message_id)},{_quote(self.action)},{self.payload}]"


@dataclass(frozen=True, slots=True)
class CallResult:
    """A CALLRESULT: the answer to a CALL."""

    message_id: str
    payload: str
    """JSON text, exactly as received."""

    def to_text(self) -> str:
        """Return the OCPP-J text."""
        return f"[3,{_quote(self.message_id)},{self.payload}]"


@dataclass(frozen=True, slots=True)
class CallError:
    """A CALLERROR: the CALL could not be processed."""

    message_id: str
    arguments: str
    """JSON text of an array with the elements after the message id, each exactly as received:
    error code, description and details. Chargers in the field leave some of them out."""

    @property
    def code(self) -> str:
        """Return the error code, or an empty string if there is none."""
        return _first_text(self.arguments)

    def to_text(self) -> str:
        """Return the OCPP-J text."""
        return _error_text(CALLERROR, self.message_id, self.arguments)


@dataclass(frozen=True, slots=True)
class CallResultError:
    """A CALLRESULTERROR (OCPP 2.1): the CALLRESULT could not be processed."""

    message_id: str
    arguments: str
    """As in `CallError`."""

    @property
    def code(self) -> str:
        """Return the error code, or an empty string if there is none."""
        return _first_text(self.arguments)

    def to_text(self) -> str:
        """Return the OCPP-J text."""
        return _error_text(CALLRESULTERROR, self.message_id, self.arguments)


@dataclass(frozen=True, slots=True)
class Send:
    """A SEND (OCPP 2.1): a message that nobody answers."""

    message_id: str
    action: str
    payload: str
    """JSON text, exactly as received."""

    def to_text(self) -> str:
        """Return the OCPP-J text."""
        return f"[6,{_quote(self.message_id)},{_quote(self.action)},{self.payload}]"


Message = Call | CallResult | CallError | CallResultError | Send


def payload_of(message: Message) -> str:
    """Return the JSON text of what a message carries: its payload, or the array of an error."""
    if isinstance(message, CallError | CallResultError):
        return message.arguments
    return message.payload


def call_error(message_id: str, code: str, description: str = "") -> CallError:
    """Return a CALLERROR of our own making, without details."""
    return CallError(message_id, f"[{_quote(code)},{_quote(description)},{{}}]")


def parse(text: str, max_bytes: int = MESSAGE_MAX_BYTES) -> Message:
    """Return the message in an OCPP-J text of at most `max_bytes` bytes of UTF-8.

    Raises:
        MessageError: the text is not a message. The error carries the message type and the
            message id as far as they could be read, for the answer that OCPP-J asks for.
    """
    if len(text) * _CHARACTER_MAX_BYTES <= min(max_bytes, RECENT_MAX_BYTES):
        return _parse_short(text)
    check_limits(text, max_bytes)
    return _parse(text)


@lru_cache(maxsize=RECENT_MESSAGES)
def _parse_short(text: str) -> Message:
    check_limits(text)
    return _parse(text)


def _parse(text: str) -> Message:
    elements = split(text)
    message_type = _message_type(elements)
    message_id = _message_id(elements, message_type)
    if message_type in (CALL, SEND):
        action, payload = _action_and_payload(elements, message_type, message_id)
        if message_type == CALL:
            return Call(message_id, action, payload)
        return Send(message_id, action, payload)
    if message_type == CALLRESULT:
        if len(elements) != 3:
            raise _bad_elements("a CALLRESULT has 3 elements", elements, message_type, message_id)
        return CallResult(message_id, elements[2].text)
    arguments = "[" + ",".join(element.text for element in elements[2:]) + "]"
    if not 3 <= len(elements) <= 5:
        raise _bad_elements("a CALLERROR has 5 elements", elements, message_type, message_id)
    if message_type == CALLERROR:
        return CallError(message_id, arguments)
    return CallResultError(message_id, arguments)


def _message_type(elements: list[Element]) -> int:
    if not elements:
        raise MessageError(MessageFault.BAD_ELEMENTS, "the message is an empty array")
    known = MESSAGE_TYPES.get(elements[0].text)
    if known is None:
        raise MessageError(
            MessageFault.UNKNOWN_TYPE,
            "the message type is none of 2, 3, 4, 5, 6",
            message_id=text_or_none(elements, 1),
        )
    return known


def _message_id(elements: list[Element], message_type: int) -> str:
    message_id = text_or_none(elements, 1)
    if message_id is None:
        raise MessageError(
            MessageFault.BAD_MESSAGE_ID, "the message id is not a text", message_type=message_type
        )
    if len(message_id) > MESSAGE_ID_MAX_CHARACTERS:
        raise MessageError(
            MessageFault.LONG_MESSAGE_ID,
            f"the message id is longer than {MESSAGE_ID_MAX_CHARACTERS} characters",
            message_type=message_type,
            message_id=message_id,
        )
    return message_id


def _action_and_payload(
    elements: list[Element], message_type: int, message_id: str
) -> tuple[str, str]:
    action = text_or_none(elements, 2)
    if len(elements) != 4 or action is None:
        raise _bad_elements(
            "the elements are message type, id, action, payload", elements, message_type, message_id
        )
    return action, elements[3].text


def _bad_elements(
    rule: str, elements: list[Element], message_type: int, message_id: str
) -> MessageError:
    return MessageError(
        MessageFault.BAD_ELEMENTS,
        f"{rule}, this one has {len(elements)} elements",
        message_type=message_type,
        message_id=message_id,
    )


def _first_text(arguments: str) -> str:
    try:
        return text_or_none(split(arguments), 0) or ""
    except MessageError:
        return ""


def _error_text(message_type: int, message_id: str, arguments: str) -> str:
    rest = arguments[1:-1]
    return f"[{message_type},{_quote(message_id)}{',' if rest else ''}{rest}]"


def _quote(text: str) -> str:
    # A lone surrogate can only be written as an escape: it has no UTF-8.
    return encode_basestring_ascii(text) if has_lone_surrogate(text) else encode_basestring(text)
