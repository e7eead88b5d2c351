"""One connection of a charger from SYN to its end, and what WebSocket and MQTT have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from laconic_bench.model.carrier import Ends
from laconic_bench.model.link import ModelLink
from laconic_bench.model.owed import Owed
from laconic_bench.model.tcp.connection import Connection
from laconic_bench.model.tcp.path import Nat
from laconic_bench.model.tcp.settings import TcpSettings
from laconic_bench.model.tcp.timer import Timer
from laconic_bench.model.tcp.transport import Transport
from laconic_bench.trace import Direction, Version


@dataclass(frozen=True, slots=True)
class Message:
    """An OCPP message on its way."""

    text: str
    label: str
    payload: bytes
    """What stands for it."""


class World(Protocol):
    """What sessions live in."""

    @property
    def link(self) -> ModelLink:
        """The way of all packets."""
        ...

    @property
    def ends(self) -> Ends:
        """The two ends of all conversations."""
        ...

    @property
    def settings(self) -> TcpSettings:
        """Times and names."""
        ...


class Line(Protocol):
    """What a session reports to: the charger whose connection it is."""

    @property
    def world(self) -> World:
        """What it lives in."""
        ...

    @property
    def identity(self) -> str:
        """Of the charger."""
        ...

    @property
    def version(self) -> Version:
        """Of OCPP."""
        ...

    def charger_opened(self, session: "Session") -> None:
        """The charger may speak."""
        ...

    def charger_gone(self, session: "Session", *, was_open: bool) -> None:
        """The charger has lost the connection, or could not make one."""
        ...

    def csms_opened(self, session: "Session") -> None:
        """The CSMS may speak."""
        ...

    def csms_gone(self, session: "Session") -> None:
        """The CSMS has lost the connection."""
        ...


class Session:
    """One connection. Subclasses speak a protocol above TLS.

    They implement `_client_ready`, `_server_ready`, `_client_heard`, `_server_heard`, `_write`
    and `_keep_alive`.
    """

    def __init__(self, line: Line) -> None:
        world = line.world
        self.line: Final = line
        self.settings: Final = world.settings
        self.schedule: Final = world.link.schedule
        self._connection = Connection(world.link, Nat(world.settings.nat_timeout_seconds))
        connection = self._connection
        self.client = Transport(
            *(connection.client, self._client_ready, self._client_heard, self._client_is_gone),
            is_client=True,
        )
        self.server = Transport(
            *(connection.server, self._server_ready, self._server_hears, self._server_is_gone),
            is_client=False,
        )
        self._owed: dict[Direction, Owed] = {"up": Owed(), "down": Owed()}
        """By the way of the answers."""
        self._is_client_gone = self._is_server_gone = False
        self.is_open = False
        """The charger may speak."""
        self.keepalive = Timer(self.schedule, self._keep_alive)
        self._deadline = Timer(self.schedule, self._client_gives_up)
        """Until when the charger waits: for the connection, or for a pong."""
        self._patience = Timer(self.schedule, self._server_gives_up)

    # --- what the line calls

    def open(self) -> None:
        """Connect."""
        self.expect(self.settings.connect_timeout_seconds)
        self._connection.open()

    def cut(self) -> None:
        """Take the charger's power away."""
        self._is_client_gone = True
        self.keepalive.clear()
        self._deadline.clear()
        self._connection.cut()

    def move(self) -> None:
        """Give the site another address."""
        self._connection.move()

    def drop(self) -> None:
        """Let the CSMS close a connection in whose place there is a new one."""
        self._is_server_gone = True
        self._patience.clear()
        self.server.abort()

    def say(self, way: Direction, text: str, label: str) -> None:
        """Send a message, unless it answers what was asked on another connection."""
        if not self._owed[way].may_say(text):
            return
        payload = self._payload(way, text)
        self.line.world.link.bill.payload_bytes += len(payload)
        self._write(way, Message(text, label, payload))

    # --- what subclasses do

    def _client_ready(self) -> None:
        raise NotImplementedError

    def _server_ready(self) -> None:
        """Wait for the charger's first word."""

    def _client_heard(self, content: object) -> None:
        raise NotImplementedError

    def _server_heard(self, content: object) -> None:
        raise NotImplementedError

    def _payload(self, way: Direction, text: str) -> bytes:
        raise NotImplementedError

    def _is_right(self, way: Direction, message: Message) -> bool:
        raise NotImplementedError

    def _write(self, way: Direction, message: Message) -> None:
        raise NotImplementedError

    def _keep_alive(self) -> None:
        raise NotImplementedError

    @property
    def _patience_seconds(self) -> float:
        """How long the server keeps a connection on which nothing comes."""
        raise NotImplementedError

    # --- what subclasses use

    def charger_is_open(self) -> None:
        """Note that the charger may speak."""
        self.is_open = True
        self._deadline.clear()
        self.line.charger_opened(self)

    def expect(self, seconds: float) -> None:
        """Let the charger give up the connection after a while; 0: not any more."""
        if seconds:
            self._deadline.set_at(self.schedule.now + seconds)
        else:
            self._deadline.clear()

    def deliver(self, way: Direction, message: Message) -> None:
        """Give a message to the end for which it is."""
        world, identity = self.line.world, self.line.identity
        if not self._is_right(way, message):
            world.ends.altered()
        self._owed["down" if way == "up" else "up"].hear(message.text)
        hear = world.ends.csms_hears if way == "up" else world.ends.charger_hears
        hear(identity, message.text)

    # --- the connection

    def _server_hears(self, content: object) -> None:
        if not self._is_server_gone:
            self._patience.set_at(self.schedule.now + self._patience_seconds)
            self._server_heard(content)

    def _client_gives_up(self) -> None:
        self.client.abort()
        self._client_is_gone()

    def _client_is_gone(self) -> None:
        if not self._is_client_gone:
            self._is_client_gone = True
            was_open, self.is_open = self.is_open, False
            self.keepalive.clear()
            self._deadline.clear()
            self.line.charger_gone(self, was_open=was_open)

    def _server_gives_up(self) -> None:
        self.server.abort()
        self._server_is_gone()

    def _server_is_gone(self) -> None:
        if not self._is_server_gone:
            self._is_server_gone = True
            self._patience.clear()
            self.line.csms_gone(self)


MakeSession = Callable[[Line], Session]
