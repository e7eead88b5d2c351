# pyright: basic
"""CoAP messages under OSCORE, between bytes and meaning; the only core module that touches aiocoap.

Every request is a POST to the root and every response a 2.04, both without options of their
own, so that nothing but the OSCORE option stands between header and ciphertext.
"""

from dataclasses import dataclass
from typing import Any, Final

import aiocoap
from aiocoap import oscore
from aiocoap.numbers.optionnumbers import OptionNumber

from laconic_gateway.core.coap.events import SecurityContext

DATAGRAM_LIMIT_BYTES: Final = 1280
HEADER_BYTES: Final = 4
TOKEN_LIMIT_BYTES: Final = 8
NO_RESPONSE_AT_ALL: Final = 26
"""Value of No-Response: no answer of any class is wanted (RFC 7967, 2.1)."""

CON: Final = int(aiocoap.CON)
NON: Final = int(aiocoap.NON)
ACK: Final = int(aiocoap.ACK)

_EMPTY: Final = int(aiocoap.EMPTY)
_POST: Final = int(aiocoap.POST)
_CHANGED: Final = int(aiocoap.CHANGED)
_UNAUTHORIZED: Final = int(aiocoap.UNAUTHORIZED)
_CODES: Final = frozenset({_EMPTY, _POST, _CHANGED})
_OPTIONS: Final = frozenset(int(number) for number in OptionNumber)
_PAYLOAD_MARKER: Final = 0xFF


class Refused(Exception):
    """A protected message that is not accepted; `reason` is the name of a counter."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Challenged(Exception):
    """A request that verifies, but whose freshness the peer has to prove (RFC 8613, B.1.2)."""

    def __init__(self, challenge: Any) -> None:
        super().__init__("echo_challenge")
        self.challenge = challenge


@dataclass(frozen=True, slots=True)
class Parsed:
    """A datagram with the form of a CoAP message that this layer could have sent."""

    type: int
    code: int
    message_id: int
    token: bytes
    protected: bool
    kid: bytes | None
    partial_iv: bytes
    message: Any

    @property
    def is_empty_ack(self) -> bool:
        return self.type == ACK and self.code == _EMPTY

    @property
    def is_request(self) -> bool:
        return self.type in (CON, NON) and self.code == _POST

    @property
    def is_response(self) -> bool:
        return self.code == _CHANGED


@dataclass(frozen=True, slots=True)
class SealedRequest:
    """A protected request, ready to send, and what is needed to open its response."""

    datagram: bytes
    binding: Any
    sequence: int


@dataclass(frozen=True, slots=True)
class OpenedRequest:
    """A verified, fresh request, and what is needed to protect its response."""

    payload: bytes
    binding: Any
    wants_answer: bool
    """False if it says so by No-Response (RFC 7967)."""


@dataclass(frozen=True, slots=True)
class OpenedResponse:
    """A verified response: the answer, or the Echo value of a challenge."""

    payload: bytes
    echo: bytes | None


def parse(datagram: bytes) -> Parsed | None:
    """Return the parsed datagram, or None for anything that this layer never sends."""
    if not _plausible(datagram):
        return None
    try:
        message: Any = aiocoap.Message.decode(datagram)
        cose = {} if message.opt.oscore is None else oscore.verify_start(message)
    except Exception:  # aiocoap's parser raises nearly everything on hostile input
        return None
    return Parsed(
        type=int(message.mtype),
        code=int(message.code),
        message_id=message.mid,
        token=message.token,
        protected=message.opt.oscore is not None,
        kid=cose.get(oscore.COSE_KID),
        partial_iv=cose.get(oscore.COSE_PIV, b""),
        message=message,
    )


def _plausible(datagram: bytes) -> bool:
    """Tell cheaply whether parsing is worth the time (RFC 7252, section 3)."""
    if not HEADER_BYTES <= len(datagram) <= DATAGRAM_LIMIT_BYTES:
        return False
    token_bytes = datagram[0] & 0x0F
    if datagram[0] >> 6 != 1 or token_bytes > TOKEN_LIMIT_BYTES or datagram[1] not in _CODES:
        return False
    if datagram[1] == _EMPTY:
        return len(datagram) == HEADER_BYTES and token_bytes == 0
    return _has_known_options(datagram, HEADER_BYTES + token_bytes)


def _has_known_options(datagram: bytes, at: int) -> bool:
    """Walk over the options (RFC 7252, 3.1); only numbers that aiocoap has a name for are let in.

    For any other number aiocoap makes a name and keeps it for ever, so that strangers could fill
    the memory. Nothing that is sent here has such an option.
    """
    number, start = 0, at
    while at < len(datagram) and datagram[at] != _PAYLOAD_MARKER:
        head = datagram[at]
        delta, at = _extended(datagram, head >> 4, at + 1)
        length, at = _extended(datagram, head & 0x0F, at)
        number, at = number + delta, at + length
        if number not in _OPTIONS:
            return False
    return start < len(datagram) and at <= len(datagram)


def _extended(datagram: bytes, nibble: int, at: int) -> tuple[int, int]:
    """Return the value of an option's delta or length, and where it goes on."""
    if nibble < 13:
        return nibble, at
    more = 1 if nibble == 13 else 2
    return int.from_bytes(datagram[at : at + more], "big") + (13 if more == 1 else 269), at + more


