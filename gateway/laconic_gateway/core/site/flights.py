"""Frames on their way to the expander, by the number of their exchange.

When an exchange fails, everything that is not stored is sent again: another generation of flights.
Answers to those of an earlier one still come; they say little.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Flight:
    """A frame on its way."""

    first: int
    """Number of its first item."""
    end: int
    """Number after its last one."""
    state: int
    """Which state it was coded against."""
    before: int = 0
    """Absolute sequence number of the last message before it."""
    commits: bool = False
    """It makes a new state."""
    sent_at: float = 0.0
    """When it was sent first."""
    generation: int = 0
    """Counts how often everything was sent again."""


class Flights:
    """All of them."""

    def __init__(self) -> None:
        self._last_exchange = 0
        self._flights: dict[int, Flight] = {}
        self._generation = 0

    def begin(self, flight: Flight, now: float) -> int:
        """Take note of a frame that leaves now; return the number of its exchange."""
        self._last_exchange += 1
        self._flights[self._last_exchange] = replace(
            flight, sent_at=now, generation=self._generation
        )
        return self._last_exchange

    def end(self, exchange: int) -> Flight | None:
        """Return the frame whose exchange has ended; None: it has ended before."""
        return self._flights.pop(exchange, None)

    def give_up(self) -> None:
        """Expect nothing of those on their way: all is sent again."""
        self._generation += 1

    def is_current(self, flight: Flight) -> bool:
        """Tell whether a frame was not given up."""
        return flight.generation == self._generation

    def current(self) -> Iterator[tuple[int, Flight]]:
        """Yield exchange and frame of those that were not given up."""
        for exchange, flight in self._flights.items():
            if self.is_current(flight):
                yield exchange, flight

    @property
    def count(self) -> int:
        """Return how many were not given up."""
        return sum(1 for _ in self.current())

    def sent_before(self, exchange: int) -> tuple[int, ...]:
        """Return the exchanges that were begun before another one."""
        return tuple(other for other, _ in self.current() if other < exchange)

    def bring(self, number: int) -> bool:
        """Tell whether a frame begins with this item, or with one before it."""
        return any(flight.first <= number for _, flight in self.current())

    def all_coded_against(self, state: int) -> bool:
        """Tell whether no frame needs another state."""
        return all(flight.state == state for _, flight in self.current())
