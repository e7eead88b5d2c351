"""A moment, as everything in core gets it: no core asks a clock."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment on two clocks."""

    monotonic: float
    """Seconds on a clock that never jumps: for timers."""
    unix: float
    """Seconds since 1970-01-01T00:00:00Z: for what chargers are told."""


def timestamp(unix_seconds: float) -> str:
    """Return a time as OCPP writes it: UTC, whole seconds (OCPP 2.1 part 2, 3.1)."""
    return datetime.fromtimestamp(unix_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
