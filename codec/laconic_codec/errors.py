"""The errors of the codec.

LaconicError
|-- MessageError         an OCPP-J text that cannot be read as a message
|-- PartError            a vendor's part of the registry that cannot be used
`-- FrameError           a frame that this decoder refuses; has a wire code
"""

from enum import IntEnum, StrEnum


class LaconicError(Exception):
    """Is the base of everything the codec raises on bad input."""


class MessageFault(StrEnum):
    """What is wrong with an OCPP-J text."""

    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    NOT_JSON = "not_json"
    NOT_ARRAY = "not_array"
    UNKNOWN_TYPE = "unknown_type"
    BAD_MESSAGE_ID = "bad_message_id"
    LONG_MESSAGE_ID = "long_message_id"
    BAD_ELEMENTS = "bad_elements"


class MessageError(LaconicError):
    """Says that an OCPP-J text cannot be read as a message, and what could be read of it."""

    def __init__(
        self,
        fault: MessageFault,
        detail: str,
        *,
        message_type: int | None = None,
        message_id: str | None = None,
    ) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail
        self.message_type = message_type
        self.message_id = message_id


class FrameFault(IntEnum):
    """Why a frame is refused. The numbers travel in a `Refused` frame."""

    MALFORMED = 1
    """Not the CBOR that the profile describes."""
    OVER_LIMIT = 2
    """A length, count or depth above its limit."""
    UNKNOWN_VERSION = 3
    """A version of the profile that this end does not speak."""
    UNKNOWN_REGISTRY = 4
    """A registry that this end does not have."""
    UNKNOWN_EPOCH = 5
    """An epoch that was never opened at this end: open a new one."""
    UNKNOWN_CHANNEL = 6
    """A channel that was not bound in this epoch: open a new one."""
    BAD_STATE = 7
    """Coded against a state that this end does not have: open a new epoch."""


class FrameError(LaconicError):
    """Says that a frame is refused, and why; nothing of it has been used."""

    def __init__(self, fault: FrameFault, detail: str) -> None:
        super().__init__(f"{fault.name.lower()}: {detail}")
        self.fault = fault
        self.detail = detail
