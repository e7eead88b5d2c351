"""Whether the expander answers, and what that allows: when to send, when to try again.

While the link is down one frame at a time asks whether it is back, with longer and longer pauses.
While it is up `Reachability` says which signs of life are due. Without a carrier nothing leaves.
"""

from collections.abc import Callable
from typing import Final

from laconic_gateway.core.backoff import Backoff
from laconic_gateway.core.coap.carrier import Carrier
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.site.reachability import Reachability, Sign

IN_FLIGHT_MAX: Final = 4
"""Frames on their way at the same time."""


class Contact:
    """Told of everything that leaves and of what becomes of it; says what may leave now."""

    def __init__(self, reachability: Reachability, random: Callable[[], float]) -> None:
        self.reachability = reachability
        self.link_up = False
        """Whether the last exchange with the expander succeeded."""
        self.has_carrier = True
        self.try_at = 0.0
        """Not before this time is an expander asked that does not answer, or refuses."""
        self._backoff = Backoff(2.0, 60.0, random)
        self._must_show = False
        """The expander does not know yet by which way the site is to be reached."""

    # --- what has happened

    def carried_by(self, carrier: Carrier | None, now: Instant) -> None:
        """Take note of what carries frames from now on; None: nothing leaves for the moment."""
        self.reachability.carried_by(carrier, now)
        self.has_carrier = carrier is not None
        self._must_show = self.has_carrier
        self.try_at = min(self.try_at, now.monotonic)

    def asked(self, now: Instant) -> None:
        """Take note of a request of the expander, which is answered now."""
        self.reachability.asked(now)
        self.reachability.note_sent(now.monotonic)

    def note_frame(self, now: float) -> None:
        """Take note that a frame left: it shows by which way the site is to be reached."""
        self._must_show = False
        self.reachability.note_sent(now)

    def note_told(self, exchange: int, now: float) -> None:
        """Take note that a frame left which tells what the expander may expect."""
        self.note_frame(now)
        self.reachability.note_told(exchange, now)

    def answered(self, exchange: int) -> None:
        """Take note that an exchange was answered, whatever the answer says."""
        self.link_up = True
        self.reachability.answered(exchange)

    def unanswered(self, exchange: int) -> None:
        """Take note that an exchange failed; it may be one that was given up before."""
        self.reachability.failed(exchange)

    def progressed(self) -> None:
        """Take note that the expander takes what it gets: the next pause is a short one."""
        self._backoff.succeed()

    def lost(self, now: float) -> None:
        """Take note that the link is down."""
        self.link_up = False
        self.try_at = now + self._backoff.fail()

    def closed(self, now: float, *, wait: bool) -> None:
        """Take note that the epoch is given up; the next one begins at once or after a pause."""
        self.try_at = now + self._backoff.fail() if wait else now

    # --- what may leave

    def may_send(self, now: float, on_their_way: int) -> bool:
        """Tell whether one more frame may leave."""
        if self.link_up:
            return on_their_way < IN_FLIGHT_MAX
        return not on_their_way and now >= self.try_at

    def keepalive_due(self, now: float) -> bool:
        """Tell whether a sign of life is due that any frame would be as well."""
        return self.has_carrier and self.link_up and self.reachability.keepalive_due(now)

    def next_sign(self, now: float, on_their_way: int, *, undelivered: bool) -> Sign | None:
        """Return the sign of life that is due in an open epoch; it counts as sent."""
        if self._must_show and not on_their_way:
            return Sign.TELL
        if not self.link_up:  # each sign is a question then
            due_at = max(self.try_at, self.reachability.due_at(now, link_up=False))
            return Sign.TELL if not on_their_way and now >= due_at else None
        # A frame that waits for its answer is no sign of life when it is repeated: the expander
        # takes it for what it has had before.
        busy = on_their_way > 0
        return self.reachability.next_sign(now, busy=busy, undelivered=undelivered)

    def timer(self, now: float, on_their_way: int, *, flushes: bool) -> float | None:
        """Return when something may leave in an open epoch, if nothing happens before.

        `flushes`: items wait that are not to wait for company.
        """
        sign_at = self.reachability.due_at(now, link_up=self.link_up)
        if self.link_up:
            return sign_at
        if on_their_way:
            return None
        return self.try_at if flushes else max(self.try_at, sign_at)
