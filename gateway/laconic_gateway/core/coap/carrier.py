"""Which carrier a site uses, UDP or TCP: a decision without I/O.

                 no answer for a while                  connection open
    DATAGRAMS --------------------------> SEARCHING ---------------------> STREAM
        ^                                  |     ^                          |  |
        '---------- an answer by UDP ------'     '----- connection lost ----'  |
        '-------------------------- a probe by UDP was answered ---------------'

Without datagrams (`carrier = "tcp"`) there are SEARCHING and STREAM only. The owner tells what
happens, calls `handle_timer` at `timer()`, and carries out `steps()` after each call.
"""

from enum import Enum
from typing import Final, Literal, TypeAlias

Carrier: TypeAlias = Literal["udp", "tcp"]

FIRST_PATIENCE_SECONDS: Final = 8.0
"""For the first answer by UDP of all: two transmissions of a request are without an answer."""
PATIENCE_SECONDS: Final = 15.0
"""For an answer by UDP where there were answers before: three transmissions."""
PROBE_FIRST_SECONDS: Final = 300.0
"""From the begin of the use of TCP to the first probe of UDP. The pauses double with each probe,"""
PROBE_LIMIT_SECONDS: Final = 3600.0
"""up to this one."""
PROBE_WAIT_SECONDS: Final = 10.0
"""For the answer to a probe."""
SETTLED_SECONDS: Final = 3600.0
"""UDP that has worked for so long counts as sound: the pauses start over the next time."""


class Step(Enum):
    """What the owner of a choice has to do."""

    OPEN_STREAM = "connect, and again with back-off until it is open or not wanted any more"
    CLOSE_STREAM = "close the connection, or stop trying"
    USE_STREAM = "send over the connection from now on"
    USE_DATAGRAMS = "send by datagrams from now on"
    USE_NOTHING = "send nothing until there is a connection"
    PROBE_DATAGRAMS = "ask for an answer by UDP, on a socket of its own"


class State(Enum):
    """Where the choice stands."""

    DATAGRAMS = "UDP is used, there is no connection"
    SEARCHING = "UDP is used if there is UDP, and a connection is wanted"
    STREAM = "the connection is used"


class CarrierChoice:
    """Starts with UDP if that may be used, and with a connection if not."""

    def __init__(self, now: float, *, has_datagrams: bool) -> None:
        self.state = State.DATAGRAMS if has_datagrams else State.SEARCHING
        self._has_datagrams = has_datagrams
        self._silent_since: float | None = None
        """Since when a request by UDP has been without an answer."""
        self._has_answered = False
        self._used_since = now
        """Since when the state is what it is."""
        self._pause = PROBE_FIRST_SECONDS
        self._probe_at: float | None = None
        self._steps = [] if has_datagrams else [Step.USE_NOTHING, Step.OPEN_STREAM]

    @property
    def carrier(self) -> Carrier | None:
        """What carries messages now."""
        if self.state is State.STREAM:
            return "tcp"
        return "udp" if self._has_datagrams else None

    def steps(self) -> list[Step]:
        """Return what is to be done, in order, and forget it."""
        steps, self._steps = self._steps, []
        return steps

    def asked(self, now: float) -> None:
        """Take note that a request that wants an answer left by UDP."""
        if self.state is not State.STREAM and self._silent_since is None:
            self._silent_since = now

    def answered(self, now: float) -> None:
        """Take note that something verified came by UDP, other than the answer to a probe."""
        if self.state is State.STREAM or not self._has_datagrams:
            return  # late; the next probe tells
        self._silent_since = None
        self._has_answered = True
        if self.state is State.SEARCHING:
            self._steps.append(Step.CLOSE_STREAM)
            self._enter(State.DATAGRAMS, now)

    def stream_ready(self, now: float) -> None:
        """Take note that the connection is open."""
        if self.state is State.SEARCHING:
            self._steps.append(Step.USE_STREAM)
            self._enter(State.STREAM, now)
            self._probe_at = now + self._pause if self._has_datagrams else None

    def stream_lost(self, now: float) -> None:
        """Take note that the open connection is gone; another one is on its way."""
        if self.state is State.STREAM:
            self._steps.append(Step.USE_DATAGRAMS if self._has_datagrams else Step.USE_NOTHING)
            self._enter(State.SEARCHING, now)

    def probe_answered(self, now: float) -> None:
        """Take note that UDP works again."""
        if self.state is State.STREAM and self._has_datagrams:
            self._steps += [Step.USE_DATAGRAMS, Step.CLOSE_STREAM]
            self._has_answered = True
            self._enter(State.DATAGRAMS, now)

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called."""
        if self.state is State.STREAM:
            return self._probe_at
        if self.state is State.SEARCHING or self._silent_since is None:
            return None
        patience = PATIENCE_SECONDS if self._has_answered else FIRST_PATIENCE_SECONDS
        return self._silent_since + patience

    def handle_timer(self, now: float) -> None:
        """Do what is due."""
        due = self.timer()
        if due is None or now < due:
            return
        if self.state is State.STREAM:
            self._pause = min(2 * self._pause, PROBE_LIMIT_SECONDS)
            self._probe_at = now + self._pause
            self._steps.append(Step.PROBE_DATAGRAMS)
        else:
            if now - self._used_since >= SETTLED_SECONDS:
                self._pause = PROBE_FIRST_SECONDS
            self._steps.append(Step.OPEN_STREAM)
            self._enter(State.SEARCHING, now)

    def _enter(self, state: State, now: float) -> None:
        self.state = state
        self._used_since = now
        self._silent_since = None
