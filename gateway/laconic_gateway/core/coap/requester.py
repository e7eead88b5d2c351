"""The requesting role: retransmission, responses, Echo recovery.

By datagrams an exchange is sent, sent again with a doubling timeout, byte for byte the same
(RFC 7252, 4.2; `round_trip` has the first timeout), and ends with the response, or when the last
timeout has passed. An empty acknowledgement stops the retransmission; the response then comes on
its own.

On a connection (RFC 8323) it is sent once, with a token of its own. It ends with the response,
after a time, or when the connection is lost; it never moves to another one.

Echo recovery (RFC 8613, B.1.2): a peer that lost its replay window answers with a challenge.
One exchange, the carrier, is protected again with the Echo value. When its answer is here the
peer accepts requests with a higher Partial IV, and only those. So every older exchange is
protected again too; a newer one, if it was challenged, is accepted at its next transmission.
"""

from collections import deque

from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.events import (
    STRAY,
    Address,
    ContextUnavailable,
    ExchangeFailed,
    Kind,
    Mark,
    ResponseReceived,
    Route,
    StreamId,
)
from laconic_gateway.core.coap.exchanges import Exchange, Exchanges, Flight, one_way_token
from laconic_gateway.core.coap.peer import Peer, Wire

ECHO_ROUNDS = 3

SEPARATE_MAX = 64
"""Separate responses that are acknowledged again when they are repeated."""


