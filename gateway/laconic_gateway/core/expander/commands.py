"""CALLs of the CSMS that wait for a charger: answered in time, carried out at most once.

A CSMS gives a CALL up after a time that it does not tell, often 30 seconds (trap 29). Before that
it gets an honest CALLERROR, and the command is withdrawn: what was not delivered is not delivered
late, and an answer that comes after it is dropped. Nothing is ever sent a second time under
another number; within an epoch the site takes each number once (D13).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from laconic_codec.messages import Call

COMMANDS_MAX: Final = 128
"""CALLs of the CSMS that wait for the charger's answer; of more, the oldest is given up."""

ANSWER_SECONDS: Final = 28.0
"""Default of the time until the CSMS gets an answer: just below the common time-out of 30 s."""

LIFETIME_SECONDS: Final = {
    "UnlockConnector": 30.0,
    "RemoteStartTransaction": 60.0,
    "RequestStartTransaction": 60.0,
    "Reset": 300.0,
}
"""Commands that do harm when they come late, whatever time-out the CSMS has: the person who asked
has left."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One CALL of the CSMS without an answer yet."""

    message_id: str
    action: str
    deadline: float
    sequence: int | None = None
    """Its number in the downlink; None: it has none yet, or none any more."""


class Commands:
    """Remembers who waits for what, and until when."""

    def __init__(self, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._answer_seconds = answer_seconds
        self._waiting: dict[str, Waiting] = {}  # by message id of the CSMS, oldest first

    def add(self, call: Call, now: float) -> list[Waiting]:
        """Take a CALL of the CSMS; return those that are given up for it."""
        seconds = min(self._answer_seconds, LIFETIME_SECONDS.get(call.action, self._answer_seconds))
        # The same id again is a retry of what is given up with this.
        given_up = self._take([call.message_id])
        self._waiting[call.message_id] = Waiting(call.message_id, call.action, now + seconds)
        while len(self._waiting) > COMMANDS_MAX:
            given_up += self._take([next(iter(self._waiting))])
        return given_up

    def sent(self, sequence: int, message_id: str) -> None:
        """Take note of the number under which a CALL goes down."""
        waiting = self._waiting.get(message_id)
        if waiting is not None:
            self._waiting[message_id] = replace(waiting, sequence=sequence)

    def answered(self, sequence: int) -> str | None:
        """Return the message id of the CALL with this number, which ends; None: nobody waits."""
        waiting = self.take(sequence)
        return None if waiting is None else waiting.message_id

    def take(self, sequence: int) -> Waiting | None:
        """Return the CALL with this number, which ends; None: nobody waits."""
        for waiting in self._waiting.values():
            if waiting.sequence == sequence:
                return self._waiting.pop(waiting.message_id)
        return None

    def timer(self) -> float | None:
        """Return when the next CALL is given up."""
        return min((waiting.deadline for waiting in self._waiting.values()), default=None)

    def expire(self, now: float) -> list[Waiting]:
        """Return the CALLs whose time is over; they end."""
        return self._take([w.message_id for w in self._waiting.values() if w.deadline <= now])

    def end(self) -> list[Waiting]:
        """Return all CALLs; they end."""
        return self._take(list(self._waiting))

    def end_sent(self) -> list[Waiting]:
        """Return the CALLs that have a number; they end, because the number means nothing more."""
        sent = [w.message_id for w in self._waiting.values() if w.sequence is not None]
        return self._take(sent)

    def _take(self, message_ids: Iterable[str]) -> list[Waiting]:
        taken = (self._waiting.pop(message_id, None) for message_id in message_ids)
        return [waiting for waiting in taken if waiting is not None]
