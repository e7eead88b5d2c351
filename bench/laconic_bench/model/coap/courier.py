"""One way between two ends: payloads of any length, each known again when it arrives.

What a payload stands for does not travel in the model; only its size does. `arrived` is called with
the number of the request that the receiver may answer.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final, TypeAlias

from laconic_bench.model.coap.end import CoapEnd, Shares

PIECE_BYTES: Final = 1_000
"""A longer payload goes in pieces, as blocks would (RFC 7959)."""

Arrived: TypeAlias = Callable[[int], None]
Answered: TypeAlias = Callable[[bytes], None]


class Courier:
    """Sends requests, again and again if need be."""

    def __init__(self, sender: CoapEnd, receiver: CoapEnd) -> None:
        self._sender = sender
        self._receiver = receiver
        receiver.on_request = self._take
        self._waiting: defaultdict[bytes, deque[Arrived]] = defaultdict(deque)
        """What is to happen when a request arrives, by its payload."""

    def send(self, payload: bytes, shares: Shares, arrived: Arrived, answered: Answered) -> None:
        """Send a payload; `answered` is told the response."""
        starts = range(0, len(payload), PIECE_BYTES)
        for start in starts[:-1]:
            piece = payload[start : start + PIECE_BYTES]
            self._request(piece, shares, self._acknowledge, lambda response: None)
        self._request(payload[starts[-1] :], shares, arrived, answered)

    def _request(self, piece: bytes, shares: Shares, arrived: Arrived, answered: Answered) -> None:
        self._waiting[piece].append(arrived)
        self._try(piece, shares, answered)

    def _try(self, piece: bytes, shares: Shares, answered: Answered) -> None:
        def ended(response: bytes | None) -> None:
            if response is not None:
                answered(response)
            elif self._waiting.get(piece):
                self._try(piece, shares, answered)  # all repetitions were lost
            else:
                answered(b"")  # only the answer was lost

        self._sender.request(piece, shares, ended)

    def _acknowledge(self, request: int) -> None:
        self._receiver.respond(request, b"")

    def _take(self, request: int, piece: bytes) -> None:
        waiting = self._waiting[piece]
        arrived = waiting.popleft() if waiting else self._acknowledge
        if not waiting:
            del self._waiting[piece]
        arrived(request)
