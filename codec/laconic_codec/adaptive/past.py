"""What a number slot had before, and what that lets one expect."""

from typing import Final

from laconic_codec.adaptive.records import Row

_SCALED_MAX: Final = 10**15
"""A mantissa above this is not carried over to more decimals."""
_STREAK: Final = 12
GRAIN_MAX: Final = 9
_COST_MAX: Final = 1 << 32
"""No prediction is as bad as this: costs have 16 bits, errors are numbers of 64 bits."""


class Past:
    """One row of a number slot: its values before, and how well each predictor did."""

    __slots__ = (
        *("_delta", "_level", "_mean", "_stride", "_trend", "costs", "decimals", "grain", "last"),
        *("link", "predictions", "scale", "streak", "streak_grain"),
    )

    def __init__(self, row: Row) -> None:
        (
            self.last,
            self._delta,
            self._stride,
            self._trend,
            self._mean,
            self._level,
            self.link,
            *self.costs,
            self.scale,
            packed,
        ) = row
        """The last mantissa; the last step; the last step that came twice in a row; the trend * 16;
        by how much the mean over about 8 values is more than the last one, * 16; the same over
        about 2 values, * 4; how it is linked to other quantities, see `quantities`; for each
        prediction how bad it was; the usual length of the residual in 1/16 bit."""
        self.decimals = packed & 15
        """Of the last value."""
        self.grain = packed >> 4 & 15
        """Zeros that all mantissas end with."""
        self.streak_grain = packed >> 8 & 15
        self.streak = packed >> 12
        """For how many values all would have ended with more zeros."""
        self.predictions: list[int] = []

    @classmethod
    def first(cls, mantissa: int, decimals: int) -> "Past":
        """Return the past of a slot with one value."""
        scale = abs(mantissa).bit_length() * 16
        packed = decimals | zeros_of(mantissa) << 4
        return cls((mantissa, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, scale, packed))

    def row(self) -> Row:
        """Return the integers of the row."""
        packed = self.decimals | self.grain << 4 | self.streak_grain << 8 | self.streak << 12
        return (
            self.last,
            self._delta,
            self._stride,
            self._trend,
            self._mean,
            self._level,
            self.link,
            *self.costs,
            self.scale,
            packed,
        )

    def rescale(self, decimals: int) -> None:
        """Go over to another count of decimals."""
        shift = decimals - self.decimals
        if shift == 0:
            return
        if shift < 0:
            divisor = 10**-shift
            self.last = (self.last + divisor // 2) // divisor
        elif abs(self.last) * 10**shift < _SCALED_MAX:
            self.last *= 10**shift
        else:
            self.last = 0
        self._forget()
        self.decimals = decimals
        self.grain = min(max(self.grain + shift, 0), GRAIN_MAX)
        self.streak = 0

    def _forget(self) -> None:
        self._delta = self._stride = self._trend = self._mean = self._level = self.link = 0

    def predict(self, expected: tuple[int, ...]) -> None:
        """Make the predictions; `expected` is what other values of the message say, if anything."""
        if expected and any(abs(prediction) >= _SCALED_MAX for prediction in expected):
            expected = ()
        last, trend = self.last, self._trend >> 4
        self.predictions = [
            last,
            last + self._stride,
            last + (self._mean >> 4),
            last + (self._level >> 2) + trend,
            *expected,
        ]

    def coarsen(self, grain: int) -> None:
        """Round the predictions to numbers that end with some zeros."""
        self.grain = grain
        if grain:
            step = 10**grain
            self.predictions = [
                (prediction + step // 2) // step * step for prediction in self.predictions
            ]

    def best(self) -> int:
        """Return the number of the prediction that has done best."""
        costs = self.costs[: len(self.predictions)]
        return costs.index(min(costs))

    def learn(self, mantissa: int, own: bool) -> None:
        """Take in the next value; `own` is false if the past is that of another entity."""
        if self.predictions:
            self._judge(mantissa)
        self._watch_grain(mantissa)
        delta = mantissa - self.last
        self.last = mantissa
        if not own:
            self._forget()
            return
        if delta == self._delta:
            self._stride = delta
        self._delta = delta
        self._mean = _nearer(self._mean - 16 * delta, 3)
        self._level = _nearer(self._level - 4 * delta, 1)
        self._trend += (delta * 16 - self._trend) >> 2

    def _judge(self, mantissa: int) -> None:
        size = len(self.predictions)
        costs, error = judge(self.costs[:size], mantissa, self.predictions, 10**self.grain)
        self.costs[:size] = costs
        self.scale += (error * 16 - self.scale) >> 2

    def _watch_grain(self, mantissa: int) -> None:
        """Go over to more zeros when a number of values in a row have had them."""
        zeros = zeros_of(mantissa) if mantissa else GRAIN_MAX
        if zeros <= self.grain:
            self.streak = 0
            return
        self.streak_grain = min(zeros, self.streak_grain) if self.streak else zeros
        self.streak += 1
        if self.streak == _STREAK:
            self.grain, self.streak = self.streak_grain, 0


def _nearer(lead: int, shift: int) -> int:
    """Return a lead over the last value after a part of it is taken away."""
    return lead + (-lead >> shift)


def zeros_of(mantissa: int) -> int:
    """Return how many zeros a number ends with, at most 9; 0 for 0."""
    zeros = 0
    while mantissa and mantissa % 10 == 0 and zeros < GRAIN_MAX:
        mantissa //= 10
        zeros += 1
    return zeros


def judge(costs: list[int], value: int, predictions: list[int], step: int) -> tuple[list[int], int]:
    """Return the costs of predictions after a value, and the error of the best in bits.

    `step` is the least difference that counts.
    """
    after: list[int] = []
    least, error_of_least = _COST_MAX, 0
    for cost, prediction in zip(costs, predictions, strict=True):
        error = (abs(value - prediction) // step).bit_length()
        cost = (cost * 7 >> 3) + error * 32
        after.append(cost)
        if cost < least:
            least, error_of_least = cost, error
    return after, error_of_least
