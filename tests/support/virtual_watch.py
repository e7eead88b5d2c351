"""Looks at what a site in virtual time tells chargers: nothing too early, and the right time."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from laconic_bench.virtual.schedule import Schedule
from laconic_codec.errors import FrameError
from laconic_codec.frame import Direction, Opened, decode
from tests.support.virtual_charger import Charger
from tests.support.virtual_journal import Journal
from tests.support.virtual_requests import LOCAL, Request

DURABLE_FIRST: Final = LOCAL | {
    *("StartTransaction", "StopTransaction", "TransactionEvent", "BatterySwap")
}
"""Whoever answers these, they are in the journal before."""


@dataclass(frozen=True, slots=True)
class TimeTold:
    """The time that a charger was told by the site itself."""

    identity: str
    error_seconds: float
    """How far it is ahead of the truth."""
    accuracy_seconds: float | None
    """How old what the expander had said was at most; None: it had not said the time yet."""


class Watch:
    """Remembers what the judge wants to know."""

    def __init__(self, schedule: Schedule, journal: Journal) -> None:
        self._schedule = schedule
        self._journal = journal
        self._sent_at: dict[int, float] = {}
        """When which frame left."""
        self._accuracy_seconds: float | None = None
        self.times_told: list[TimeTold] = []
        self.early_answers: list[str] = []
        """What was answered before it was on disk."""

    def restart(self) -> None:
        """Take note that a process begins: it knows nothing of the time."""
        self._sent_at.clear()
        self._accuracy_seconds = None

    def sent(self, exchange: int) -> None:
        """Take note that a frame has left."""
        self._sent_at[exchange] = self._schedule.now

    def answered(self, exchange: int, payload: bytes) -> None:
        """Take the answer to a frame: it may tell the time."""
        sent_at = self._sent_at.pop(exchange, None)
        if sent_at is not None and _tells_time(payload):
            self._accuracy_seconds = self._schedule.now - sent_at

    def told(self, charger: Charger, text: str) -> None:
        """Look at what a charger is told."""
        if text[1] != "3":
            return
        request = charger.request(json.loads(text)[1])
        if request is not None and request.action in DURABLE_FIRST:
            self._check_durable(charger.identity, request)
        _, _, time = text.partition('"currentTime":"')
        if time and '"n":' not in text:  # the CSMS has not said it
            error = datetime.fromisoformat(time[:20]).timestamp() - self._schedule.instant.unix
            self.times_told.append(TimeTold(charger.identity, error, self._accuracy_seconds))

    def _check_durable(self, identity: str, request: Request) -> None:
        if not self._journal.has_had(identity, request.text):
            self.early_answers.append(f"{identity}: {request.message_id} {request.action}")


def _tells_time(payload: bytes) -> bool:
    try:
        return isinstance(decode(payload, Direction.DOWN), Opened)
    except FrameError:
        return False
