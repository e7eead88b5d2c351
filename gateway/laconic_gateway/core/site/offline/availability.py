"""Whether the CSMS can be reached, as far as a site can tell.

| sign                                                        | it means                         |
|-------------------------------------------------------------|----------------------------------|
| an exchange with the expander failed                        | offline, until one is answered   |
| a CALL has waited `PATIENCE_SECONDS` for the CSMS           | offline, until the CSMS is heard |
| much is stored at the expander, or more than memory holds   | behind: what is new waits long   |
"""

from typing import Final

PATIENCE_SECONDS: Final = 20.0
"""How long a charger's CALL waits for the CSMS before the site answers it: chargers give up after
30 seconds and more."""

BEHIND_RECORDS: Final = 500
"""So many messages that could be delivered, and are not, take longer than a driver waits."""


class Availability:
    """Follows the signs."""

    def __init__(self) -> None:
        self._link_failed = False
        self._is_silent = False
        self.offline_since: float | None = None
        """Monotonic time since which the CSMS cannot be reached."""
        self._delivered = 0
        self.is_behind = False

    @property
    def is_offline(self) -> bool:
        """Tell whether the CSMS cannot be reached."""
        return self._link_failed or self._is_silent

    def link_failed(self, now: float) -> None:
        """Take note that an exchange with the expander has failed."""
        self._link_failed = True
        self._update(now)

    def link_answered(self, now: float) -> None:
        """Take note that the expander has answered."""
        self._link_failed = False
        self._update(now)

    def waited(self, now: float) -> None:
        """Take note that a CALL has waited for the CSMS for too long."""
        self._is_silent = True
        self._update(now)

    def heard(self, now: float) -> None:
        """Take note of an answer or a command of the CSMS."""
        self._is_silent = False
        self._update(now)

    def progress(self, delivered: int, backlog: int, now: float) -> None:
        """Take note of what the CSMS has taken, and how much waits for it without need."""
        self.is_behind = backlog > BEHIND_RECORDS
        if delivered > self._delivered:
            self._delivered = delivered
            self.heard(now)

    def _update(self, now: float) -> None:
        if not self.is_offline:
            self.offline_since = None
        elif self.offline_since is None:
            self.offline_since = now
