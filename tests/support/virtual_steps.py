"""The steps of both processes, counted, so that a crash can be put right after any of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

SITE_STEPS: Final = (
    *("AppendRecord", "TrimJournal", "ReadJournal", "SaveEpoch", "KeepFact"),
    *("SendFrame", "RespondDownlink", "SendToCharger"),
    *("journal written", "facts written"),
)
EXPANDER_STEPS: Final = (
    *("StoreRecords", "DeliverDone", "ReadOutbox"),
    *("RespondSite", "RequestSite", "OpenCsms", "CloseCsms", "SendToCsms"),
    *("outbox written", "deliveries written"),
)
"""What a process asks for, each time it does, and what its disk has done, before it says so."""


@dataclass(slots=True)
class _Armed:
    left: int
    event: Callable[[], None]


class Steps:
    """Has something happen right after the k-th step of a kind from now."""

    def __init__(self) -> None:
        self._armed: dict[str, _Armed] = {}

    def arm(self, kind: str, count: int, event: Callable[[], None]) -> None:
        """Have an event happen after `count` more steps of this kind; it replaces the one before.

        Nothing else happens between the step and the event.
        """
        self._armed[kind] = _Armed(count, event)

    def disarm(self) -> None:
        """Forget all that has not happened yet."""
        self._armed.clear()

    def passed(self, kind: str) -> None:
        """Count a step that was made."""
        armed = self._armed.get(kind)
        if armed is None:
            return
        armed.left -= 1
        if armed.left <= 0:
            del self._armed[kind]
            armed.event()
