"""How much time a log covers: silences that are too long do not count."""

from dataclasses import dataclass, field
from typing import Final

SILENCE_SECONDS: Final = 900.0
"""Silence up to this long always counts as covered."""
SILENT_HEARTBEATS: Final = 3
"""So many heartbeats may be missing until a charger counts as not there, or not logged."""
NO_HEARTBEAT_SECONDS: Final = 86_400.0
"""The same for chargers without heartbeats: they say nothing as long as nothing happens."""


def longest_silence_seconds(heartbeat_seconds: float | None) -> float:
    """Return how long a charger may be silent and is still there."""
    if heartbeat_seconds is None:
        return NO_HEARTBEAT_SECONDS
    return max(SILENCE_SECONDS, SILENT_HEARTBEATS * heartbeat_seconds)


@dataclass(slots=True)
class Presence:
    """When something was said, as far as it takes to know how much time is covered."""

    first_seconds: float | None = None
    last_seconds: float = 0.0
    _short_seconds: float = 0.0
    _long_seconds: list[float] = field(default_factory=list[float])
    """Silences beyond `SILENCE_SECONDS`; there cannot be many."""

    def add(self, at_seconds: float) -> None:
        """Note that something was said; times do not go back."""
        if self.first_seconds is None:
            self.first_seconds = at_seconds
        elif (silence := at_seconds - self.last_seconds) <= SILENCE_SECONDS:
            self._short_seconds += max(0.0, silence)
        else:
            self._long_seconds.append(silence)
        self.last_seconds = max(self.last_seconds, at_seconds)

    def covered_seconds(self, silence_seconds: float) -> float:
        """Return the time that is covered if longer silences are not."""
        return self._short_seconds + sum(
            one for one in self._long_seconds if one <= silence_seconds
        )
