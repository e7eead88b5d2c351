"""Messages that the CSMS refuses: tried again, then put aside (D9, trap 13).

Only a CALLERROR is a failure to process; a CSMS that does not answer, or cannot be reached, gets
the same message until it answers. A message of a transaction is tried three times with growing
waits, as a charger would (1.6, 3.7.1), any other once. Then it goes into the quarantine, and the
next one has its turn. Here only messages count of which the charger has an answer already: the
CALLERROR to any other is for the charger.
"""

from collections import deque
from typing import Final

from laconic_codec.messages import CallError
from laconic_gateway.core.expander.kept import Kept, KeptKind, to_object, to_text
from laconic_gateway.core.expander.traffic import Traffic
from laconic_gateway.core.records import Record

WAIT_SECONDS: Final = (5.0, 20.0)
"""Before the second and the third attempt."""

MINOR_MAX: Final = 1_000
"""Messages in the quarantine of one charger that belong to no transaction; of more, the oldest is
forgotten. Those of transactions stay until the operator has seen to them."""


class Poison:
    """The refused message of one charger, and its quarantine."""

    def __init__(self) -> None:
        self._sequence: int | None = None
        self._answers: list[str] = []
        self._minor: deque[int] = deque()
        self._wait_until = 0.0

    @property
    def attempts(self) -> int:
        """Return how often the message at hand was refused."""
        return len(self._answers)

    def waits_until(self, record: Record) -> float | None:
        """Return when a record may be sent again; None: it was not refused."""
        return self._wait_until if record.sequence == self._sequence else None

    def restore(self, kept: Kept) -> None:
        """Take note of a message in the quarantine on disk."""
        if to_object(kept.text).get("minor"):
            self._minor.append(int(kept.name))

    def refused(self, record: Record, traffic: Traffic, error: CallError, now: float) -> bool:
        """Take a refusal; return whether to try again, after a while."""
        if self._sequence != record.sequence:
            self._sequence = record.sequence
            self._answers = []
        self._answers.append(error.arguments)
        if not traffic.is_of_transaction or self.attempts > len(WAIT_SECONDS):
            return False
        self._wait_until = now + WAIT_SECONDS[self.attempts - 1]
        return True

    def put_aside(self, record: Record, traffic: Traffic, now_unix: float) -> list[Kept]:
        """Return what goes to disk of a message that is given up."""
        minor = not traffic.is_of_transaction
        text = to_text(
            action=traffic.action,
            path=record.path,
            version=record.version,
            message=record.text,
            received=record.received_unix_seconds,
            answers=self._answers,
            since=now_unix,
            minor=minor,
        )
        self._sequence = None
        self._answers = []
        kept = [Kept(KeptKind.QUARANTINE, str(record.sequence), text)]
        if minor:
            self._minor.append(record.sequence)
            if len(self._minor) > MINOR_MAX:
                kept.append(Kept(KeptKind.QUARANTINE, str(self._minor.popleft()), None))
        return kept