def empty_ack(message_id: int) -> bytes:
    """Return the four bytes of an acknowledgement without an answer."""
    return _encode(aiocoap.Message(code=aiocoap.EMPTY), ACK, message_id, b"")


def seal_request(
    context: SecurityContext,
    payload: bytes,
    *,
    confirmable: bool,
    message_id: int,
    token: bytes = b"",
    no_response: bool = False,
    echo: bytes | None = None,
) -> SealedRequest:
    """Protect a new request; uses up one sequence number. Raises: ContextUnavailable."""
    inner = aiocoap.Message(code=aiocoap.POST, payload=payload)
    inner.opt.echo = echo
    if no_response:
        inner.opt.no_response = NO_RESPONSE_AT_ALL
    outer, binding = context.protect(inner)
    datagram = _encode(outer, CON if confirmable else NON, message_id, token)
    return SealedRequest(datagram, binding, int.from_bytes(binding.partial_iv, "big"))


def open_request(context: SecurityContext, parsed: Parsed) -> OpenedRequest:
    """Return a fresh request. Raises: Refused, Challenged."""
    try:
        inner, binding = context.unprotect(parsed.message)
    except oscore.ReplayErrorWithEcho as challenge:
        raise Challenged(challenge) from None
    except oscore.ReplayError:
        raise Refused("replayed") from None
    except Exception:  # the same hostile input, one layer deeper
        raise Refused("unverifiable") from None
    if inner.code != _POST:
        raise Refused("unexpected_code")
    return OpenedRequest(inner.payload, binding, inner.opt.no_response is None)


def seal_challenge(challenged: Challenged, type: int, message_id: int, token: bytes) -> bytes:
    """Return the protected 4.01 with the Echo value. Raises: ContextUnavailable."""
    return _encode(challenged.challenge.to_message(), type, message_id, token)


def seal_response(
    context: SecurityContext,
    payload: bytes,
    binding: Any,
    *,
    type: int,
    message_id: int,
    token: bytes,
) -> bytes:
    """Protect the answer to the request of `binding`. Raises: ContextUnavailable."""
    inner = aiocoap.Message(code=aiocoap.CHANGED, payload=payload)
    outer, _ = context.protect(inner, binding)
    return _encode(outer, type, message_id, token)


def open_response(context: SecurityContext, parsed: Parsed, binding: Any) -> OpenedResponse:
    """Return the answer to the request of `binding`. Raises: Refused."""
    try:
        inner, _ = context.unprotect(parsed.message, binding)
    except Exception:  # not the answer to this request, or forged
        raise Refused("unverifiable") from None
    if inner.code == _CHANGED:
        return OpenedResponse(inner.payload, None)
    if inner.code == _UNAUTHORIZED and inner.opt.echo:
        return OpenedResponse(b"", inner.opt.echo)
    raise Refused("unexpected_code")


def _encode(message: Any, type: int, message_id: int, token: bytes) -> bytes:
    message.mtype, message.mid, message.token = aiocoap.Type(type), message_id, token
    return bytes(message.encode())
