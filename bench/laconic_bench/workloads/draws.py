"""Chance, with an account of how much information each draw puts into the trace.

Every random value of a workload is drawn here, at the resolution in which a message shows it, and
charged with -log2 of its probability. The sum is the entropy of the trace: no lossless code can
need fewer bits on average. What is derived from other values is not drawn and costs nothing; what
no message shows is drawn by `hidden` and costs nothing either.
"""

import math
import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from laconic_bench.workloads.tables import Table


class Lane(StrEnum):
    """Whose messages show a drawn value first."""

    UP_CALL = "up call"
    UP_ANSWER = "up answer"
    DOWN_CALL = "down call"
    DOWN_ANSWER = "down answer"


@dataclass(frozen=True, slots=True, eq=False)
class Cause:
    """Why something was drawn: one line of the account. Two causes are never equal."""

    name: str
    lane: Lane


@dataclass(frozen=True, slots=True)
class Entry:
    """The draws of one cause."""

    cause: Cause
    draws: int
    bits: float


class Draws:
    """A seeded source of values that keeps the account."""

    def __init__(self, seed: int) -> None:
        self._random: Final = random.Random(seed)
        # Its own sequence: what is hidden has no effect on what is charged.
        self._hidden: Final = random.Random(f"hidden {seed}")
        self._bits: Final[dict[Cause, float]] = {}
        self._counts: Final[dict[Cause, int]] = {}

    def entries(self) -> list[Entry]:
        """Return the account, the greatest entry first."""
        entries = [Entry(cause, self._counts[cause], bits) for cause, bits in self._bits.items()]
        return sorted(entries, key=lambda entry: -entry.bits)

    def normal(self, cause: Cause, mean: float, sigma: float) -> int:
        """Draw a whole number: a normal value, rounded."""
        value = round(self._random.gauss(mean, sigma))
        self._charge(cause, -math.log2(normal_probability(value, mean, sigma)))
        return value

    def pick(self, cause: Cause, table: Table) -> int:
        """Draw from a table."""
        index = table.find(self._random.random())
        self._charge(cause, table.bits[index])
        return table.first + index

    def below(self, cause: Cause, count: int) -> int:
        """Draw one of 0 to `count` - 1, all equally likely."""
        self._charge(cause, math.log2(count))
        return self._random.randrange(count)

    def chance(self, cause: Cause, probability: float) -> bool:
        """Draw whether something happens."""
        happens = self._random.random() < probability
        self._charge(cause, -math.log2(probability if happens else 1.0 - probability))
        return happens

    def weigh(self, cause: Cause, weights: list[float]) -> int:
        """Draw an index; the probability of each is its share of the weights."""
        total = sum(weights)
        rest = self._random.random() * total
        index = 0
        while rest >= weights[index]:
            rest -= weights[index]
            index += 1
        self._charge(cause, -math.log2(weights[index] / total))
        return index

    def wait(self, cause: Cause, hazard: float, ticks: int) -> int | None:
        """Draw how many ticks pass before an event, or None if none happens within `ticks`.

        `hazard` is the rate of the event per tick. The probability of n is that of an exponential
        waiting time between n and n + 1 ticks.
        """
        waited = int(-math.log1p(-self._random.random()) / hazard)
        if waited >= ticks:
            self._charge(cause, hazard * ticks / math.log(2))
            return None
        self._charge(cause, hazard * waited / math.log(2) - math.log2(-math.expm1(-hazard)))
        return waited

    def delay_ms(self, cause: Cause, seconds: Table, resolution_ms: int) -> int:
        """Draw a time of which the messages show whole seconds or every millisecond."""
        whole_ms = 1000 * self.pick(cause, seconds)
        return whole_ms if resolution_ms == 1000 else whole_ms + self.below(cause, 1000)

    def hidden(self, table: Table) -> int:
        """Draw what no message shows, free of charge."""
        return table.first + table.find(self._hidden.random())

    def _charge(self, cause: Cause, bits: float) -> None:
        self._bits[cause] = self._bits.get(cause, 0.0) + bits
        self._counts[cause] = self._counts.get(cause, 0) + 1


def normal_probability(value: int, mean: float, sigma: float) -> float:
    """Return the probability that a normal value rounds to `value`."""
    scale = 1.0 / (sigma * math.sqrt(2.0))
    # The side of the tail, where erfc keeps its precision; the distribution is symmetric.
    near = (abs(value - mean) - 0.5) * scale
    return 0.5 * (math.erfc(near) - math.erfc(near + scale))
