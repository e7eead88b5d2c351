"""Requests of one side over HTTP connections that are kept while they are in use."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from laconic_bench.model.bill import MESSAGE
from laconic_bench.model.link import ModelLink
from laconic_bench.model.tcp.connection import Connection
from laconic_bench.model.tcp.path import Nat
from laconic_bench.model.tcp.timer import Timer
from laconic_bench.model.tcp.transport import Transport
from laconic_bench.trace import Direction

_LINGER_SECONDS: Final = 30.0
"""After that a server that has closed resets the connection, as asyncio does with TLS."""
_PATIENCE_SECONDS: Final = 180.0
"""How long a client waits for a response, longer than anything in a trace takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Exchanged:
    """A request or a response."""

    text: str
    """The OCPP-J message."""
    label: str
    message_id: str
    head_bytes: int
    body: bytes


class HttpLane:
    """One client, one server, one connection at a time, one request at a time.

    The server closes a connection that was idle for a while. A request that got no answer, because
    the connection broke or nothing came, is sent again on a new one.
    """

    def __init__(
        self,
        link: ModelLink,
        way: Direction,
        idle_seconds: float,
        nat_timeout_seconds: float,
        on_request: Callable[[Exchanged], None],
        on_response: Callable[[Exchanged], None],
        on_failure: Callable[[], None],
    ) -> None:
        self._link: Final = link
        self._way: Final[Direction] = way
        """Of the requests: up means that the charger is the client, over TLS."""
        self._idle_seconds: Final = idle_seconds
        self._nat_timeout_seconds: Final = nat_timeout_seconds
        self._on_request = on_request
        self._on_response = on_response
        self._on_failure = on_failure
        self._waiting: deque[Exchanged] = deque()
        self._asked: Exchanged | None = None
        self._visit: _Visit | None = None
        self._is_dead = False

    def ask(self, asked: Exchanged) -> None:
        """Send a request when those before it are answered."""
        self._waiting.append(asked)
        self._next()

    def answer(self, answer: Exchanged) -> None:
        """Send the response to the request with its id, if its connection is still there."""
        if self._visit is not None and self._visit.heard_id == answer.message_id:
            self._visit.answer(answer)

    def cut(self) -> None:
        """Take the charger's power away; this lane is not used any more."""
        self._is_dead = True
        if self._visit is not None:
            self._visit.connection.cut()

    def move(self) -> None:
        """Give the site another address."""
        if self._visit is not None:
            self._visit.connection.move()

    # --- what a visit reports

    def is_ready(self) -> None:
        """The connection is made."""
        assert self._visit is not None
        if self._asked is not None:
            self._visit.ask(self._asked)

    def heard_request(self, asked: Exchanged) -> None:
        """The server has a request."""
        self._on_request(asked)

    def heard_response(self, answer: Exchanged) -> None:
        """The client has a response."""
        if self._asked is not None and self._asked.message_id == answer.message_id:
            self._asked = None
            self._on_response(answer)
            self._next()

    def is_gone(self, visit: "_Visit", *, was_ready: bool) -> None:
        """The client has lost the connection."""
        if visit is not self._visit or self._is_dead:
            return
        self._visit = None
        if self._asked is not None and was_ready:
            self._connect()
        elif self._asked is not None:
            self._asked = None
            self._waiting.clear()
            self._on_failure()

    def _next(self) -> None:
        if self._asked is None and self._waiting and not self._is_dead:
            self._asked = self._waiting.popleft()
            if self._visit is None:
                self._connect()
            elif self._visit.is_ready:
                self._visit.ask(self._asked)

    def _connect(self) -> None:
        nat = Nat(self._nat_timeout_seconds) if self._way == "up" else Nat()
        connection = Connection(self._link, nat, self._way)
        self._visit = _Visit(self, connection, self._idle_seconds, has_tls=self._way == "up")
        connection.open()


class _Visit:
    """One connection of a lane."""

    def __init__(
        self, lane: HttpLane, connection: Connection, idle_seconds: float, *, has_tls: bool
    ) -> None:
        self.connection = connection
        self.heard_id = ""
        """Of the request that the server works on."""
        self.is_ready = False
        self._lane = lane
        self._idle_seconds = idle_seconds
        self._client = Transport(
            *(connection.client, self._client_ready, self._client_heard, self._client_gone),
            is_client=True,
            has_tls=has_tls,
        )
        self._server = Transport(
            *(connection.server, self._server_ready, self._server_heard, self._server_gone),
            is_client=False,
            has_tls=has_tls,
        )
        self._schedule = connection.client.schedule
        self._idle = Timer(self._schedule, self._close)
        self._linger = Timer(self._schedule, self._server.abort)
        self._patience = Timer(self._schedule, self._give_up)
        self._is_closed = False

    def ask(self, asked: Exchanged) -> None:
        """Send a request."""
        layers = (("http", asked.head_bytes), ("payload", len(asked.body)))
        self._client.write(layers, MESSAGE, asked.label, asked)
        self._patience.set_at(self._schedule.now + _PATIENCE_SECONDS)

    def answer(self, answer: Exchanged) -> None:
        """Send a response."""
        self.heard_id = ""
        layers = (("http", answer.head_bytes), ("payload", len(answer.body)))
        self._server.write(layers, MESSAGE, answer.label, answer)
        self._server_ready()

    def _client_ready(self) -> None:
        self.is_ready = True
        self._lane.is_ready()

    def _client_heard(self, content: object) -> None:
        assert isinstance(content, Exchanged)
        self._patience.clear()
        self._lane.heard_response(content)

    def _client_gone(self) -> None:
        self._patience.clear()
        was_ready, self.is_ready = self.is_ready, False
        self._lane.is_gone(self, was_ready=was_ready)

    def _server_ready(self) -> None:
        self._idle.set_at(self._schedule.now + self._idle_seconds)

    def _server_heard(self, content: object) -> None:
        assert isinstance(content, Exchanged)
        if self._is_closed:
            return
        self._idle.clear()
        self.heard_id = content.message_id
        self._lane.heard_request(content)

    def _server_gone(self) -> None:
        self._is_closed = True
        self._idle.clear()
        self._linger.clear()

    def _close(self) -> None:
        """Close; the other side has some time to close, too, and what it says is not heard."""
        self._is_closed = True
        self._server.end()
        self._linger.set_at(self._schedule.now + _LINGER_SECONDS)

    def _give_up(self) -> None:
        self._client.abort()
        self._client_gone()
