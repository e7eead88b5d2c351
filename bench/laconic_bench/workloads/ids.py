"""Message ids, in the ways in which firmware makes them.

From the habits in recorded logs: counters that start again at each boot (most makes), the time with
a counter, UUIDs of which only a part is random, and UUIDs.
"""

import uuid
from itertools import count
from typing import Final, Protocol

from laconic_bench.workloads.calendar import Calendar
from laconic_bench.workloads.draws import Cause, Draws

_MIDDLE_BITS: Final = 64
_TAIL_BITS: Final = 32


class Ids(Protocol):
    """Gives a station's CALLs their message ids."""

    def restart(self) -> None:
        """The station has booted."""
        ...

    def next(self, now_ms: int) -> str:
        """Return the id of the next message."""
        ...


class Counter:
    """`343`: counts from 1 at each boot."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def restart(self) -> None:
        """Count from 1 again."""
        self._numbers = count(1)

    def next(self, now_ms: int) -> str:
        """Return the id of the next message."""
        return str(next(self._numbers))


class TimeAndCounter:
    """`202603020605040000001F`: the time of sending, then a counter that starts at each boot."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar: Final = calendar
        self._numbers = count(1)

    def restart(self) -> None:
        """Count from 1 again."""
        self._numbers = count(1)

    def next(self, now_ms: int) -> str:
        """Return the id of the next message."""
        return f"{self._calendar.digits(now_ms)}{next(self._numbers):08X}"


class PartlyRandomUuid:
    """`31238138-df13-4650-b7a3-40af1acbe82f`: seconds, a constant of the unit, 32 random bits."""

    def __init__(self, draws: Draws, cause: Cause) -> None:
        self._draws: Final = draws
        self._cause: Final = cause
        self._start: Final = draws.below(cause, 1 << 30)
        middle = f"{draws.below(cause, 1 << _MIDDLE_BITS):016x}"
        self._middle: Final = f"{middle[:4]}-4{middle[4:7]}-b{middle[7:10]}-{middle[10:14]}"

    def restart(self) -> None:
        """The counter of seconds goes on."""

    def next(self, now_ms: int) -> str:
        """Return the id of the next message."""
        tail = self._draws.below(self._cause, 1 << _TAIL_BITS)
        return f"{self._start + now_ms // 1000:08x}-{self._middle}{tail:08x}"


class Uuid:
    """A UUID of version 4: 122 random bits."""

    def __init__(self, draws: Draws, cause: Cause) -> None:
        self._draws: Final = draws
        self._cause: Final = cause

    def restart(self) -> None:
        """Nothing to do."""

    def next(self, now_ms: int) -> str:
        """Return the id of the next message."""
        return random_uuid(self._draws, self._cause)


def random_uuid(draws: Draws, cause: Cause) -> str:
    """Draw a UUID of version 4 (RFC 9562, 5.4)."""
    number = draws.below(cause, 1 << 122)
    high, middle, low = number >> 74, number >> 62 & 0xFFF, number & (1 << 62) - 1
    return str(uuid.UUID(int=high << 80 | 4 << 76 | middle << 64 | 2 << 62 | low))
