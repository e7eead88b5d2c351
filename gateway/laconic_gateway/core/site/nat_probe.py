"""How long the NAT on the way keeps a UDP mapping: measured, with few bytes, on a second socket.

    RESTING --(a day, a changed path, a late downlink)--> PROBING
       ^------------- (what failed is close to what was proven) ---'

A probe asks for an answer after T seconds, with silence meanwhile: if it comes, T is safe. The
search grows by a factor until a probe fails, then bisects. What was proven is kept over restarts
and verified, not searched again. Ten probes of 95 bytes are the most that a search takes without
losses. A lost datagram looks like a short timer, and the search comes close to it from below: so
the shortest delay that failed is tried once more, and if that is answered the search goes on. It is
repeated after a day, after two more, after four more, and then every week.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final, TypeAlias

from laconic_codec.signs import PROBE_MAX_SECONDS
from laconic_gateway.core.instant import Instant

START_SECONDS: Final = 28
"""Keepalive interval until something is measured: below the 30 s of the tightest common NATs."""

FLOOR_SECONDS: Final = 25
"""No keepalive more often than this, whatever was measured."""

SAFETY: Final = 0.92
"""Share of the proven time after which a keepalive is sent."""

JITTER_SECONDS: Final = 3.0
"""But it is sent at least so long before the proven time: the radio may hold it up."""

GROWTH: Final = 3
PRECISION: Final = 1.06
"""The search ends when what failed is at most this many times what was proven."""

ANSWER_SECONDS: Final = 10.0
"""How much later than asked for an answer may come."""

VERIFY_SECONDS: Final = 86_400.0
SEARCH_AGAIN_SECONDS: Final = 7 * 86_400.0
"""At most; a search that was disturbed is not to last so long."""
PAUSE_SECONDS: Final = 60.0
"""Before a probe that has to be repeated, and before a round that something has caused."""

ROUND_PAUSE_SECONDS: Final = 900.0
"""Between the beginnings of two rounds: bounds what a path costs that changes all the time."""


@dataclass(frozen=True, slots=True)
class NatState:
    """What is kept over restarts, for each SIM and address family."""

    proven_seconds: int
    """The longest probe that was answered; 0: none was."""
    searched_unix_seconds: int


@dataclass(frozen=True, slots=True)
class ProbeAnswered:
    """The answer to a probe has come."""

    number: int


@dataclass(frozen=True, slots=True)
class ProbeFailed:
    """The answer to a probe did not come."""

    number: int
    conclusive: bool
    """It was sent and its time has passed."""


@dataclass(frozen=True, slots=True)
class PathChanged:
    """The socket was opened anew, or the expander sees the site at another address."""


@dataclass(frozen=True, slots=True)
class DownlinkLate:
    """A downlink needed more than one try."""


@dataclass(frozen=True, slots=True)
class DownlinkCame:
    """A downlink came by itself after nothing had left for a while: the mapping was there."""

    silence_seconds: float


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The expander answers, or does not answer any more."""

    up: bool


Input: TypeAlias = (
    ProbeAnswered | ProbeFailed | PathChanged | DownlinkLate | DownlinkCame | LinkChanged
)


@dataclass(frozen=True, slots=True)
class SendProbe:
    """Send a probe by the second socket, which is opened if need be."""

    number: int
    delay_seconds: int
    wait_seconds: float
    """When to give the answer up, from now."""


@dataclass(frozen=True, slots=True)
class EndProbing:
    """Close the second socket: the next round begins with a new mapping."""


@dataclass(frozen=True, slots=True)
class SaveNatState:
    """Keep this for the next start."""

    state: NatState


Action: TypeAlias = SendProbe | EndProbing | SaveNatState


