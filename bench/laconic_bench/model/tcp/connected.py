"""Contenders with one connection for each charger, which is made again whenever it is gone."""

from typing import Final

from laconic_bench.model.carrier import Ends
from laconic_bench.model.link import ModelLink
from laconic_bench.model.tcp.session import MakeSession, Session
from laconic_bench.model.tcp.settings import TcpSettings
from laconic_bench.model.tcp.timer import Timer
from laconic_bench.trace import Version


class ConnectedCarrier:
    """A carrier (`model.carrier`) of chargers that keep a connection with the CSMS."""

    def __init__(
        self, link: ModelLink, ends: Ends, settings: TcpSettings, make: MakeSession
    ) -> None:
        self.link = link
        self.ends = ends
        self.settings = settings
        self._make = make
        self._lines: dict[str, ConnectedLine] = {}

    def open(self, identity: str, version: Version) -> None:
        """See `Carrier`."""
        line = self._lines.get(identity)
        if line is None:
            line = self._lines[identity] = ConnectedLine(self, identity, version, self._make)
        line.version = version
        line.open()

    def cut(self, identity: str) -> None:
        """See `Carrier`."""
        if identity in self._lines:
            self._lines[identity].cut()

    def charger_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        self._lines[identity].charger_says(text, label)

    def csms_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        self._lines[identity].csms_says(text, label)

    def move(self) -> None:
        """See `Carrier`."""
        for line in self._lines.values():
            line.move()

    def finish(self) -> None:
        """See `Carrier`: the bill is always complete."""


class ConnectedLine:
    """One charger: its connection, and that of the CSMS with it, which may still be an old one."""

    def __init__(
        self, world: ConnectedCarrier, identity: str, version: Version, make: MakeSession
    ) -> None:
        self.world: Final = world
        self.identity = identity
        self.version: Version = version
        self._make = make
        self._session: Session | None = None
        self._served: Session | None = None
        self._failures = 0
        self._retry: Final = Timer(world.link.schedule, self._connect)

    def open(self) -> None:
        """Connect for the first time after power was switched on."""
        self._failures = 0
        self._connect()

    def cut(self) -> None:
        """Lose power."""
        self._retry.clear()
        if self._session is not None:
            self._session.cut()
            self._session = None

    def move(self) -> None:
        """Give the site another address; each end finds out by itself."""
        for session in (self._session, self._served):
            if session is not None:
                session.move()

    def charger_says(self, text: str, label: str) -> None:
        """Send a message of the charger."""
        assert self._session is not None
        self._session.say("up", text, label)

    def csms_says(self, text: str, label: str) -> None:
        """Send a message of the CSMS."""
        assert self._served is not None
        self._served.say("down", text, label)

    def charger_opened(self, session: Session) -> None:
        """See `session.Line`."""
        self._failures = 0
        self.world.ends.opened(self.identity)

    def charger_gone(self, session: Session, *, was_open: bool) -> None:
        """See `session.Line`: connect again, later each time it fails."""
        self._session = None
        settings, schedule = self.world.settings, self.world.link.schedule
        longest = settings.reconnect_seconds * (1 << min(self._failures, 16))
        longest = min(longest, settings.reconnect_seconds_max)
        self._failures += 1
        self._retry.set_at(schedule.now + schedule.between(longest / 2, longest))
        if was_open:
            self.world.ends.closed(self.identity)

    def csms_opened(self, session: Session) -> None:
        """See `session.Line`: a new connection replaces the old one."""
        if self._served is not None:
            self._served.drop()
            self.world.ends.csms_closed(self.identity)
        self._served = session
        self.world.ends.csms_opened(self.identity)

    def csms_gone(self, session: Session) -> None:
        """See `session.Line`."""
        if self._served is session:
            self._served = None
            self.world.ends.csms_closed(self.identity)

    def _connect(self) -> None:
        self._session = self._make(self)
        self._session.open()
