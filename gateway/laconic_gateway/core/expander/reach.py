"""What an expander knows of the way to one site: can a command reach it now, how long is its lease?

A site that keeps its path open can be reached at any time while its lease lasts. Any other can be
reached just after something came from it. The lease follows the silence that the site announces;
one lost datagram is no reason to show its chargers as disconnected. So the lease lasts until a
second sign of life would have come, and a site that keeps its path open is asked before.
"""

from typing import Final

from laconic_codec.signs import ASSUMED_REACH, Reach

ECHO_SECONDS: Final = 15.0
"""How long a mapping lasts that one datagram has opened: RFC 4787, REQ-5, asks for 120 s, but
carriers are known that keep one for 15 s until a second datagram passes."""

ASK_AFTER: Final = 1.1
"""Of the announced silence: when a site is asked that has missed a sign of life."""

LEASE_SILENCES: Final = 2.25
"""Lease of a site that keeps its path open, in silences: one sign of life may get lost. Asking does
not help then, as a rule: the NAT has forgotten the mapping, and the next sign shows the new one."""

QUIET_LEASE_SILENCES: Final = 2.5
"""The same of a site that cannot be asked."""


class SiteReach:
    """Follows what one site says and when it was heard: its way, and its lease."""

    def __init__(self, lease_seconds: float) -> None:
        """`lease_seconds` is the shortest lease, as configured."""
        self._lease_seconds = lease_seconds
        self._reach = ASSUMED_REACH
        self._order = 0
        """Of the request that told it, or that opened the epoch."""
        self._heard_at = float("-inf")
        self._leased_until = 0.0
        self.is_alive = False
        """Whether the site was last said to be there; the lease may have ended since."""
        self._asked = False

    @property
    def kept_open(self) -> bool:
        """Tell whether the site keeps its path open."""
        return self._reach.kept_open

    @property
    def lease_seconds(self) -> float:
        """Return after how long a silence the site counts as gone."""
        silence = self._reach.silence_seconds
        silences = LEASE_SILENCES if self._reach.kept_open else QUIET_LEASE_SILENCES
        return max(self._lease_seconds, silences * silence)

    def heard(self, now: float) -> bool:
        """Take note of an authenticated message of the site; return whether it was away."""
        self._heard_at = now
        self._asked = False
        self._leased_until = now + self.lease_seconds
        was_alive, self.is_alive = self.is_alive, True
        return not was_alive

    def has_lease(self, now: float) -> bool:
        """Tell whether the site has been heard lately enough for its chargers to count as there."""
        return now < self._leased_until

    def expire(self, now: float) -> bool:
        """Take note that the lease has ended, if it has; return whether that is new."""
        ended = self.is_alive and not self.has_lease(now)
        if ended:
            self.is_alive = False
        return ended

    def lease_end(self, now: float) -> float | None:
        """Return when the lease will end if nothing is heard; None: it has ended."""
        return self._leased_until if self.has_lease(now) else None

    def told(self, reach: Reach, order: int) -> None:
        """Take note of what the site says about itself, unless it has said something later.

        `order` is that of the request. Other requests may have overtaken it: the site takes it
        for told all the same.
        """
        if order >= self._order:
            self._reach, self._order = reach, order

    def note_open(self, order: int) -> None:
        """Take note of an open frame: what the site said before it counts no more."""
        self._order = order

    def forget(self) -> None:
        """Begin anew: an epoch has begun, in which the site has said nothing yet."""
        self._reach = ASSUMED_REACH

    def is_reachable(self, now: float) -> bool:
        """Tell whether a datagram would get through to the site now."""
        return now < self._heard_at + (self.lease_seconds if self.kept_open else ECHO_SECONDS)

    def timer(self) -> float | None:
        """Return when the site is to be asked for a sign of life."""
        if self._asked or not self.kept_open or self._reach is ASSUMED_REACH:
            return None
        return self._heard_at + ASK_AFTER * self._reach.silence_seconds

    def must_ask(self, now: float) -> bool:
        """Tell whether to ask the site now; once for each silence."""
        due = self.timer()
        if due is None or now < due:
            return False
        self._asked = True
        return self.is_reachable(now)
