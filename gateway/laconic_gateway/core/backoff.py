"""Back-off with jitter for whatever is tried again (OCPP-J 2.1, 5.3; trap 44)."""

from collections.abc import Callable


class Backoff:
    """Doubles the wait after each failure, up to a limit, and varies it by half either way."""

    def __init__(
        self, first_seconds: float, limit_seconds: float, random: Callable[[], float]
    ) -> None:
        self._first = first_seconds
        self._limit = limit_seconds
        self._random = random
        self.failures = 0

    def fail(self) -> float:
        """Count a failure; return the seconds to wait before the next try."""
        wait = min(self._limit, self._first * 2.0 ** min(self.failures, 30))
        self.failures += 1
        return wait * (0.5 + self._random())

    def succeed(self) -> None:
        """Start over."""
        self.failures = 0
