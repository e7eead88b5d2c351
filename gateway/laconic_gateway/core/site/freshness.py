"""How old a command is, on clocks that an attacker on the link cannot move (D13, T12).

The expander's word that a command is still wanted comes in two ways:

| in                                | it was given                                                 |
|-----------------------------------|--------------------------------------------------------------|
| the answer to a frame of the site | after that frame was sent                                    |
| a request of the expander's own   | when its mark says, in seconds from the begin of the epoch   |

The site counts the same seconds on its monotonic clock. It begins to count when `opened` is here,
which may have been on its way for some time; a mark that seems to come from the future shows that,
and moves the beginning. So a command that is carried out is at most as old as the limit and the
exchange that opened the epoch together. No time of day takes part: wrong clocks do not matter.

A clock that stood still, in a machine that slept, makes all requests look old or young. So after
several that do, one after the other, a new epoch has to begin: both ends count anew.
"""

from typing import Final

from laconic_codec.frame import Batch, Fragment
from laconic_codec.issue import MODULUS_SECONDS
from laconic_codec.items import Item
from laconic_gateway.core.lateness import AGE_MAX_SECONDS, is_harmful
from laconic_gateway.core.site.session import remember

RESOLUTION_SECONDS: Final = 1.0
"""A mark has whole seconds."""
LIMIT_SECONDS: Final = AGE_MAX_SECONDS + RESOLUTION_SECONDS
DRIFT: Final = 1e-4
"""What two quartz clocks may differ by for each second of the epoch: 8.6 s in a day."""
VOUCHED_MAX: Final = 256
"""Commands that wait for items before them; the word for the oldest is forgotten beyond this."""

ODD_MARKS_MAX: Final = 2
"""So many requests in a row that come late, or from the future, put a clock in doubt."""


class Freshness:
    """Knows for which commands the expander has given its word, and when."""

    def __init__(self) -> None:
        self._began_at = 0.0
        self._uncertain_seconds = 0.0
        """How long `opened` may have been on its way."""
        self._odd_marks = 0
        self._next = 0
        """Number of the first item that was not played."""
        self._vouched: dict[int, float] = {}  # by number of the item

    def begin(self, asked_at: float, now: float) -> None:
        """Begin an epoch: `opened` is here, the answer to what was sent at `asked_at`."""
        self._began_at = now
        self._uncertain_seconds = now - asked_at
        self._next = self._odd_marks = 0
        self._vouched.clear()

    def answered(self, received: Batch | Fragment, asked_at: float) -> None:
        """Take a frame in the answer to what was sent at `asked_at`."""
        self._vouch(received, asked_at)

    def requested(self, received: Batch | Fragment, seconds: int | None, now: float) -> None:
        """Take a frame in a request of the expander, with the seconds of its mark."""
        if seconds is not None:
            made_at = self._made_at(seconds, now)
            self._odd_marks = self._odd_marks + 1 if now > made_at + LIMIT_SECONDS else 0
            self._vouch(received, made_at)

    @property
    def is_in_doubt(self) -> bool:
        """Tell whether it is rather the clocks than the requests that are wrong."""
        return self._odd_marks >= ODD_MARKS_MAX

    def _made_at(self, seconds: int, now: float) -> float:
        """Return the latest time at which a frame with this mark may have been made."""
        elapsed = now - self._began_at
        drift_seconds = DRIFT * elapsed
        half = MODULUS_SECONDS / 2
        age = (elapsed - seconds + half) % MODULUS_SECONDS - half
        if age < -(self._uncertain_seconds + drift_seconds + RESOLUTION_SECONDS):
            return now - half  # more than half the modulus ago
        if age < 0:
            self._began_at += age
        return min(now, now - age + drift_seconds)

    def _vouch(self, received: Batch | Fragment, at: float) -> None:
        first = received.header.first
        if isinstance(received, Fragment):
            numbers = [first]  # it may be harmful; the item is not whole
        else:
            numbers = [first + n for n, item in enumerate(received.items) if is_harmful(item)]
        for number in numbers:
            if number >= self._next:
                latest = max(at, self._vouched.get(number, at))
                remember(self._vouched, number, latest, VOUCHED_MAX)

    def is_late(self, number: int, item: Item, now: float) -> bool:
        """Tell of an item that is played now whether it must not be carried out any more."""
        vouched_at = self._vouched.pop(number, None)
        self._next = number + 1
        if not is_harmful(item):
            return False
        return vouched_at is None or now > vouched_at + LIMIT_SECONDS
