"""What the CoAP message layer reports, and the few types it shares with its surroundings."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

Address: TypeAlias = tuple[str, int] | tuple[str, int, int, int]
"""Where a datagram goes to or comes from, as sockets name it (IPv4 or IPv6)."""


@dataclass(frozen=True, slots=True)
class StreamId:
    """One connection of CoAP over TCP (RFC 8323); its owner numbers them and uses none twice."""

    number: int


Route: TypeAlias = Address | StreamId
"""How a peer is reached: by datagrams to an address, or over a connection."""

PAYLOAD_LIMIT_BYTES = 1024
"""Largest payload of one request or response: everything then fits an MTU of 1280."""


class SecurityContext(Protocol):
    """One OSCORE security context (RFC 8613, section 3), as far as the message layer uses it.

    `message` and `request_id` are objects of aiocoap; only `messages` looks into them.
    """

    @property
    def recipient_id(self) -> bytes:
        """The peer's sender id: the kid of its requests."""
        ...

    def protect(self, message: Any, request_id: Any = None) -> tuple[Any, Any]:
        """Encrypt; Raises: ContextUnavailable."""
        ...

    def unprotect(self, protected_message: Any, request_id: Any = None) -> tuple[Any, Any]:
        """Verify, check for replay, decrypt."""
        ...


class ContextUnavailable(Exception):
    """The security context cannot protect another message; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The timers of the message layer; all in seconds."""

    empty_ack_seconds: float = 3.0
    """How long a request may wait for its answer before it is acknowledged without one."""
    first_timeout_seconds: float = 3.0
    """The first retransmission timeout of a peer whose round trip is not known; before jitter."""
    shortest_timeout_seconds: float = 1.5
    longest_timeout_seconds: float = 8.0
    """Bounds of the first retransmission timeout when it is known, before jitter."""
    timeout_per_round_trip: float = 1.5
    """The first timeout is at least this many times the mean; see `round_trip`."""
    jitter: float = 0.25
    retransmissions: int = 4
    separate_response_seconds: float = 60.0
    """How long to wait for the answer after an empty acknowledgement."""
    stream_response_seconds: float = 30.0
    """How long to wait for the answer on a connection, which repeats by itself what is lost."""
    challenge_interval_seconds: float = 1.0
    """At most one Echo challenge per peer in this time."""


class Kind(StrEnum):
    """What one datagram is to the message layer."""

    REQUEST = "request"
    """The first transmission of a request."""
    RESPONSE = "response"
    """The answer to a request, for the first time."""
    EMPTY_ACK = "empty_ack"
    """The acknowledgement of a request without its answer (RFC 7252, 4.2)."""
    REPEATED = "repeated"
    """A request or an answer once more, byte for byte."""
    ECHO = "echo"
    """An Echo challenge, or a request that is protected again because of one (RFC 9175, 2)."""
    PROBE = "probe"
    """A probe of the link, or the answer to one."""
    TRANSPORT = "transport"
    """What TCP needs: acknowledgements, handshakes, repetitions; and the signals of RFC 8323."""
    STRAY = "stray"
    """What nobody waits for: garbage, forgeries, answers that came twice or too late."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one datagram is, and which exchange it belongs to: to account for its bytes."""

    kind: Kind
    number: int | None = None
    """Number of the exchange, or of the peer's request; None if it belongs to none."""
    asked_by_peer: bool = False
    """`number` is that of a `RequestReceived`, not that of an exchange of ours."""
    payload: bytes | None = None
    """What it carries, if that was protected, verified and not seen before."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A datagram to send."""

    datagram: bytes
    address: Address
    mark: Mark


@dataclass(frozen=True, slots=True)
class StreamOutgoing:
    """A message to send over a connection, with the header that it has there."""

    message: bytes
    stream: StreamId
    mark: Mark


STRAY = Mark(Kind.STRAY)
PROBE = Mark(Kind.PROBE)
TRANSPORT = Mark(Kind.TRANSPORT)
KEEPALIVE = Mark(Kind.REQUEST, payload=b"")
"""Of a datagram that keeps the mapping of a NAT and carries nothing."""


@dataclass(frozen=True, slots=True)
class RequestReceived:
    """A verified, fresh request; if `confirmable`, answer it with `Endpoint.respond(request)`."""

    peer: str
    request: int
    payload: bytes
    confirmable: bool
    newest: bool = True
    """No request that the peer protected later has arrived before."""
    order: int = 0
    """The higher, the later the peer has protected it."""


@dataclass(frozen=True, slots=True)
class ResponseReceived:
    """The verified answer to the request that was started as `exchange`."""

    peer: str
    exchange: int
    payload: bytes
    path_in_doubt: bool = False
    """The NAT of the peer may have kept the request away for a while."""


@dataclass(frozen=True, slots=True)
class ExchangeFailed:
    """No answer will come for `exchange`; the peer may or may not have handled the request."""

    peer: str
    exchange: int
    reason: str


@dataclass(frozen=True, slots=True)
class PeerMoved:
    """The peer's newest verified request came by another way than before."""

    peer: str
    address: Route


@dataclass(frozen=True, slots=True)
class ProbeAnswered:
    """The answer to a probe has come, after the time that the probe asked for."""

    peer: str
    exchange: int


@dataclass(frozen=True, slots=True)
class ProbeFailed:
    """No answer to a probe has come, or will."""

    peer: str
    exchange: int
    reason: str
    conclusive: bool
    """The probe was sent and its time has passed; else it says nothing about the way."""


Event: TypeAlias = (
    RequestReceived | ResponseReceived | ExchangeFailed | PeerMoved | ProbeAnswered | ProbeFailed
)
