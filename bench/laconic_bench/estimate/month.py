"""Counts a whole log, and says how much of it is a month."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from laconic_bench.estimate.presence import Presence, longest_silence_seconds
from laconic_bench.model.exchanges import Exchange
from laconic_bench.trace import Version
from laconic_bench.units import DAY_SECONDS, MONTH_SECONDS

GAPS_MAX: Final = 10_000
"""By whole seconds: so many different ones are counted."""


@dataclass(slots=True)
class ChargerCount:
    """What one charger and the CSMS have said to each other."""

    version: Version
    messages: int = 0
    text_bytes: int = 0
    actions: Counter[str] = field(default_factory=Counter[str])
    """Messages by action; those that answer one are "<action> (answer)"."""
    presence: Presence = field(default_factory=Presence)
    _heartbeat_gaps: Counter[int] = field(default_factory=Counter[int])
    _last_heartbeat_seconds: float | None = None

    def add(self, exchange: Exchange) -> None:
        """Count an exchange."""
        self.version = exchange.version
        self.messages += messages_of(exchange)
        self.text_bytes += text_bytes_of(exchange)
        self.actions.update(actions_of(exchange))
        self.presence.add(exchange.at_seconds)
        if exchange.message.action == "Heartbeat" and exchange.is_up:
            if self._last_heartbeat_seconds is not None:
                gap = round(exchange.at_seconds - self._last_heartbeat_seconds)
                if gap in self._heartbeat_gaps or len(self._heartbeat_gaps) < GAPS_MAX:
                    self._heartbeat_gaps[gap] += 1
            self._last_heartbeat_seconds = exchange.at_seconds

    @property
    def heartbeat_seconds(self) -> float | None:
        """Return the median time between heartbeats; None if there were not two."""
        return median_of(self._heartbeat_gaps)


@dataclass(slots=True)
class LogCount:
    """What all chargers of a log have said and heard."""

    chargers: dict[str, ChargerCount] = field(default_factory=dict[str, ChargerCount])
    presence: Presence = field(default_factory=Presence)
    span_days: float | None = None
    """How many days the log covers, if the user has said it."""

    def add(self, exchange: Exchange) -> None:
        """Count an exchange; they come in the order of their times."""
        charger = self.chargers.get(exchange.identity)
        if charger is None:
            charger = self.chargers[exchange.identity] = ChargerCount(exchange.version)
        charger.add(exchange)
        self.presence.add(exchange.at_seconds)

    @property
    def messages(self) -> int:
        """Return the messages of all chargers."""
        return sum(one.messages for one in self.chargers.values())

    @property
    def silence_seconds(self) -> float:
        """Return the longest silence of the whole site that still counts as covered."""
        silences = (_silence_seconds(one) for one in self.chargers.values())
        return max(silences, default=0.0)

    @property
    def covered_seconds(self) -> float:
        """Return the time during which the site was there."""
        if self.span_days is not None:
            return self.span_days * DAY_SECONDS
        return self.presence.covered_seconds(self.silence_seconds)

    def charger_covered_seconds(self, identity: str) -> float:
        """Return the time during which a charger was there.

        It is at least the longest silence that counts, so that a few messages do not become many,
        and at most the time of the site.
        """
        if self.span_days is not None:
            return self.covered_seconds
        charger = self.chargers[identity]
        silence = _silence_seconds(charger)
        covered = max(charger.presence.covered_seconds(silence), silence)
        return min(covered, self.covered_seconds)

    def messages_per_month(self, identity: str) -> float:
        """Return how many messages a month has of a charger."""
        messages = self.chargers[identity].messages
        return messages * MONTH_SECONDS / self.charger_covered_seconds(identity)

    @property
    def all_messages_per_month(self) -> float:
        """Return how many messages a month has of all chargers."""
        return sum(self.messages_per_month(identity) for identity in self.chargers)

    def actions_per_month(self) -> dict[str, float]:
        """Return how many messages of each action, and answers to them, a month has."""
        found: dict[str, float] = {}
        for identity, one in self.chargers.items():
            times = MONTH_SECONDS / self.charger_covered_seconds(identity)
            for action, messages in one.actions.items():
                found[action] = found.get(action, 0.0) + messages * times
        return found

    @property
    def text_bytes_per_month(self) -> float:
        """Return the bytes of JSON in a month."""
        return sum(
            one.text_bytes * MONTH_SECONDS / self.charger_covered_seconds(identity)
            for identity, one in self.chargers.items()
        )


def messages_of(exchange: Exchange) -> int:
    """Return 1 or 2: an answer is a message too."""
    return 1 if exchange.answer_text is None else 2


def actions_of(exchange: Exchange) -> list[str]:
    """Return what the messages of an exchange are billed for."""
    asked = [exchange.message.action]
    return asked if exchange.answer_text is None else [*asked, exchange.answer_label]


def text_bytes_of(exchange: Exchange) -> int:
    """Return the bytes of JSON of an exchange."""
    return len(exchange.text.encode()) + len((exchange.answer_text or "").encode())


def median_of(values: Counter[int]) -> float | None:
    """Return the median of counted values; None if there are none."""
    middle, passed = sum(values.values()) / 2, 0
    for value in sorted(values):
        passed += values[value]
        if passed >= middle:
            return float(value)
    return None


def _silence_seconds(charger: ChargerCount) -> float:
    return longest_silence_seconds(charger.heartbeat_seconds)
