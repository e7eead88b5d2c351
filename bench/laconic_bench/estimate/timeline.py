"""The part of a log that is played, in its time, without the time that is not covered."""

from dataclasses import dataclass, replace
from typing import Final

from laconic_bench.estimate.month import messages_of
from laconic_bench.estimate.sample import Chosen
from laconic_bench.model.exchanges import Exchange
from laconic_bench.units import DAY_SECONDS

GAP_SECONDS: Final = 1.0
"""What is left of a silence that is not covered."""
THINK_SECONDS: Final = 0.1
"""Until the answer, in logs without times."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Exchanges as they are played, from second 0."""

    exchanges: tuple[Exchange, ...]
    seconds: float

    @property
    def messages(self) -> int:
        """Return how many messages are played."""
        return sum(messages_of(one) for one in self.exchanges)


def timeline_of(chosen: Chosen, silence_seconds: float) -> Timeline:
    """Return the pieces of a log one after the other, with longer silences cut out."""
    played: list[Exchange] = []
    now = 0.0
    for piece in chosen.pieces:
        before = piece.exchanges[0].at_seconds
        for exchange in piece.exchanges:
            now += _counted(exchange.at_seconds - before, silence_seconds)
            before = max(before, exchange.at_seconds)
            played.append(replace(exchange, at_seconds=now))
        now += _counted(piece.end_seconds - before, silence_seconds)
    return Timeline(tuple(played), now)


def _counted(silence_seconds: float, longest_seconds: float) -> float:
    silence = max(0.0, silence_seconds)
    return silence if silence <= longest_seconds else GAP_SECONDS


def spread(chosen: Chosen, days: float, whole_messages: int) -> Timeline:
    """Return exchanges of a log without times, evenly over their part of so many days.

    `whole_messages` is the number of messages in all these days.
    """
    all_of_them = [one for piece in chosen.pieces for one in piece.exchanges]
    messages = sum(messages_of(one) for one in all_of_them)
    seconds = days * DAY_SECONDS * messages / whole_messages if whole_messages else 0.0
    step = seconds / len(all_of_them) if all_of_them else 0.0
    return Timeline(
        tuple(
            replace(
                one, at_seconds=number * step, think_seconds=min(THINK_SECONDS, one.think_seconds)
            )
            for number, one in enumerate(all_of_them)
        ),
        seconds,
    )
