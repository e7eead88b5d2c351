"""A link in virtual time that does what the CoAP layer and a mobile network do to exchanges.

Datagrams get lost, are late, overtake each other. A request is repeated until its answer is
here, taken once, and fails when the last repetition was in vain; its sender may have it repeated
early. A receiver that takes its time acknowledges first; the answer then comes on its own and is
not repeated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from laconic_bench.virtual.schedule import Schedule

TRANSMISSIONS: Final = 5
TIMEOUT_SECONDS: Final = 3.0
EMPTY_ACK_SECONDS: Final = 3.0
SEPARATE_ANSWER_SECONDS: Final = 60.0


class End(Protocol):
    """One end of the link: a process that may die and come back."""

    @property
    def life(self) -> int:
        """Count the starts; 0 while the process is dead."""
        ...

    def take_request(self, request: int, payload: bytes, confirmable: bool, newest: bool) -> None:
        """Take a request."""
        ...

    def take_answer(self, number: int, payload: bytes) -> None:
        """Take the answer to an exchange of this end."""
        ...

    def take_failure(self, number: int) -> None:
        """Learn that there will be no answer."""
        ...


class Air:
    """The network between the ends."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self.loss = 0.0
        self.late = 0.0
        """Share of the datagrams that take many seconds."""
        self.delay_seconds = 0.3
        self.is_down = False

    def carry(self, arrive: Callable[[], None], what: str, payload: bytes = b"") -> None:
        """Bring a datagram to the other end, or not."""
        schedule = self._schedule
        schedule.note(what, payload)
        if self.is_down or schedule.chance(self.loss):
            schedule.mark(f"{what} lost")
            return
        seconds = self.delay_seconds * schedule.between(0.3, 1.7)
        if schedule.chance(self.late):
            schedule.mark(f"{what} late")
            seconds += schedule.between(2.0, 40.0)
        schedule.after(seconds, arrive)


@dataclass(slots=True, eq=False)
class _Flight:
    """One request and what the receiver made of it."""

    order: int
    life: int
    """Of the sender."""
    number: int
    payload: bytes
    confirmable: bool
    peer_life: int
    """Of the receiver, when the request was sent."""
    timeout_seconds: float
    transmissions: int = 0
    transmitted_at: float = 0.0
    ended: bool = False
    acknowledged: bool = False
    taken_in_life: int = 0
    answer: bytes | None = None


class Way:
    """Requests of one end to the other, and their answers."""

    def __init__(self, schedule: Schedule, air: Air, name: str) -> None:
        self._schedule = schedule
        self._air = air
        self._name = name
        self._flights = 0
        self._newest: dict[int, int] = {}  # life of the receiver -> highest order
        self._open: dict[int, _Flight] = {}
        self._under_way: dict[int, _Flight] = {}
        """By exchange, each until its end."""
        self.sender: End
        self.receiver: End

    def request(self, number: int, payload: bytes) -> None:
        """Start a confirmable request."""
        flight = self._under_way[number] = self._flight(number, payload, confirmable=True)
        self._transmit(flight)

    def hasten(self, number: int) -> None:
        """Repeat a request now if its answer is overdue by the usual round trip."""
        flight = self._under_way.get(number)
        if flight is None or flight.life != self.sender.life or flight.acknowledged:
            return
        waited = self._schedule.now - flight.transmitted_at
        if waited >= 2 * self._air.delay_seconds and flight.transmissions < TRANSMISSIONS:
            self._schedule.mark(f"{self._name} request hastened")
            self._transmit(flight)

    def abandon(self, number: int) -> None:
        """Repeat a request no more; it fails."""
        flight = self._under_way.get(number)
        if flight is not None:
            self._end(flight)

    def send(self, payload: bytes) -> None:
        """Send a request that nobody answers."""
        flight = self._flight(0, payload, confirmable=False)
        self._air.carry(lambda: self._arrive(flight), f"{self._name} request", flight.payload)

    def fail(self, number: int) -> None:
        """Fail a request before it leaves, as for an unknown address."""
        flight = self._flight(number, b"", confirmable=True)
        self._schedule.after(0.0, lambda: self._end(flight))

    def respond(self, request: int, payload: bytes) -> None:
        """Answer a request."""
        flight = self._open.pop(request)
        flight.answer = payload
        self._answer(flight)

    def _flight(self, number: int, payload: bytes, *, confirmable: bool) -> _Flight:
        self._flights += 1
        life, peer_life = self.sender.life, self.receiver.life
        timeout = TIMEOUT_SECONDS * self._schedule.between(1.0, 1.25)
        return _Flight(self._flights, life, number, payload, confirmable, peer_life, timeout)

    def _transmit(self, flight: _Flight) -> None:
        flight.transmissions += 1
        flight.transmitted_at = self._schedule.now
        self._air.carry(lambda: self._arrive(flight), f"{self._name} request", flight.payload)
        count = flight.transmissions
        self._schedule.after(flight.timeout_seconds, lambda: self._time_out(flight, count))

    def _time_out(self, flight: _Flight, count: int) -> None:
        if flight.ended or flight.acknowledged or flight.life != self.sender.life:
            return
        if count < flight.transmissions:
            return  # it was hastened meanwhile
        if count == TRANSMISSIONS:
            self._end(flight)
            return
        flight.timeout_seconds *= 2
        self._transmit(flight)

    def _end(self, flight: _Flight) -> None:
        if flight.ended or flight.life != self.sender.life:
            return
        flight.ended = True
        self._under_way.pop(flight.number, None)
        self._schedule.mark(f"{self._name} exchange failed")
        self.sender.take_failure(flight.number)

    def _arrive(self, flight: _Flight) -> None:
        life = self.receiver.life
        if not life:
            return
        if flight.taken_in_life == life:
            self._answer(flight)
            return
        # A receiver that was restarted accepts only what its sender vouches for anew (Echo).
        alive = not flight.ended and flight.life == self.sender.life
        if flight.peer_life != life and not alive:
            return
        flight.taken_in_life = life
        newest = flight.order > self._newest.get(life, 0)
        self._newest[life] = max(flight.order, self._newest.get(life, 0))
        if not newest:
            self._schedule.mark(f"{self._name} request overtaken")
        request = flight.order
        if flight.confirmable:
            self._open[request] = flight
            self._schedule.after(EMPTY_ACK_SECONDS, lambda: self._acknowledge(flight, life))
        self.receiver.take_request(request, flight.payload, flight.confirmable, newest)

    def _acknowledge(self, flight: _Flight, life: int) -> None:
        if flight.answer is None and self.receiver.life == life:
            self._schedule.mark(f"{self._name} empty acknowledgement")
            self._air.carry(lambda: self._acknowledged(flight), f"{self._name} acknowledgement")

    def _acknowledged(self, flight: _Flight) -> None:
        if not flight.acknowledged and not flight.ended:
            flight.acknowledged = True
            self._schedule.after(SEPARATE_ANSWER_SECONDS, lambda: self._end(flight))

    def _answer(self, flight: _Flight) -> None:
        answer = flight.answer
        if answer is not None:
            self._air.carry(lambda: self._answered(flight, answer), f"{self._name} answer", answer)

    def _answered(self, flight: _Flight, answer: bytes) -> None:
        if not flight.ended and flight.life == self.sender.life:
            flight.ended = True
            del self._under_way[flight.number]
            self.sender.take_answer(flight.number, answer)
