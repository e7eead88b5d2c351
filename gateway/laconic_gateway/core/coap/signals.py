"""Signalling of CoAP over TCP (RFC 8323, 5): what the five signals may hold, and how to say it.

An option with an odd number is critical: who does not know it must give up the connection. None
of those that exist is. Of the elective ones two matter here, the largest message that the peer
takes and how long it asks not to be called again; the others are ignored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from laconic_gateway.core.coap import framing
from laconic_gateway.core.coap.framing import Malformed, Message

MAX_MESSAGE_SIZE: Final = 2
"""Option of a CSM: the largest message that its sender takes."""
HOLD_OFF: Final = 4
"""Option of a Release: for how many seconds not to connect again."""
BAD_CSM_OPTION: Final = 2
"""Option of an Abort: the option of the CSM that was not understood."""
HOLD_OFF_LIMIT_SECONDS: Final = 600
"""Nothing protects a Release."""
_UINT_LIMIT_BYTES: Final = 4
_PAYLOAD_MARKER: Final = 0xFF


class BadOption(Exception):
    """A signal has a critical option that is not known."""

    def __init__(self, number: int) -> None:
        super().__init__(f"the critical option {number}")
        self.number = number


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a CSM says, as far as it matters."""

    max_message_bytes: int = framing.MESSAGE_LIMIT_BYTES


CSM: Final = Message(framing.CSM)
"""Ours: the defaults are what holds."""
RELEASE: Final = Message(framing.RELEASE)


def capabilities(message: Message, before: Capabilities) -> Capabilities:
    """Return what holds after a CSM. Raises: BadOption, Malformed."""
    found = _elective(message).get(MAX_MESSAGE_SIZE)
    return before if found is None else Capabilities(_uint(found))


def hold_off_seconds(message: Message) -> int:
    """Return how long the sender of a Release does not want a connection. Raises: as above."""
    found = _elective(message).get(HOLD_OFF)
    return 0 if found is None else min(_uint(found), HOLD_OFF_LIMIT_SECONDS)


def check(message: Message) -> None:
    """Refuse a signal with a critical option. Raises: BadOption, Malformed."""
    _elective(message)


def pong(ping: Message) -> Message:
    """Return the answer to a Ping. Nothing is held back here, so Custody asks for nothing."""
    return Message(framing.PONG, ping.token)


def abort(bad_csm_option: int | None = None) -> Message:
    """Return an Abort, with the number of an option of the CSM if that was the reason."""
    if bad_csm_option is None:
        return Message(framing.ABORT)
    value = bad_csm_option.to_bytes((bad_csm_option.bit_length() + 7) // 8, "big")
    return Message(framing.ABORT, body=bytes([BAD_CSM_OPTION << 4 | len(value)]) + value)


def _elective(message: Message) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for number, value in _options(message.body):
        if number % 2:
            raise BadOption(number)
        found.setdefault(number, value)
    return found


def _options(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and value of each option (RFC 7252, 3.1). Raises: Malformed."""
    at = number = 0
    while at < len(body) and body[at] != _PAYLOAD_MARKER:
        delta, length = body[at] >> 4, body[at] & 0x0F
        delta, at_length = _extended(body, at + 1, delta)
        length, begin = _extended(body, at_length, length)
        at = begin + length
        if at > len(body):
            raise Malformed("an option that is cut off")
        number += delta
        yield number, body[begin:at]


def _extended(body: bytes, at: int, nibble: int) -> tuple[int, int]:
    """Return a delta or a length, and what follows it."""
    size = {13: 1, 14: 2}.get(nibble, 0)
    if nibble == 15 or at + size > len(body):
        raise Malformed("an option that is cut off")
    added = {13: 13, 14: 269}.get(nibble, nibble)
    return int.from_bytes(body[at : at + size], "big") + added, at + size


def _uint(value: bytes) -> int:
    if len(value) > _UINT_LIMIT_BYTES:
        raise Malformed("a number of more than 4 bytes")
    return int.from_bytes(value, "big")
