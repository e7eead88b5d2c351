"""How the site stays reachable for commands: every decision on keepalives and signs of life.

| mode   | the path is kept open                    | longest silence of the site             |
|--------|------------------------------------------|-----------------------------------------|
| always | always                                   | `sign_of_life_seconds` and one interval |
| active | while a command is likely (`Activity`)   | the same; while quiet, 15 minutes       |
| poll   | never: a command waits for the next sign | `poll_seconds`                          |

An open path is kept by bare keepalives, one byte without protection, which the expander drops.
Every few minutes a protected one goes in place of it: it tells a changed address and renews the
lease. What the expander may expect, a `Reach`, is told in a confirmed request when it changes,
and now and then, so that a site learns that its expander was replaced.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from math import ceil
from typing import Final, Literal

from laconic_codec.signs import ASSUMED_REACH, Reach
from laconic_gateway.core.coap.carrier import Carrier
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.site import nat_probe
from laconic_gateway.core.site.activity import Activity
from laconic_gateway.core.site.nat_probe import (
    FLOOR_SECONDS,
    DownlinkCame,
    LinkChanged,
    NatProbe,
    NatState,
    PathChanged,
)

Mode = Literal["always", "active", "poll"]

QUIET_SIGN_SECONDS: Final = 900.0
"""Between two signs of life of a site in mode `active` while no command is likely."""

STREAM_INTERVAL_SECONDS: Final = 240.0
"""Between two keepalives on TCP: NATs keep a connection for minutes to hours (RFC 5382, REQ-5, asks
for more than two hours), and a few carriers for five minutes only."""

CONFIRM_EVERY: Final = 12
"""Of so many protected signs of life one is confirmed."""

CONFIRM_UNDELIVERED_EVERY: Final = 4
"""The same while the CSMS has not taken everything: the confirmation tells the site its progress,
which lets it trim the journal."""

MINUTE_SECONDS: Final = 60


class Sign(Enum):
    """What is sent to be reachable."""

    BARE = "one byte, for the NAT only"
    ALIVE = "protected, without an answer"
    TELL = "protected and confirmed, with the `Reach`"


@dataclass(frozen=True, slots=True)
class ReachSettings:
    """What the configuration says about being reachable."""

    mode: Mode = "always"
    keepalive_seconds: float | None = None
    """Fixed interval of keepalives; None: it is measured."""
    sign_of_life_seconds: float = 300.0
    poll_seconds: float = 300.0


class Reachability:
    """Says when to send what; told of everything that leaves and of what becomes of it."""

    def __init__(self, settings: ReachSettings, nat: NatState | None = None) -> None:
        self.activity = Activity()
        self._settings = settings
        self._nat = NatProbe(nat) if self._measures else None
        self._link_up = False
        self._on_stream = False
        self._last_sent = 0.0
        self._last_protected = 0.0
        self._signs = 0
        self._told = ASSUMED_REACH
        """What the expander is known to know."""
        self._telling: tuple[int, Reach] | None = None
        """The exchange that tells it at the moment."""

    @property
    def _measures(self) -> bool:
        return self._settings.mode != "poll" and self._settings.keepalive_seconds is None

    @property
    def interval_seconds(self) -> float:
        """The longest silence that keeps the mapping in the NAT, as far as is known."""
        if self._on_stream:
            return self._settings.keepalive_seconds or STREAM_INTERVAL_SECONDS
        if self._nat is not None:
            return self._nat.interval_seconds
        return self._settings.keepalive_seconds or FLOOR_SECONDS

    @property
    def proven_seconds(self) -> int:
        """The longest silence after which an answer still came; 0: none is known."""
        return 0 if self._nat is None else self._nat.proven_seconds

    def kept_open(self, now: float) -> bool:
        """Tell whether a command can reach the site now."""
        match self._settings.mode:
            case "always":
                return True
            case "active":
                return now < self.activity.until()
            case "poll":
                return False

    def reach(self, now: float) -> Reach:
        """Return what the expander is to know."""
        if not self.kept_open(now):
            return Reach(kept_open=False, silence_seconds=ceil(self._quiet_seconds))
        return _reach_while_open(self._settings.sign_of_life_seconds, self.interval_seconds)

    # --- what has happened

    def note_sent(self, now: float) -> None:
        """Take note that something protected has left, which refreshes the mapping too."""
        self._last_sent = self._last_protected = now

    def asked(self, now: Instant) -> None:
        """Take note that the expander has reached the site by itself."""
        if not self._on_stream:
            self.probed(DownlinkCame(now.monotonic - self._last_sent), now)

    def note_told(self, exchange: int, now: float) -> None:
        """Take note that `reach` is on its way."""
        self._telling = (exchange, self.reach(now))

    def answered(self, exchange: int) -> None:
        """Take note that an exchange was answered."""
        if self._telling is not None and self._telling[0] == exchange:
            self._told, self._telling = self._telling[1], None

    def failed(self, exchange: int) -> None:
        """Take note that an exchange was not answered."""
        if self._telling is not None and self._telling[0] == exchange:
            self._telling = None

    def forget(self) -> None:
        """Take note that the expander knows nothing any more: an epoch has ended."""
        self._told, self._telling = ASSUMED_REACH, None

    def link(self, up: bool, now: Instant) -> None:
        """Take note whether the expander answers."""
        measurable = up and not self._on_stream
        if measurable is not self._link_up:
            self._link_up = measurable
            self.probed(LinkChanged(measurable), now)

    def carried_by(self, carrier: Carrier | None, now: Instant) -> None:
        """Take note of what carries messages: the mapping of a connection is not measured."""
        was_stream, self._on_stream = self._on_stream, carrier == "tcp"
        if was_stream and carrier == "udp":
            self.probed(PathChanged(), now)

    # --- what is to be sent

    def due_at(self, now: float, *, link_up: bool) -> float:
        """Return when the next sign is due; what has changed is told while the link is up."""
        return now if link_up and self._must_tell(now) else self._sign_due_at(now)

    def _sign_due_at(self, now: float) -> float:
        if not self.kept_open(now):
            return self._last_protected + self._quiet_seconds
        due = self._last_sent + min(self.interval_seconds, self._settings.sign_of_life_seconds)
        return min(due, self.activity.until()) if self._settings.mode == "active" else due

    def keepalive_due(self, now: float) -> bool:
        """Tell whether a sign is due in place of which anything else may leave."""
        return not self._must_tell(now) and now >= self._sign_due_at(now)

    def next_sign(self, now: float, *, busy: bool, undelivered: bool = False) -> Sign | None:
        """Return what is to be sent now; None: nothing. It counts as sent.

        `busy`: an exchange is under way, which is a confirmation of its own. `undelivered`: the
        CSMS has not taken everything yet, as far as is known.
        """
        if self._must_tell(now):
            return Sign.TELL
        if now < self._sign_due_at(now):
            return None
        if self.kept_open(now):
            self._last_sent = now
            if now < self._last_protected + self._settings.sign_of_life_seconds:
                return Sign.BARE
        self.note_sent(now)
        self._signs += 1
        every = CONFIRM_UNDELIVERED_EVERY if undelivered else CONFIRM_EVERY
        confirm = self._signs % every == 0 and not busy and self._telling is None
        return Sign.TELL if confirm else Sign.ALIVE

    def _must_tell(self, now: float) -> bool:
        if self._telling is not None:
            return False
        told, true = self._told, self.reach(now)
        short = true.silence_seconds < told.silence_seconds / 2  # a smaller change can wait
        late = true.silence_seconds > told.silence_seconds
        return told.kept_open is not true.kept_open or short or late

    @property
    def _quiet_seconds(self) -> float:
        poll = self._settings.mode == "poll"
        return self._settings.poll_seconds if poll else QUIET_SIGN_SECONDS

    # --- the measurement of the NAT

    def probed(self, item: nat_probe.Input, now: Instant) -> None:
        """Pass on what concerns the measurement."""
        if self._nat is not None:
            self._nat.receive(item, now)

    def timer(self) -> float | None:
        """Return when `probes` has something to say, if nothing happens before."""
        return None if self._nat is None else self._nat.timer()

    def probes(self, now: Instant) -> list[nat_probe.Action]:
        """Return what the measurement wants done."""
        if self._nat is None:
            return []
        self._nat.handle_timer(now)
        return self._nat.outgoing()


@lru_cache(maxsize=8)
def _reach_while_open(sign_of_life_seconds: float, interval_seconds: float) -> Reach:
    """Return what the expander is to know while the path is kept open."""
    signs, interval = sign_of_life_seconds, interval_seconds
    silence = ceil(signs + interval if interval < signs else signs)
    if silence > MINUTE_SECONDS:  # in minutes, so that a measurement does not change it often
        silence = ceil(silence / MINUTE_SECONDS) * MINUTE_SECONDS
    return Reach(kept_open=True, silence_seconds=silence)
