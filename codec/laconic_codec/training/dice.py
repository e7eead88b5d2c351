"""Dice with a seed: the same messages every time."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

T = TypeVar("T")

_FIRST_DAY: Final = datetime(2025, 7, 1, tzinfo=UTC)
_DAYS: Final = 1_461


class Dice:
    """Draws values. Uses nothing of `random` but `random()`, which no version of Python changes."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def below(self, limit: int) -> int:
        """Return an integer from 0 to `limit` - 1."""
        return int(self._random.random() * limit)

    def chance(self, probability: float) -> bool:
        """Return true in `probability` of all cases."""
        return self._random.random() < probability

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[self.below(len(choices))]

    def early(self, choices: Sequence[T]) -> T:
        """Return one of the choices; the earlier it stands, the more often."""
        return choices[min(self.below(len(choices)), self.below(len(choices)))]

    def some(self, choices: Sequence[T], probability: float) -> list[T]:
        """Return each choice with a probability, in order."""
        return [choice for choice in choices if self.chance(probability)]

    def near(self, value: float, spread: float) -> float:
        """Return a number that differs from `value` by at most `spread` times it."""
        return value * (1 + spread * (2 * self._random.random() - 1))

    def letters(self, alphabet: str, length: int) -> str:
        """Return a text of so many letters."""
        return "".join(self.pick(alphabet) for _ in range(length))

    def moment(self) -> datetime:
        """Return a time of day on some day of four years."""
        return _FIRST_DAY + timedelta(days=self.below(_DAYS), milliseconds=self.below(86_400_000))
