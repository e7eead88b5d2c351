"""Answers that a peer wants later: how long does the NAT on its side keep a mapping?

The request is verified and fresh like any other. It comes from another socket than the rest, so
it says nothing about where the peer is, and its answer goes to where it came from: once, after
the time, and without repetition. Its nonce is that of the request (RFC 8613, 5.2), which is
answered at most once.
"""

from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.events import PROBE, Address, ContextUnavailable
from laconic_gateway.core.coap.peer import Peer, Wire

DELAYED_MAX: Final = 4
"""Per peer; of more, the oldest is forgotten, as if its answer were lost."""


@dataclass(frozen=True, slots=True, eq=False)
class _Delayed:
    peer: Peer
    binding: Any
    token: bytes
    address: Address
    due: float


class DelayedAnswers:
    """Keeps what is to be answered later, a bounded number for each peer."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._waiting: dict[str, deque[_Delayed]] = {}  # by peer

    def keep(self, peer: Peer, binding: Any, token: bytes, address: Address, due: float) -> None:
        """Answer the verified request of `binding` at `due`, with nothing in it."""
        waiting = self._waiting.setdefault(peer.name, deque())
        if len(waiting) == DELAYED_MAX:
            waiting.popleft()
            self._wire.counters["delayed_forgotten"] += 1
        waiting.append(_Delayed(peer, binding, token, address, due))

    def timer(self) -> float | None:
        """Return when the next answer is due."""
        return min((one.due for waiting in self._waiting.values() for one in waiting), default=None)

    def handle_timer(self, now: float) -> None:
        """Send what is due."""
        for name, waiting in list(self._waiting.items()):
            for one in [one for one in waiting if one.due <= now]:
                waiting.remove(one)
                self._answer(one)
            if not waiting:
                del self._waiting[name]

    def _answer(self, delayed: _Delayed) -> None:
        try:
            datagram = messages.seal_response(
                delayed.peer.context,
                b"",
                delayed.binding,
                type=messages.NON,
                message_id=self._wire.next_message_id(),
                token=delayed.token,
            )
        except ContextUnavailable:
            self._wire.counters["context_unavailable"] += 1
            return
        self._wire.counters["delayed_answers"] += 1
        self._wire.transmit(datagram, delayed.address, PROBE)
