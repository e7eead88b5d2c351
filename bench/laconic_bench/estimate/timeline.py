"""The part of a log that is played: the newest exchanges, without the time that is not covered."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from laconic_bench.estimate.month import messages_of, text_bytes_of
from laconic_bench.model.exchanges import Exchange
from laconic_bench.units import DAY_SECONDS

TEXT_BYTES_MAX: Final = 64_000_000
"""Of what is kept; it bounds the memory."""
GAP_SECONDS: Final = 1.0
"""What is left of a silence that is not covered."""
THINK_SECONDS: Final = 0.1
"""Until the answer, in logs without times."""


class Newest:
    """Keeps the newest exchanges of a log."""

    def __init__(self, messages_max: int) -> None:
        self._messages_max = messages_max
        self._kept: deque[Exchange] = deque()
        self._messages = 0
        self._text_bytes = 0

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange; older ones may go."""
        self._kept.append(exchange)
        self._count(exchange, 1)
        while len(self._kept) > 1 and (
            self._messages > self._messages_max or self._text_bytes > TEXT_BYTES_MAX
        ):
            self._count(self._kept.popleft(), -1)

    def exchanges(self) -> list[Exchange]:
        """Return what was kept, in its order."""
        return list(self._kept)

    def _count(self, exchange: Exchange, times: int) -> None:
        self._messages += times * messages_of(exchange)
        self._text_bytes += times * text_bytes_of(exchange)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Exchanges as they are played, from second 0."""

    exchanges: tuple[Exchange, ...]
    seconds: float

    @property
    def messages(self) -> int:
        """Return how many messages are played."""
        return sum(messages_of(one) for one in self.exchanges)


def timeline_of(exchanges: Sequence[Exchange], silence_seconds: float) -> Timeline:
    """Return exchanges with longer silences cut out."""
    played: list[Exchange] = []
    now, before = 0.0, exchanges[0].at_seconds if exchanges else 0.0
    for exchange in exchanges:
        silence = max(0.0, exchange.at_seconds - before)
        now += silence if silence <= silence_seconds else GAP_SECONDS
        before = max(before, exchange.at_seconds)
        played.append(replace(exchange, at_seconds=now))
    return Timeline(tuple(played), now)


def spread(exchanges: Iterable[Exchange], days: float, whole_messages: int) -> Timeline:
    """Return exchanges of a log without times, evenly over their part of so many days.

    `whole_messages` is the number of messages in all these days.
    """
    all_of_them = list(exchanges)
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
