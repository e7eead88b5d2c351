"""The responding role: fresh requests, their answers, duplicates, Echo challenges.

A request is handled once. Its answer is kept and sent again when the very same datagram
arrives again, also from another address: after a NAT rebinding the retransmission comes from
there. Nothing unverified is ever answered, so a stranger gets nothing but what he recorded
and sends again, and of that only a bounded number of times and bytes (RFC 9175, 2.4).
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.delayed import DelayedAnswers
from laconic_gateway.core.coap.events import (
    PROBE,
    STRAY,
    ContextUnavailable,
    Kind,
    Mark,
    RequestReceived,
    Route,
    StreamId,
)
from laconic_gateway.core.coap.messages import Challenged, OpenedRequest, Parsed, Refused
from laconic_gateway.core.coap.peer import Peer, Peers, Wire

ANSWERS_KEPT = 64
REPEATS_LIMIT = 8
AMPLIFICATION_LIMIT = 3
"""Bytes to an unconfirmed address for each byte from it (RFC 9175, 2.4, item 3)."""

_Key: TypeAlias = tuple[int, bytes, int]
"""Message id, Partial IV, and a hash of the datagram: a duplicate is the same in every bit."""


@dataclass(slots=True, eq=False)
class _Incoming:
    """One confirmable request: unanswered, acknowledged, or answered."""

    peer: Peer
    request: int
    message_id: int
    token: bytes
    binding: Any
    address: Route
    empty_ack_at: float | None
    """None on a connection, where nothing has to be acknowledged."""
    sent: bytes | None = None
    """The last datagram that was sent for it: the empty acknowledgement or the answer."""
    repeats: int = 0


class _Inbox(OrderedDict[_Key, _Incoming]):
    """The last requests of one peer, oldest first."""


class Responder:
    """Hands each fresh request to the owner once and repeats answers as often as needed."""

    def __init__(self, wire: Wire, peers: Peers, delay_of: Callable[[bytes], float | None]) -> None:
        self._wire = wire
        self._peers = peers
        self._delay_of = delay_of
        self._delayed = DelayedAnswers(wire)
        self._inboxes: defaultdict[str, _Inbox] = defaultdict(_Inbox)
        self._waiting: dict[int, _Incoming] = {}
        self._requests = 0

    def receive_request(self, parsed: Parsed, datagram: bytes, address: Route, now: float) -> Mark:
        peer = self._peers.with_kid(parsed.kid)
        if peer is None:
            self._wire.counters["unknown_kid"] += 1
            return STRAY
        key = (parsed.message_id, parsed.partial_iv, hash(datagram))
        known = self._inboxes[peer.name].get(key)
        if known is not None:
            self._repeat(known, len(datagram), address)
            return Mark(Kind.REPEATED, known.request, asked_by_peer=True)
        try:
            opened = messages.open_request(peer.context, parsed)
        except Refused as refused:
            self._wire.counters[refused.reason] += 1
            return STRAY
        except Challenged as challenged:
            self._challenge(peer, parsed, challenged, address, now)
            return Mark(Kind.ECHO)
        if not isinstance(address, StreamId) and parsed.type != messages.CON:
            delay_seconds = self._delay_of(opened.payload)
            if delay_seconds is not None:
                due = now + delay_seconds
                self._delayed.keep(peer, opened.binding, parsed.token, address, due)
                return PROBE
        self._accept(peer, parsed, key, opened, address, now)
        return Mark(Kind.REQUEST, self._requests, asked_by_peer=True, payload=opened.payload)

    def respond(self, request: int, payload: bytes | None, now: float) -> None:
        incoming = self._waiting.pop(request, None)
        if incoming is None:
            self._wire.counters["late_answers"] += 1
        elif payload is None:
            self._acknowledge(incoming)
        else:
            self._answer(incoming, payload)

    def forget(self, stream: StreamId) -> None:
        """Answer none of the requests that came over this connection: it is gone."""
        for request, incoming in list(self._waiting.items()):
            if incoming.address == stream:
                del self._waiting[request]

    def timer(self) -> float | None:
        """Return when a request has waited long enough for an acknowledgement, or its answer."""
        due = [
            incoming.empty_ack_at
            for incoming in self._waiting.values()
            if incoming.empty_ack_at is not None and not incoming.sent
        ]
        if (delayed := self._delayed.timer()) is not None:
            due.append(delayed)
        return min(due, default=None)

    def handle_timer(self, now: float) -> None:
        self._delayed.handle_timer(now)
        for incoming in self._waiting.values():
            if incoming.empty_ack_at is not None and incoming.empty_ack_at <= now:
                self._acknowledge(incoming)

    def _accept(
        self,
        peer: Peer,
        parsed: Parsed,
        key: _Key,
        opened: OpenedRequest,
        address: Route,
        now: float,
    ) -> None:
        order = int.from_bytes(parsed.partial_iv, "big")
        newest = self._peers.heard(peer, order, address)
        self._requests += 1
        on_stream = isinstance(address, StreamId)
        confirmable = opened.wants_answer if on_stream else parsed.type == messages.CON
        if confirmable:
            incoming = _Incoming(
                peer=peer,
                request=self._requests,
                message_id=parsed.message_id,
                token=parsed.token,
                binding=opened.binding,
                address=address,
                empty_ack_at=None if on_stream else now + self._wire.timing.empty_ack_seconds,
            )
            self._keep(key, incoming)
        self._wire.report(
            RequestReceived(peer.name, self._requests, opened.payload, confirmable, newest, order)
        )

    def _keep(self, key: _Key, incoming: _Incoming) -> None:
        self._waiting[incoming.request] = incoming
        inbox = self._inboxes[incoming.peer.name]
        inbox[key] = incoming
        if len(inbox) > ANSWERS_KEPT:
            self._forget_oldest(inbox)

    def _forget_oldest(self, inbox: _Inbox) -> None:
        """Forget an answered request if there is one: who still waits shall get an answer."""
        answered = (key for key, one in inbox.items() if one.request not in self._waiting)
        oldest = inbox.pop(next(answered, next(iter(inbox))))
        self._waiting.pop(oldest.request, None)

    def _acknowledge(self, incoming: _Incoming) -> None:
        if incoming.sent is None and incoming.empty_ack_at is not None:
            incoming.sent = messages.empty_ack(incoming.message_id)
            mark = Mark(Kind.EMPTY_ACK, incoming.request, asked_by_peer=True)
            self._wire.transmit(incoming.sent, incoming.address, mark)

    def _answer(self, incoming: _Incoming, payload: bytes) -> None:
        """Answer within the acknowledgement, or on its own if that is gone already."""
        separate = incoming.sent is not None
        address = incoming.peer.address if separate else incoming.address
        if address is None:
            raise AssertionError("a request without an address")
        try:
            incoming.sent = messages.seal_response(
                incoming.peer.context,
                payload,
                incoming.binding,
                type=messages.NON if separate else messages.ACK,
                message_id=self._wire.next_message_id() if separate else incoming.message_id,
                token=incoming.token,
            )
        except ContextUnavailable:
            self._wire.counters["context_unavailable"] += 1
            self._acknowledge(incoming)
            return
        mark = Mark(Kind.RESPONSE, incoming.request, asked_by_peer=True, payload=payload)
        self._wire.transmit(incoming.sent, address, mark)

    def _repeat(self, incoming: _Incoming, received_bytes: int, address: Route) -> None:
        """Send the answer again to where the duplicate came from, within limits."""
        self._wire.counters["duplicate"] += 1
        if incoming.sent is None or incoming.repeats == REPEATS_LIMIT:
            return
        confirmed = address == incoming.peer.address
        if not confirmed and len(incoming.sent) > AMPLIFICATION_LIMIT * received_bytes:
            self._wire.counters["amplification_refused"] += 1
            return
        incoming.repeats += 1
        mark = Mark(Kind.REPEATED, incoming.request, asked_by_peer=True)
        self._wire.transmit(incoming.sent, address, mark)

    def _challenge(
        self, peer: Peer, parsed: Parsed, challenged: Challenged, address: Route, now: float
    ) -> None:
        """Ask for a fresh request. Each challenge uses up a sequence number, so not too often."""
        if now < peer.next_challenge_at:
            self._wire.counters["echo_withheld"] += 1
            return
        piggybacked = parsed.type == messages.CON
        try:
            challenge = messages.seal_challenge(
                challenged,
                messages.ACK if piggybacked else messages.NON,
                parsed.message_id if piggybacked else self._wire.next_message_id(),
                parsed.token,
            )
        except ContextUnavailable:
            self._wire.counters["context_unavailable"] += 1
            return
        peer.next_challenge_at = now + self._wire.timing.challenge_interval_seconds
        self._wire.counters["echo_challenge"] += 1
        self._wire.transmit(challenge, address, Mark(Kind.ECHO))
