"""Distributions over whole numbers, as tables of which every probability is known."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Final


class Table:
    """The probabilities of consecutive whole numbers from `first` on."""

    def __init__(self, first: int, weights: Sequence[float]) -> None:
        total = math.fsum(weights)
        self.first: Final = first
        self.probabilities: Final = tuple(weight / total for weight in weights)
        self.bits: Final = tuple(
            -math.log2(share) if share else math.inf for share in self.probabilities
        )
        self._cumulative: Final = list(accumulate(self.probabilities))[:-1]

    @property
    def last(self) -> int:
        """The greatest number of the table."""
        return self.first + len(self.probabilities) - 1

    def find(self, level: float) -> int:
        """Return the index of the number at a level of 0 to 1 of the distribution."""
        return bisect_right(self._cumulative, level)


def even(first: int, last: int) -> Table:
    """Return a table in which all numbers are equally likely."""
    return Table(first, [1.0] * (last - first + 1))


def normal(mean: float, sigma: float, first: int, last: int) -> Table:
    """Return a normal distribution, cut off outside `first` to `last`."""
    return Table(
        first,
        [math.exp(-0.5 * ((number - mean) / sigma) ** 2) for number in range(first, last + 1)],
    )


def lognormal(median: float, spread: float, first: int, last: int) -> Table:
    """Return a lognormal distribution, as human delays have it; `first` is at least 1.

    `spread` is the standard deviation of the natural logarithm.
    """
    return Table(
        first,
        [
            math.exp(-0.5 * (math.log(number / median) / spread) ** 2) / number
            for number in range(first, last + 1)
        ],
    )


def geometric(mean: float, first: int, last: int) -> Table:
    """Return a geometric distribution of which `mean` is the mean above `first`."""
    share = mean / (1.0 + mean)
    return Table(first, [share ** (number - first) for number in range(first, last + 1)])
