"""The exchanges in flight: all by message id, and those with each peer."""

from collections.abc import Callable
from dataclasses import dataclass, field

from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.events import StreamId
from laconic_gateway.core.coap.peer import MESSAGE_IDS, Peer

SHORTEST_MAPPING_SECONDS = 25.0
"""No NAT forgets a mapping sooner, as far as keepalives are concerned (`nat_probe`)."""

ONE_WAY_TOKEN = b"\xff"
"""On a connection: of the messages that want no answer, which may get a challenge."""


@dataclass(slots=True, eq=False)
class Exchange:
    """One request of ours that may still get a response, or a challenge."""

    peer: Peer
    number: int
    payload: bytes
    confirmable: bool
    message_id: int
    sealed: messages.SealedRequest
    deadline: float
    token: bytes = b""
    stream: StreamId | None = None
    """The connection that it was started on."""
    timeout_seconds: float = 0.0
    sent_at: float = 0.0
    """When it was first sent."""
    repeated_at: float = 0.0
    """When it was last sent."""
    silent_since: float = 0.0
    """When the peer had last been heard of before it was sent."""
    transmissions: int = 0
    echo_rounds: int = 0
    acknowledged: bool = False

    @property
    def path_is_in_doubt(self) -> bool:
        """Tell whether the NAT of the peer may have kept the request away.

        Only what comes from the peer opens a mapping again. So the mapping was there all the time
        if nothing came between the first try and the answer, or shortly before: then the radio
        has lost a datagram, and nothing is wrong with keepalives.
        """
        return (
            self.transmissions > 1
            and self.peer.heard_at > self.sent_at
            and self.sent_at - self.silent_since > SHORTEST_MAPPING_SECONDS
        )

    @property
    def owners_number(self) -> int | None:
        """The owner's number; a one-way message has none."""
        return self.number if self.confirmable else None


@dataclass(slots=True)
class Flight:
    """The exchanges with one peer."""

    confirmable: dict[int, Exchange] = field(default_factory=dict[int, Exchange])
    """By message id, oldest first."""
    one_way: Exchange | None = None
    """The last one-way message: the peer may challenge it, nothing else."""
    carrier: Exchange | None = None
    """The exchange that carries the Echo value of a recovery."""


class Exchanges:
    """The exchanges of one endpoint; message ids and tokens are unique among them."""

    def __init__(self, next_message_id: Callable[[], int]) -> None:
        self._next_message_id = next_message_id
        self._by_message_id: dict[int, Exchange] = {}
        self._flights: dict[str, Flight] = {}

    def flight(self, peer: Peer) -> Flight:
        """The exchanges with one peer."""
        return self._flights.setdefault(peer.name, Flight())

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange that is to be answered."""
        self._by_message_id[exchange.message_id] = exchange
        self.flight(exchange.peer).confirmable[exchange.message_id] = exchange

    def remove(self, exchange: Exchange) -> None:
        """Forget an exchange; nothing finds it any more.

        Raises: KeyError if it was not added.
        """
        del self._by_message_id[exchange.message_id]
        del self.flight(exchange.peer).confirmable[exchange.message_id]

    def with_message_id(self, message_id: int) -> Exchange | None:
        """The exchange that an acknowledgement means."""
        return self._by_message_id.get(message_id)

    def candidates(self, parsed: messages.Parsed, peer: Peer | None) -> list[Exchange]:
        """List those that a response may answer: by message id if piggybacked, else by token."""
        if parsed.type == messages.ACK:
            exchange = self._by_message_id.get(parsed.message_id)
            return [] if exchange is None else [exchange]
        if peer is None:
            return []
        flight = self.flight(peer)
        last = [] if flight.one_way is None else [flight.one_way]
        found = [*flight.confirmable.values(), *last]
        return [exchange for exchange in found if exchange.token == parsed.token]

    def next_deadline(self) -> float | None:
        """When something is to be done about one of them."""
        return min((exchange.deadline for exchange in self._by_message_id.values()), default=None)

    def due(self, now: float) -> list[Exchange]:
        """List those whose deadline has passed."""
        return [exchange for exchange in self._by_message_id.values() if exchange.deadline <= now]

    def free_message_id(self) -> int:
        """Return the next message id that no exchange has."""
        for _ in range(MESSAGE_IDS):
            message_id = self._next_message_id()
            if message_id not in self._by_message_id:
                return message_id
        raise AssertionError("65,536 requests in flight")

    def free_token(self, peer: Peer) -> bytes:
        """Return the shortest token that no exchange has; by datagrams none needs one.

        A connection brings nothing late and nothing twice, so tokens may be used again at once.
        """
        if not isinstance(peer.address, StreamId):
            return b""
        taken = {exchange.token for exchange in self.flight(peer).confirmable.values()}
        candidates = [b"", *(bytes([number]) for number in range(ONE_WAY_TOKEN[0]))]
        for token in candidates:
            if token not in taken:
                return token
        return len(taken).to_bytes(3, "big")


def one_way_token(peer: Peer) -> bytes:
    """The token of a message to this peer that wants no answer."""
    return ONE_WAY_TOKEN if isinstance(peer.address, StreamId) else b""
