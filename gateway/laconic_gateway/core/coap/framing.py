"""CoAP over TCP (RFC 8323, 3.2): messages in a stream of bytes, with limits before any parsing.

    | Len, TKL: 4 bits each | extended length: 0, 1, 2 or 4 bytes | code | token | body |

The body is what follows the token in a datagram too: options, 0xFF, payload. So a message is one
of a datagram with another header, without type and message id, and back (`of_datagram`,
`as_datagram`).
"""

from dataclasses import dataclass
from typing import Final

MESSAGE_LIMIT_BYTES: Final = 1152
"""Largest message of a peer that has announced nothing (RFC 8323, 5.3.1); none here is larger."""
TOKEN_LIMIT_BYTES: Final = 8

EMPTY: Final = 0x00
POST: Final = 0x02
CHANGED: Final = 0x44
CSM: Final = 0xE1
PING: Final = 0xE2
PONG: Final = 0xE3
RELEASE: Final = 0xE4
ABORT: Final = 0xE5
SIGNALS: Final = frozenset({CSM, PING, PONG, RELEASE, ABORT})
_CODES: Final = SIGNALS | {EMPTY, POST, CHANGED}

EMPTY_MESSAGE: Final = b"\x00\x00"
"""Says nothing (RFC 8323, 3.4); the peer ignores it, its kernel acknowledges it."""

_DATAGRAM_HEADER_BYTES: Final = 4
_NON_CONFIRMABLE: Final = 0x50
_EXTENDED: Final = {13: (1, 13), 14: (2, 269), 15: (4, 65_805)}
"""By Len: bytes of the extended length, and what is added to it."""


class Malformed(Exception):
    """The stream cannot be read on; the text says why."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a stream."""

    code: int
    token: bytes = b""
    body: bytes = b""

    def encode(self) -> bytes:
        """Return its bytes on the stream."""
        length = len(self.body)
        if length < 13:
            nibble, extended = length, b""
        elif length < 269:
            nibble, extended = 13, bytes([length - 13])
        else:
            nibble, extended = 14, (length - 269).to_bytes(2, "big")
        head = bytes([nibble << 4 | len(self.token)])
        return head + extended + bytes([self.code]) + self.token + self.body

    def as_datagram(self) -> bytes:
        """Return the same as a non-confirmable message of a datagram; its message id is 0."""
        head = bytes([_NON_CONFIRMABLE | len(self.token), self.code, 0, 0])
        return head + self.token + self.body


def of_datagram(datagram: bytes) -> bytes:
    """Return the bytes on a stream of a message that was encoded for a datagram."""
    token_end = _DATAGRAM_HEADER_BYTES + (datagram[0] & 0x0F)
    token = datagram[_DATAGRAM_HEADER_BYTES:token_end]
    return Message(datagram[1], token, datagram[token_end:]).encode()


class Reader:
    """Cuts a stream into messages; keeps no more than one unfinished message."""

    def __init__(self) -> None:
        self._rest = bytearray()

    @property
    def unfinished_bytes(self) -> int:
        """How much of a message has come that is not complete."""
        return len(self._rest)

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes in pieces of any size; return the messages that are complete.

        Raises:
            Malformed: what follows cannot be a message of this profile. The messages before it
                are lost: nothing can be taken from such a stream.
        """
        self._rest += data
        messages: list[Message] = []
        begin = 0
        while (found := _message_at(self._rest, begin)) is not None:
            message, begin = found
            messages.append(message)
        del self._rest[:begin]
        return messages


def _message_at(data: bytearray, begin: int) -> tuple[Message, int] | None:
    """Return the message that begins there and where it ends; None: it is not complete.

    What is forbidden is seen as early as possible: a length before its content comes.
    """
    if begin >= len(data):
        return None
    nibble, token_bytes = data[begin] >> 4, data[begin] & 0x0F
    if token_bytes > TOKEN_LIMIT_BYTES:
        raise Malformed(f"a token of {token_bytes} bytes")
    extended_bytes, added = _EXTENDED.get(nibble, (0, nibble))
    code_at = begin + 1 + extended_bytes
    if nibble == 15:
        raise Malformed("a message of more than 65,804 bytes")
    if code_at > len(data):
        return None
    body_bytes = int.from_bytes(data[begin + 1 : code_at], "big") + added
    end = code_at + 1 + token_bytes + body_bytes
    if end - begin > MESSAGE_LIMIT_BYTES:
        raise Malformed(f"a message of {end - begin} bytes")
    if code_at < len(data):
        _check(data[code_at], token_bytes, body_bytes)
    if end > len(data):
        return None
    token_end = code_at + 1 + token_bytes
    message = Message(
        data[code_at], bytes(data[code_at + 1 : token_end]), bytes(data[token_end:end])
    )
    return message, end


def _check(code: int, token_bytes: int, body_bytes: int) -> None:
    if code not in _CODES:
        raise Malformed(f"the code {code >> 5}.{code & 0x1F:02}")
    if code == EMPTY and (token_bytes or body_bytes):
        raise Malformed("an empty message with content")
    if code in (POST, CHANGED) and not body_bytes:
        raise Malformed("a message without protection")
