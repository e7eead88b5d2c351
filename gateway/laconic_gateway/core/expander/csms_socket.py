"""The WebSocket of one charger to the CSMS: when to open it, when to close it.

CLOSED --> OPENING --> OPEN
   ^----------'---------'      by the CSMS, by the network, or because nobody needs it
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from laconic_gateway.core.backoff import Backoff

LONGEST_WAIT_SECONDS: Final = 40.0
"""With the half that chance may add, a CSMS that is back has every charger within a minute."""


class Socket(Enum):
    """State of the WebSocket to the CSMS."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Present:
    """How a charger is connected at its site."""

    path: str
    version: str
    recreate_heartbeats: bool
    generation: int
    """Differs between two connections of the charger."""


Wanted: TypeAlias = tuple[str, str, int]
"""Path, version and generation of the charger's connection; 0: it has none."""


class CsmsSocket:
    """State of one socket."""

    def __init__(self, random: Callable[[], float]) -> None:
        self.state = Socket.CLOSED
        self.try_at = 0.0
        """When a closed socket may be opened."""
        self.away_since: float | None = None
        """Since when the CSMS has not said a word; None: it has, on this socket."""
        self._backoff = Backoff(1.0, LONGEST_WAIT_SECONDS, random)
        self._opened_for: Wanted | None = None
        self._told_open: bool | None = None
        """What the operator was told last; None: nothing yet."""

    @property
    def is_open(self) -> bool:
        """Tell whether texts can be sent."""
        return self.state is Socket.OPEN

    @property
    def version(self) -> str:
        """Return the OCPP version for which it was opened; empty while it is closed."""
        return self._opened_for[1] if self._opened_for is not None else ""

    def may_open(self, now: float) -> bool:
        """Tell whether it is time to open it."""
        return self.state is Socket.CLOSED and now >= self.try_at

    def open(self, wanted: Wanted) -> None:
        """Take note that it is being opened."""
        self.state = Socket.OPENING
        self._opened_for = wanted

    def opened(self) -> bool:
        """Take note that it is open; return whether that is news to the operator."""
        self.state = Socket.OPEN
        return self._is_news(is_open=True)

    def heard(self) -> None:
        """Take note that the CSMS speaks: it may accept a socket and close it at once."""
        self._backoff.succeed()
        self.away_since = None

    def lost(self, now: float) -> bool:
        """Take note that it is closed or could not be opened; return whether that is news."""
        self.closed(now)
        self.try_at = now + self._backoff.fail()
        return self._is_news(is_open=False)

    def closed(self, now: float) -> None:
        """Take note that it is closed; it may be opened again at once."""
        if self.state is Socket.OPEN and self.away_since is None:
            self.away_since = now
        self.state = Socket.CLOSED
        self.try_at = now
        self._opened_for = None

    def fits(self, wanted: Wanted) -> bool:
        """Tell whether it is one for this path, version and connection.

        A charger that left keeps its socket for the messages that are still here, and a socket
        that was opened for such messages serves the charger when it comes.
        """
        opened = self._opened_for
        assert opened is not None
        if opened[2] == 0 and wanted[:2] == opened[:2]:
            self._opened_for = wanted
            return True
        return wanted[:2] == opened[:2] and wanted[2] in (0, opened[2])

    def _is_news(self, *, is_open: bool) -> bool:
        """Tell whether the CSMS can be reached, other than it was last time."""
        told, self._told_open = self._told_open, is_open
        return told is not is_open
