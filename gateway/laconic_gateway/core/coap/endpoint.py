"""CoAP under OSCORE between two ends that know each other: a state machine without I/O.

The owner feeds it (`receive`, `request`, `send`, `respond`, `handle_timer`) and after each
call sends what `outgoing()` returns, acts on `events()`, and arranges for `handle_timer` at
`timer()`. Both ends may ask and answer over the same pair of addresses.

Only this much of CoAP exists here: confirmable and non-confirmable POST to the root, with
OSCORE and without a token, answers within the acknowledgement or after an empty one
(RFC 7252, 4 and 5.2; RFC 8613; RFC 9175), and the same over connections (RFC 8323), one
message of which is fed to `receive_message`. A peer is reached by the way that its newest
verified request came. Anything else is counted and dropped in silence.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final

from laconic_gateway.core.coap import framing, messages
from laconic_gateway.core.coap.events import (
    KEEPALIVE,
    PAYLOAD_LIMIT_BYTES,
    PROBE,
    STRAY,
    Address,
    ContextUnavailable,
    Event,
    ExchangeFailed,
    Mark,
    Outgoing,
    PeerMoved,
    ProbeAnswered,
    ProbeFailed,
    RequestReceived,
    ResponseReceived,
    Route,
    SecurityContext,
    StreamId,
    StreamOutgoing,
    Timing,
)
from laconic_gateway.core.coap.framing import Message
from laconic_gateway.core.coap.peer import Peers, Wire
from laconic_gateway.core.coap.prober import Prober
from laconic_gateway.core.coap.requester import Requester
from laconic_gateway.core.coap.responder import Responder

__all__ = [
    "KEEPALIVE",
    "PAYLOAD_LIMIT_BYTES",
    "PROBE",
    "Address",
    "ContextUnavailable",
    "Endpoint",
    "Event",
    "ExchangeFailed",
    "Mark",
    "Outgoing",
    "PeerMoved",
    "ProbeAnswered",
    "ProbeFailed",
    "RequestReceived",
    "ResponseReceived",
    "Route",
    "SecurityContext",
    "StreamId",
    "StreamOutgoing",
    "Timing",
]


BARE_KEEPALIVE_BYTES: Final = 1
"""Length of a datagram that says nothing and only refreshes a NAT: too short to be CoAP."""


class Endpoint:
    """One end of the link: requests to its peers, answers to theirs.

    `random` returns numbers from 0 to 1 for the jitter of timeouts; `first_message_id` should
    differ from start to start. `delay_of(payload)` tells a probe: after how many seconds it
    wants its answer, which goes to where it came from and moves no address; None for all other
    requests. Times are seconds of any monotonic clock.
    """

    def __init__(
        self,
        *,
        random: Callable[[], float],
        first_message_id: int,
        timing: Timing | None = None,
        delay_of: Callable[[bytes], float | None] = lambda payload: None,
    ) -> None:
        self._wire = Wire(
            random=random, first_message_id=first_message_id, timing=timing or Timing()
        )
        self._peers = Peers(self._wire)
        self._requester = Requester(self._wire)
        self._responder = Responder(self._wire, self._peers, delay_of)
        self._prober = Prober(self._wire)
        self._peers.on_left = self._requester.left

    @property
    def counters(self) -> Counter[str]:
        """How often each thing worth counting has happened, by reason."""
        return self._wire.counters

    def add_peer(self, name: str, context: SecurityContext, address: Route | None) -> None:
        """Make a peer known; with `address` None it has to speak first.

        Raises: ValueError if the name or the sender id of the peer is taken.
        """
        self._peers.add(name, context, address)

    def address_of(self, peer: str) -> Route | None:
        """Return how `peer` is reached at the moment. Raises: KeyError."""
        return self._peers.named(peer).address

    def peer_at(self, route: Route) -> str | None:
        """Return the name of the peer that is reached in this way, or None."""
        peer = self._peers.at(route)
        return None if peer is None else peer.name

    def move(self, peer: str, route: Route | None) -> None:
        """Reach `peer` by another route from now on; None: by none, until it speaks.

        What waits for an answer fails if the old or the new route is a connection.

        Raises: KeyError for an unknown peer.
        """
        self._peers.move(self._peers.named(peer), route)

    def lost(self, stream: StreamId) -> None:
        """Take note that a connection is gone: what waits on it fails, and gets no answer."""
        self._responder.forget(stream)
        peer = self._peers.at(stream)
        if peer is not None:
            self._peers.move(peer, None)

    def request(self, peer: str, payload: bytes, now: float, *, exchange: int) -> None:
        """Start a confirmable request; it ends in one event that bears the number `exchange`.

        Raises: ValueError if the payload is over 1,024 bytes, KeyError for an unknown peer.
        """
        self._requester.request(self._peers.named(peer), _within_limit(payload), exchange, now)

    def send(self, peer: str, payload: bytes, now: float) -> None:
        """Send a one-way message. It may get lost, and it is answered only by a challenge.

        Raises: ValueError if the payload is over 1,024 bytes, KeyError for an unknown peer.
        """
        self._requester.send(self._peers.named(peer), _within_limit(payload), now)

    def hasten(self, peer: str, exchange: int, now: float) -> None:
        """Send an unanswered request again before its time: a later one shows that it was lost.

        Nothing happens if it is answered already, or was sent less than a round trip ago.

        Raises: KeyError for an unknown peer.
        """
        self._requester.hasten(self._peers.named(peer), exchange, now)

    def abandon(self, peer: str, exchange: int) -> None:
        """Send an unanswered request no more; it ends as failed.

        Raises: KeyError for an unknown peer.
        """
        self._requester.abandon(self._peers.named(peer), exchange)

    def respond(self, request: int, payload: bytes | None, now: float) -> None:
        """Answer the confirmable request of that number; None acknowledges without an answer.

        Requests that are unknown, answered already or too long ago are counted, no more.

        Raises: ValueError if the payload is over 1,024 bytes.
        """
        answer = None if payload is None else _within_limit(payload)
        self._responder.respond(request, answer, now)

    def probe(
        self, peer: str, payload: bytes, now: float, *, exchange: int, wait_seconds: float
    ) -> None:
        """Send a probe by the second way; it ends in one event that bears the number `exchange`.

        Raises: ValueError if the payload is over 1,024 bytes, KeyError for an unknown peer.
        """
        named = self._peers.named(peer)
        self._prober.probe(named, _within_limit(payload), exchange, wait_seconds, now)

    def receive_probe(self, datagram: bytes) -> Mark:
        """Take in one datagram that came by the second way, whatever it holds."""
        return self._prober.receive(datagram)

    def receive(self, datagram: bytes, address: Address, now: float) -> Mark:
        """Take in one datagram, whatever it holds; return what it was."""
        mark = self._receive(datagram, address, now)
        self._peers.note_heard(address, now)
        return mark

    def _receive(self, datagram: bytes, address: Address, now: float) -> Mark:
        if len(datagram) == BARE_KEEPALIVE_BYTES:
            self._wire.counters["bare_keepalive"] += 1
            return KEEPALIVE
        parsed = messages.parse(datagram)
        if parsed is None:
            self._wire.counters["malformed"] += 1
        elif parsed.is_empty_ack:
            return self._requester.receive_empty_ack(parsed.message_id, address, now)
        elif not parsed.protected:
            self._wire.counters["plain_dropped"] += 1
        elif parsed.is_request:
            return self._responder.receive_request(parsed, datagram, address, now)
        elif parsed.is_response:
            return self._requester.receive_response(parsed, address, self._peers.at(address), now)
        else:
            self._wire.counters["malformed"] += 1
        return STRAY

    def receive_message(self, message: Message, stream: StreamId, now: float) -> Mark:
        """Take in one message that came over a connection; return what it was."""
        if message.code == framing.EMPTY:
            self._wire.counters["bare_keepalive"] += 1
            return KEEPALIVE
        datagram = message.as_datagram()
        parsed = messages.parse(datagram)
        if parsed is None:
            self._wire.counters["malformed"] += 1
        elif not parsed.protected:
            self._wire.counters["plain_dropped"] += 1
        elif parsed.is_request:
            return self._responder.receive_request(parsed, datagram, stream, now)
        else:
            return self._requester.receive_response(parsed, stream, self._peers.at(stream), now)
        return STRAY

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called, or None."""
        timers = (self._requester.timer(), self._responder.timer(), self._prober.timer())
        return min((timer for timer in timers if timer is not None), default=None)

    def handle_timer(self, now: float) -> None:
        """Do what is due at `now`: retransmit, give up, acknowledge."""
        self._requester.handle_timer(now)
        self._responder.handle_timer(now)
        self._prober.handle_timer(now)

    def outgoing(self) -> list[Outgoing]:
        """Return the datagrams to send and forget them."""
        return self._wire.drain_outgoing()

    def outgoing_messages(self) -> list[StreamOutgoing]:
        """Return the messages to send over connections and forget them."""
        return self._wire.drain_stream_outgoing()

    def outgoing_probes(self) -> list[bytes]:
        """Return the datagrams to send by the second way and forget them."""
        return self._prober.outgoing()

    def events(self) -> list[Event]:
        """Return what has happened and forget it."""
        return self._wire.drain_events()


def _within_limit(payload: bytes) -> bytes:
    if len(payload) > PAYLOAD_LIMIT_BYTES:
        raise ValueError(f"a payload of {len(payload)} bytes; the limit is {PAYLOAD_LIMIT_BYTES}")
    return payload