class Requester:
    """Starts exchanges and brings each to exactly one end."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._exchanges = Exchanges(wire.next_message_id)
        self._separate: deque[tuple[Address, int]] = deque(maxlen=SEPARATE_MAX)
        """Confirmable responses that were verified, by address and message id."""

    def request(self, peer: Peer, payload: bytes, number: int, now: float) -> None:
        if peer.address is None:
            self._wire.report(ExchangeFailed(peer.name, number, "the peer's address is unknown"))
            return
        try:
            exchange = self._seal(peer, payload, number, confirmable=True, now=now)
        except ContextUnavailable as unavailable:
            self._wire.counters["context_unavailable"] += 1
            self._wire.report(ExchangeFailed(peer.name, number, str(unavailable)))
            return
        self._exchanges.add(exchange)
        self._start(exchange, now, Kind.REQUEST)

    def send(self, peer: Peer, payload: bytes, now: float) -> None:
        if peer.address is None:
            self._wire.counters["address_unknown"] += 1
            return
        try:
            exchange = self._seal(peer, payload, 0, confirmable=False, now=now)
        except ContextUnavailable:
            self._wire.counters["context_unavailable"] += 1
            return
        self._exchanges.flight(peer).one_way = exchange
        mark = Mark(Kind.REQUEST, payload=payload)
        self._wire.transmit(exchange.sealed.datagram, peer.address, mark)

    def left(self, peer: Peer, route: Route) -> None:
        """Fail what waits on a connection that is gone, or by datagrams if there is one now."""
        if not isinstance(route, StreamId) and not isinstance(peer.address, StreamId):
            return  # another address: the exchanges are repeated to there
        self._exchanges.flight(peer).one_way = None
        for exchange in list(self._exchanges.flight(peer).confirmable.values()):
            if exchange.stream is None or exchange.stream == route:
                self._fail(exchange, "the way to the peer is another one now")

    def hasten(self, peer: Peer, number: int, now: float) -> None:
        """Send an exchange again now if its answer is overdue by the usual round trip.

        The owner calls this when a later exchange shows that this one, or its answer, was lost.
        """
        for exchange in self._exchanges.flight(peer).confirmable.values():
            if exchange.number == number and self._is_overdue(exchange, now):
                self._wire.counters["retransmitted"] += 1
                self._transmit(exchange, now, Kind.REPEATED)
                return

    def abandon(self, peer: Peer, number: int) -> None:
        """End an exchange that is not to be repeated any more; it fails."""
        for exchange in list(self._exchanges.flight(peer).confirmable.values()):
            if exchange.number == number:
                self._fail(exchange, "abandoned")

    def _is_overdue(self, exchange: Exchange, now: float) -> bool:
        if exchange.acknowledged or exchange.transmissions > self._wire.timing.retransmissions:
            return False
        if exchange.stream is not None:
            return False
        return now - exchange.repeated_at >= (exchange.peer.round_trip.smoothed_seconds or 0.0)

    def receive_empty_ack(self, message_id: int, address: Address, now: float) -> Mark:
        """Stop retransmitting. Nothing protects this message, so the address must fit."""
        exchange = self._exchanges.with_message_id(message_id)
        if exchange is None or exchange.acknowledged or exchange.peer.address != address:
            self._wire.counters["stray_ack"] += 1
            return STRAY
        exchange.acknowledged = True
        exchange.peer.round_trip.measured(now - exchange.sent_at, exchange.transmissions)
        exchange.deadline = now + self._wire.timing.separate_response_seconds
        return Mark(Kind.EMPTY_ACK, exchange.number)

    def receive_response(
        self, parsed: messages.Parsed, address: Route, peer: Peer | None, now: float
    ) -> Mark:
        """Find the exchange that this response opens with; `peer` is who has its address.

        One that is confirmable is acknowledged once it has been verified, and again when it is
        repeated (RFC 7252, 5.2.2 and 4.2).
        """
        if not isinstance(address, StreamId) and parsed.type == messages.CON:
            if (address, parsed.message_id) in self._separate:
                self._acknowledge(parsed.message_id, address)
                return STRAY
        for exchange in self._exchanges.candidates(parsed, peer):
            try:
                opened = messages.open_response(
                    exchange.peer.context, parsed, exchange.sealed.binding
                )
            except messages.Refused:
                continue
            if not isinstance(address, StreamId) and parsed.type == messages.CON:
                self._separate.append((address, parsed.message_id))
                self._acknowledge(parsed.message_id, address)
            if opened.echo is not None:
                self._challenged(exchange, opened.echo, now)
                return Mark(Kind.ECHO, exchange.owners_number)
            if exchange.confirmable:
                self._answered(exchange, opened.payload, parsed.type, now)
                return Mark(Kind.RESPONSE, exchange.number, payload=opened.payload)
            return STRAY
        self._wire.counters["stray_response"] += 1
        return STRAY

    def _acknowledge(self, message_id: int, address: Address) -> None:
        self._wire.transmit(messages.empty_ack(message_id), address, Mark(Kind.EMPTY_ACK))

    def timer(self) -> float | None:
        return self._exchanges.next_deadline()

    def handle_timer(self, now: float) -> None:
        for exchange in self._exchanges.due(now):
            if exchange.acknowledged:
                self._fail(exchange, "acknowledged, but the answer did not come")
            elif (
                exchange.stream is not None
                or exchange.transmissions > self._wire.timing.retransmissions
            ):
                self._fail(exchange, "no answer")
            else:
                exchange.timeout_seconds *= 2
                self._wire.counters["retransmitted"] += 1
                self._transmit(exchange, now, Kind.REPEATED)

    def _seal(
        self, peer: Peer, payload: bytes, number: int, *, confirmable: bool, now: float
    ) -> Exchange:
        message_id = self._exchanges.free_message_id()
        token = self._exchanges.free_token(peer) if confirmable else one_way_token(peer)
        stream = peer.address if isinstance(peer.address, StreamId) else None
        sealed = messages.seal_request(
            peer.context,
            payload,
            confirmable=confirmable,
            message_id=message_id,
            token=token,
            no_response=stream is not None and not confirmable,
        )
        return Exchange(peer, number, payload, confirmable, message_id, sealed, now, token, stream)

    def _start(self, exchange: Exchange, now: float, kind: Kind) -> None:
        """Send for the first time: RFC 7252, 4.2, with a timeout that knows the round trip."""
        timing = self._wire.timing
        timeout = exchange.peer.round_trip.timeout_seconds(
            timing.first_timeout_seconds,
            timing.shortest_timeout_seconds,
            timing.longest_timeout_seconds,
            timing.timeout_per_round_trip,
        )
        exchange.timeout_seconds = timeout * (1 + timing.jitter * self._wire.random())
        exchange.transmissions = 0
        exchange.acknowledged = False
        exchange.sent_at, exchange.silent_since = now, exchange.peer.heard_at
        self._transmit(exchange, now, kind)

    def _transmit(self, exchange: Exchange, now: float, kind: Kind) -> None:
        exchange.transmissions += 1
        exchange.repeated_at = now
        seconds = exchange.timeout_seconds
        if exchange.stream is not None:
            seconds = self._wire.timing.stream_response_seconds
        exchange.deadline = now + seconds
        if exchange.peer.address is None:
            raise AssertionError("an exchange started without an address")
        mark = Mark(kind, exchange.owners_number, payload=exchange.payload)
        self._wire.transmit(exchange.sealed.datagram, exchange.peer.address, mark)

    def _answered(self, exchange: Exchange, payload: bytes, type: int, now: float) -> None:
        if type == messages.ACK and exchange.stream is None:
            exchange.peer.round_trip.measured(now - exchange.sent_at, exchange.transmissions)
        self._exchanges.remove(exchange)
        self._wire.report(
            ResponseReceived(
                exchange.peer.name, exchange.number, payload, exchange.path_is_in_doubt
            )
        )
        flight = self._exchanges.flight(exchange.peer)
        if flight.carrier is exchange:
            self._recovered(flight, exchange.sealed.sequence, now)

    def _challenged(self, challenged: Exchange, echo: bytes, now: float) -> None:
        self._wire.counters["echo_received"] += 1
        flight = self._exchanges.flight(challenged.peer)
        if flight.carrier not in (None, challenged):
            return
        carrier = self._carrier(challenged, flight)
        if carrier.echo_rounds == ECHO_ROUNDS:
            return
        carrier.echo_rounds += 1
        if carrier.confirmable:
            flight.carrier = carrier
        self._send_again(carrier, now, echo)

    def _carrier(self, challenged: Exchange, flight: Flight) -> Exchange:
        """Prefer an exchange over a one-way message: its answer says that recovery is done."""
        if challenged.confirmable:
            return challenged
        return next(iter(flight.confirmable.values()), challenged)

    def _recovered(self, flight: Flight, sequence: int, now: float) -> None:
        flight.carrier = None
        for exchange in list(flight.confirmable.values()):
            if exchange.sealed.sequence < sequence:
                self._send_again(exchange, now, None)

    def _send_again(self, exchange: Exchange, now: float, echo: bytes | None) -> None:
        """Protect the same payload anew: it is a new message, with a new message id."""
        message_id = self._exchanges.free_message_id()
        try:
            sealed = messages.seal_request(
                exchange.peer.context,
                exchange.payload,
                confirmable=exchange.confirmable,
                message_id=message_id,
                token=exchange.token,
                no_response=exchange.stream is not None and not exchange.confirmable,
                echo=echo,
            )
        except ContextUnavailable as unavailable:
            self._wire.counters["context_unavailable"] += 1
            if exchange.confirmable:
                self._fail(exchange, str(unavailable))
            return
        if exchange.confirmable:
            self._exchanges.remove(exchange)
        exchange.message_id, exchange.sealed = message_id, sealed
        if exchange.confirmable:
            self._exchanges.add(exchange)
        self._start(exchange, now, Kind.ECHO)

    def _fail(self, exchange: Exchange, reason: str) -> None:
        self._wire.counters["exchange_failed"] += 1
        self._exchanges.remove(exchange)
        flight = self._exchanges.flight(exchange.peer)
        if flight.carrier is exchange:
            flight.carrier = None
        self._wire.report(ExchangeFailed(exchange.peer.name, exchange.number, reason))