class NatProbe:
    """Searches, verifies, and says how far apart keepalives may be."""

    def __init__(self, state: NatState | None) -> None:
        self._proven = 0 if state is None else state.proven_seconds
        self._measured = state is not None
        self._searched_unix: float = 0 if state is None else state.searched_unix_seconds
        self._search_again_seconds = VERIFY_SECONDS
        self._limit_seconds: float | None = None
        """Keepalives are at most this far apart, because a downlink was late."""
        self._limited_until = float("-inf")
        """No verification lifts the limit before."""
        self._lifted_at = float("-inf")
        self._in_doubt = False
        """A downlink was late, and none has come since that a shorter interval would not need."""
        self._link_up = False
        self._disturbed = False
        """The link was down while the probe was under way."""
        self._numbers = 0
        self._asked: tuple[int, int] | None = None
        """Number and delay of the probe that is under way."""
        self._delay = self._low = self._high = 0
        """Of the last probe; what was proven in this round; what failed in it. In seconds."""
        self._doubts = 0
        """How often the first probe of the round has failed."""
        self._failed_twice = 0
        """A delay, in seconds."""
        self._probing = False
        self._round_began = float("-inf")
        self._next_at = float("-inf")
        self._actions: list[Action] = []
        self.interval_seconds = self._safe_interval()
        """The longest time between two datagrams that keeps the mapping. It is asked for often."""

    @property
    def proven_seconds(self) -> int:
        """The longest silence after which an answer still came; 0: none is known."""
        return self._proven

    def receive(self, item: Input, now: Instant) -> None:
        """Take one input."""
        match item:
            case ProbeAnswered(number):
                if self._take(number):
                    self._answered(now)
            case ProbeFailed(number, conclusive):
                if self._take(number):
                    self._failed(conclusive and not self._disturbed, now)
            case PathChanged():
                self._begin_anew(now)
            case DownlinkLate():
                self._limit(now)
            case DownlinkCame(silence_seconds):
                self._in_doubt &= silence_seconds <= self._measured_interval() / 2
            case LinkChanged(up):
                self._link_up = up
                self._disturbed |= not up
        self.interval_seconds = self._safe_interval()

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called, on the monotonic clock."""
        return self._next_at if self._link_up and self._asked is None else None

    def handle_timer(self, now: Instant) -> None:
        """Send the next probe if it is time."""
        due = self.timer()
        if due is None or now.monotonic < due:
            return
        if not self._probing:
            self._probing = True
            self._round_began = now.monotonic
            self._low = self._high = self._doubts = self._failed_twice = 0
        self._ask(self._first() if not self._low else self._next(), now)

    def outgoing(self) -> list[Action]:
        """Return what is to be done and forget it."""
        actions, self._actions = self._actions, []
        return actions

    def _measured_interval(self) -> float:
        if self._proven:
            return max(FLOOR_SECONDS, kept_by(self._proven))
        return FLOOR_SECONDS if self._measured else START_SECONDS

    def _safe_interval(self) -> float:
        safe = self._measured_interval()
        return safe if self._limit_seconds is None else min(safe, self._limit_seconds)

    def _take(self, number: int) -> bool:
        """Tell whether this is the probe that is under way, which ends with it."""
        if self._asked is None or self._asked[0] != number:
            return False
        self._delay = self._asked[1]
        self._asked = None
        return True

    def _ask(self, delay_seconds: int, now: Instant) -> None:
        self._numbers += 1
        self._asked = (self._numbers, delay_seconds)
        self._disturbed = False
        wait = delay_seconds + ANSWER_SECONDS
        self._actions.append(SendProbe(self._numbers, delay_seconds, wait))

    def _first(self) -> int:
        """Return the first delay of a round: what is believed at the moment, or less."""
        if self._high:
            return START_SECONDS if self._high > START_SECONDS else FLOOR_SECONDS
        return self._proven or START_SECONDS

    def _next(self) -> int:
        if not self._high:
            return min(PROBE_MAX_SECONDS, self._low * GROWTH)
        if self._is_found():
            return self._high
        return min(max(round(sqrt(self._low * self._high)), self._low + 1), self._high - 1)

    def _answered(self, now: Instant) -> None:
        verified = not self._low and self._proven == self._delay
        self._proven = self._low = self._delay
        if self._low == self._high:
            self._high = 0  # its first probe had got lost
        if verified and now.monotonic >= self._limited_until:
            if self._limit_seconds is not None:
                self._lifted_at = now.monotonic
            self._limit_seconds = None  # the mapping does last: that one datagram was lost
        # A minute less: verifications are a day apart, and the second one of a day is no use.
        recent = now.unix - self._searched_unix < self._search_again_seconds - PAUSE_SECONDS
        if (verified and recent) or self._is_sure():
            self._finish(now, searched=not (verified and recent))
        else:
            self._next_at = now.monotonic

    def _failed(self, conclusive: bool, now: Instant) -> None:
        self._next_at = now.monotonic + PAUSE_SECONDS
        if not conclusive:
            return  # asked again
        if not self._low:
            self._doubts += 1
            if self._doubts == 1:
                return  # it may have got lost; what was believed is not given up for one datagram
            self._proven = 0
        self._next_at = now.monotonic
        if self._delay == self._high:
            self._failed_twice = self._high
        self._high = self._delay
        if self._is_sure() or self._high <= FLOOR_SECONDS:
            self._finish(now, searched=True)

    def _is_sure(self) -> bool:
        return self._is_found() and self._failed_twice == self._high

    def _is_found(self) -> bool:
        if self._low >= PROBE_MAX_SECONDS:
            return True
        if not self._high:
            return False
        if kept_by(self._high) <= FLOOR_SECONDS and self._low:
            return True  # more would not change the interval
        return bool(self._low) and self._high <= max(self._low * PRECISION, self._low + 1)

    def _finish(self, now: Instant, *, searched: bool) -> None:
        self._probing = False
        self._measured = True
        self._next_at = now.monotonic + VERIFY_SECONDS
        if searched:
            if self._searched_unix:
                again = 2 * self._search_again_seconds
                self._search_again_seconds = min(again, SEARCH_AGAIN_SECONDS)
            self._searched_unix = now.unix
        self._actions.append(EndProbing())
        self._actions.append(SaveNatState(NatState(self._proven, int(self._searched_unix))))

    def _limit(self, now: Instant) -> None:
        """Halve the interval at once; a verification lifts that, but not twice in a day.

        Twice is no doubt if a downlink came in between after a silence that halving forbids: both
        times a keepalive was lost, and none of them more often is of use.
        """
        self._limit_seconds = max(FLOOR_SECONDS, self.interval_seconds / 2)
        if self._in_doubt and now.monotonic < self._lifted_at + VERIFY_SECONDS:
            self._limited_until = now.monotonic + VERIFY_SECONDS
        self._in_doubt = True
        if not self._probing:
            self._verify_soon(now)

    def _begin_anew(self, now: Instant) -> None:
        """What was found so far in this round was perhaps another NAT's."""
        if self._probing:
            self._probing = False
            self._asked = None
            self._actions.append(EndProbing())
        self._verify_soon(now)

    def _verify_soon(self, now: Instant) -> None:
        soon = max(now.monotonic + PAUSE_SECONDS, self._round_began + ROUND_PAUSE_SECONDS)
        self._next_at = min(self._next_at, soon) if self._next_at > now.monotonic else soon


def kept_by(proven_seconds: int) -> float:
    """Return how far apart keepalives may be for a mapping that lasts so long."""
    return min(SAFETY * proven_seconds, proven_seconds - JITTER_SECONDS)
