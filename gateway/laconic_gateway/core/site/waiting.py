"""How long the messages that wait for company still wait.

A frame is a sign of life too. So when a keepalive is due and most of the wait is over, the frame
leaves in place of the keepalive: it would have followed soon, and the keepalive be for nothing.
"""

from typing import Final

SHARE_BEFORE_KEEPALIVE: Final = 0.75
"""Of the wait must be over for a frame to go in place of a keepalive. A frame that goes early
makes the next one early too: beyond about a third that costs more than a keepalive."""


class Waiting:
    """The earliest moment at which something has to leave, and since when it waits."""

    def __init__(self) -> None:
        self.deadline: float | None = None
        """On the monotonic clock; None: nothing waits."""
        self._since = 0.0

    def want_by(self, deadline: float, now: float) -> None:
        """Take note of another message that has to leave by then."""
        if self.deadline is None:
            self._since = now
        if self.deadline is None or deadline < self.deadline:
            self.deadline = deadline

    def take_due(self, now: float, *, keepalive_due: bool) -> bool:
        """Tell whether everything that waits is to leave now; then nothing waits any more."""
        if self.deadline is None:
            return False
        due = self.deadline
        if keepalive_due:
            due = min(due, self._since + SHARE_BEFORE_KEEPALIVE * (due - self._since))
        if now < due:
            return False
        self.deadline = None
        return True
