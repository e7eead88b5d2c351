"""Requests of a site that wait for their answer: until all is stored, and the CSMS has spoken.

If a frame holds CALLs whose answer the CSMS gives, the answer to the frame waits for those answers
a little: one round trip then does it all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from laconic_codec.frame import Batch, Fragment
from laconic_codec.items import MessageItem
from laconic_codec.messages import Call
from laconic_gateway.core.expander.arrival import Arrival

ANSWER_WAIT_SECONDS: Final = 2.0
"""How long the answer to a frame waits for the CSMS: well below the site's retransmission."""

COMPANY_WAIT_SECONDS: Final = 0.02
"""How long a CSMS answer waits for the others of the same frame."""


@dataclass(slots=True)
class Held:
    """A request of the site that is not answered yet."""

    request: int
    stored_needed: int
    """Absolute sequence number of the message that has to be stored before."""
    waits_for: set[int]
    """Sequence numbers of the CALLs whose answers it waits for."""
    respond_by: float
    end: int
    """Number after the last item of the frame; -1: of a fragment."""
    messages: int
    """In the frame."""


class HeldRequests:
    """All of one site."""

    def __init__(self) -> None:
        self._held: list[Held] = []

    def __bool__(self) -> bool:
        return bool(self._held)

    def clear(self) -> None:
        """Answer none of them: an epoch has ended."""
        self._held.clear()

    def add_frame(
        self,
        request: int,
        received: Batch | Fragment,
        arrivals: Iterable[Arrival],
        newest: int,
        now: float,
    ) -> None:
        """Take a request with a frame; `newest` is the last message that has arrived."""
        arrived = list(arrivals)
        waits_for = {
            record.sequence
            for arrival in arrived
            if (record := arrival.question or arrival.record) is not None
            and isinstance(arrival.item, MessageItem)
            and isinstance(arrival.item.message, Call)
            and not arrival.item.answered
        }
        respond_by = now + (ANSWER_WAIT_SECONDS if waits_for else 0.0)
        # What arrived out of turn tells the site at once that something before it is missing.
        needed = newest if arrived else 0
        end = received.header.first + len(received.items) if isinstance(received, Batch) else -1
        messages = sum(arrival.record is not None for arrival in arrived)
        self._held.append(Held(request, needed, waits_for, respond_by, end, messages))

    def add_sign(self, request: int, items_stored: int, now: float) -> None:
        """Take a confirmed sign. It brings nothing that would have to be stored."""
        self._held.append(Held(request, 0, set(), now, items_stored, 0))

    def answered(self, sequence: int, now: float) -> None:
        """Take note that the answer to a CALL is on its way down."""
        for held in self._held:
            if sequence in held.waits_for:
                held.waits_for.discard(sequence)
                held.respond_by = min(held.respond_by, now + COMPANY_WAIT_SECONDS)

    def take_due(self, stored: int, now: float) -> list[Held]:
        """Return the requests that are to be answered now; forget them."""
        due = [
            held
            for held in self._held
            if stored >= held.stored_needed and (not held.waits_for or now >= held.respond_by)
        ]
        self._held = [held for held in self._held if held not in due]
        return due

    def timer(self, stored: int) -> float | None:
        """Return when the next one is due by time alone."""
        times = [held.respond_by for held in self._held if stored >= held.stored_needed]
        return min(times, default=None)
