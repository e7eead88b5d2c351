"""Distributions over whole numbers, as tables of which every probability is known."""

import math
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, repeat
from typing import Final, overload


class Table:
    """The probabilities of consecutive whole numbers from `first` on."""

    def __init__(self, first: int, weights: Sequence[float]) -> None:
        total = math.fsum(weights)
        shares = tuple(weight / total for weight in weights)
        self.first: Final = first
        self.probabilities: Sequence[float] = shares
        self.bits: Sequence[float] = tuple(
            -math.log2(share) if share else math.inf for share in shares
        )
        self._cumulative = array("d", accumulate(shares[:-1]))

    @property
    def last(self) -> int:
        """The greatest number of the table."""
        return self.first + len(self.probabilities) - 1

    def find(self, level: float) -> int:
        """Return the index of the number at a level of 0 to 1 of the distribution."""
        return bisect_right(self._cumulative, level)


class _Even(Table):
    """All equally likely. Millions of numbers need little memory, and none before the first use."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(first, [1.0])
        count = last - first + 1
        self.probabilities = _Same(1.0 / count, count)
        self.bits = _Same(-math.log2(1.0 / count), count)

    def find(self, level: float) -> int:
        """Return the index of the number at a level of 0 to 1 of the distribution."""
        if not self._cumulative:
            others = repeat(self.probabilities[0], len(self.probabilities) - 1)
            self._cumulative = array("d", accumulate(others))
        return super().find(level)


class _Same(Sequence[float]):
    """The same number so many times."""

    def __init__(self, value: float, count: int) -> None:
        self._value: Final = value
        self._count: Final = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> float: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[float]: ...

    def __getitem__(self, index: int | slice) -> float | Sequence[float]:
        if isinstance(index, slice):
            return _Same(self._value, len(range(self._count)[index]))
        if not -self._count <= index < self._count:
            raise IndexError(index)
        return self._value


def even(first: int, last: int) -> Table:
    """Return a table in which all numbers are equally likely."""
    return _Even(first, last)


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
