"""The peers of an endpoint, and what its two roles share: the way out, events, counters."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from laconic_gateway.core.coap import framing
from laconic_gateway.core.coap.events import (
    Event,
    Mark,
    Outgoing,
    PeerMoved,
    Route,
    SecurityContext,
    StreamId,
    StreamOutgoing,
    Timing,
)
from laconic_gateway.core.coap.round_trip import RoundTrip

MESSAGE_IDS = 0x10000


@dataclass(slots=True, eq=False)
class Peer:
    """The other end of one security context."""

    name: str
    context: SecurityContext
    address: Route | None
    highest_sequence: int = -1
    """Highest Partial IV of a verified request; only a higher one moves the address."""
    round_trip: RoundTrip = field(default_factory=RoundTrip)
    next_challenge_at: float = float("-inf")
    heard_at: float = float("-inf")
    """When something last came from where the peer is, a bare keepalive perhaps."""


class Wire:
    """Everything that leaves an endpoint, collected until its owner fetches it."""

    def __init__(
        self, *, random: Callable[[], float], first_message_id: int, timing: Timing
    ) -> None:
        self.random = random
        self.timing = timing
        self.counters: Counter[str] = Counter()
        self._message_id = first_message_id % MESSAGE_IDS
        self._outgoing: list[Outgoing] = []
        self._stream_outgoing: list[StreamOutgoing] = []
        self._events: list[Event] = []

    def next_message_id(self) -> int:
        """Return the next of 65,536 message ids in turn."""
        message_id = self._message_id
        self._message_id = (message_id + 1) % MESSAGE_IDS
        return message_id

    def transmit(self, datagram: bytes, route: Route, mark: Mark) -> None:
        """Send a message, which is encoded for a datagram, by datagram or over a connection."""
        if isinstance(route, StreamId):
            message = framing.of_datagram(datagram)
            self._stream_outgoing.append(StreamOutgoing(message, route, mark))
        else:
            self._outgoing.append(Outgoing(datagram, route, mark))

    def report(self, event: Event) -> None:
        self._events.append(event)

    def drain_outgoing(self) -> list[Outgoing]:
        drained, self._outgoing = self._outgoing, []
        return drained

    def drain_stream_outgoing(self) -> list[StreamOutgoing]:
        drained, self._stream_outgoing = self._stream_outgoing, []
        return drained

    def drain_events(self) -> list[Event]:
        drained, self._events = self._events, []
        return drained


class Peers:
    """The peers of one endpoint: by name for the owner, by kid and route for messages."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._by_name: dict[str, Peer] = {}
        self._by_kid: dict[bytes, Peer] = {}
        self._by_address: dict[Route, Peer] = {}
        self.on_left: Callable[[Peer, Route], None] = lambda peer, route: None
        """Told when a peer is not reached by a route any more."""

    def add(self, name: str, context: SecurityContext, address: Route | None) -> None:
        """Raises: ValueError if the name or the kid is taken."""
        if name in self._by_name:
            raise ValueError(f"there is already a peer called {name!r}")
        other = self._by_kid.get(context.recipient_id)
        if other is not None:
            raise ValueError(
                f"the keys of {name!r} and {other.name!r} use the same sender id "
                f"{context.recipient_id.hex()!r}; make the keys of both in one directory"
            )
        peer = Peer(name, context, address)
        self._by_name[name] = self._by_kid[context.recipient_id] = peer
        if address is not None:
            self._by_address[address] = peer

    def named(self, name: str) -> Peer:
        return self._by_name[name]

    def with_kid(self, kid: bytes | None) -> Peer | None:
        return None if kid is None else self._by_kid.get(kid)

    def at(self, address: Route) -> Peer | None:
        return self._by_address.get(address)

    def note_heard(self, address: Route, now: float) -> None:
        """Take note that something came from there. It need not be verified: it proves nothing."""
        peer = self._by_address.get(address)
        if peer is not None:
            peer.heard_at = now

    def heard(self, peer: Peer, sequence: int, address: Route) -> bool:
        """Follow the peer to `address` if its verified request is newer than all before.

        Tells whether it is.
        """
        if sequence <= peer.highest_sequence:
            return False
        peer.highest_sequence = sequence
        if peer.address != address:
            self.move(peer, address)
            self._wire.counters["moved"] += 1
            self._wire.report(PeerMoved(peer.name, address))
        return True

    def move(self, peer: Peer, address: Route | None) -> None:
        """Reach the peer by another route from now on; None: by none, until it speaks again."""
        left = peer.address
        if left is not None and self._by_address.get(left) is peer:
            del self._by_address[left]
        peer.address = address
        if address is not None:
            self._by_address[address] = peer
        if left is not None:
            self.on_left(peer, left)
