"""What stays the same while one charger speaks: how it writes times, numbers and objects."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from laconic_codec.training.dice import Dice

HEX: Final = "0123456789abcdef"

_TIMES: Final = ("seconds Z", "milliseconds Z", "zero milliseconds Z", "seconds +00:00", "micro")
_ORDERS: Final = ("schema", "schema", "schema", "alphabetical", "required first", "reversed")


@dataclass(slots=True)
class Charger:
    """One charger and its CSMS, as far as their habits shape the bytes."""

    version: str
    dice: Dice
    now: datetime
    times: str
    order: str
    decimals: int
    channel: int

    @classmethod
    def draw(cls, version: str, dice: Dice) -> "Charger":
        """Return a charger with habits of its own."""
        channel = dice.early(range(12))
        habits = dice.early(_TIMES), dice.pick(_ORDERS), dice.pick((0, 1, 2, 3))
        return cls(version, dice, dice.moment(), *habits, channel)

    def time(self) -> str:
        """Return the time now, as this charger writes it, and let some pass."""
        self.now += timedelta(milliseconds=self.dice.below(120_000))
        return self.written(self.now)

    def written(self, moment: datetime) -> str:
        """Return a moment as this charger writes it."""
        seconds = moment.strftime("%Y-%m-%dT%H:%M:%S")
        match self.times:
            case "seconds Z":
                return f"{seconds}Z"
            case "milliseconds Z":
                return f"{seconds}.{moment.microsecond // 1000:03}Z"
            case "zero milliseconds Z":
                return f"{seconds}.000Z"
            case "seconds +00:00":
                return f"{seconds}+00:00"
            case _:
                return f"{seconds}.{moment.microsecond:06}Z"

    def uuid(self) -> str:
        """Return the text of a random UUID."""
        return "-".join(self.dice.letters(HEX, length) for length in (8, 4, 4, 4, 12))
