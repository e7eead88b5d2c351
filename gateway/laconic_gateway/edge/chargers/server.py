"""The WebSocket server that chargers connect to: OCPP-J without a look into the messages."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from laconic_gateway.edge.chargers.doorman import Doorman
from laconic_gateway.edge.chargers.handshake import (
    SUBPROTOCOLS,
    first_supported,
    refusal_answer,
    shown,
    source_of,
    visit_of,
)
from laconic_gateway.edge.chargers.lobby import Lobby, LobbyConnection
from laconic_gateway.edge.chargers.owners import Owners, Session
from laconic_gateway.edge.chargers.refusals import EXPLANATION, Refusal, Refused
from laconic_gateway.edge.websocket import (
    CLOSE_SECONDS,
    MAX_TEXT_BYTES,
    Unusable,
    close_reason,
    library_log,
    push,
    unusable,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ChargerLimits:
    """How much time and room a charger's connection gets."""

    handshake_seconds: float = 5.0
    """From the TCP connection to the complete upgrade request."""
    max_handshakes: int = 64
    """Connections without a complete upgrade request."""
    probe_seconds: float = 5.0
    """For the pong of a charger whose identity is claimed by a second connection."""
    pong_seconds: float = 20.0
    """For the pong to a regular ping."""
    stall_seconds: float = 30.0
    """How long a charger may leave unread what was sent to it."""
    close_seconds: float = CLOSE_SECONDS
    """For the closing handshake."""


class ChargerConnection(LobbyConnection):
    """A connection with the session it owns; each server makes a subclass with its callbacks."""

    session: Session | None = None
    lost: Callable[["ChargerConnection"], None]

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.lost(self)


class ChargerServer:
    """Serves one WebSocket per charger, numbers the connections, and reports what happens.

    `passwords` maps the identity of each known charger to its password; it may change.
    `ping_seconds` is the interval of WebSocket pings, 0 for none. All callbacks run in the
    event loop and must not block:

    - `on_connected(connection, identity, path, version)`: `version` is "1.6", "2.0.1" or
      "2.1". The number of a connection never repeats in a process.
    - `on_text(connection, text)`: one message, at most 65,536 bytes of valid UTF-8.
    - `on_unusable(connection, reason)`: a word of `Unusable`; the connection ends.
    - `on_closed(connection)`: comes once for each `on_connected`; nothing comes after it.
    - `on_refused(reason, identity)`: a word of `Refusal`; the identity is None if unknown.
    """

    def __init__(
        self,
        host: str,
        port: int,
        passwords: Mapping[str, str],
        *,
        ping_seconds: float,
        on_connected: Callable[[int, str, str, str], None],
        on_text: Callable[[int, str], None],
        on_unusable: Callable[[int, str], None],
        on_closed: Callable[[int], None],
        on_refused: Callable[[str, str | None], None],
        limits: ChargerLimits | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._ping_seconds = ping_seconds
        self._on_connected = on_connected
        self._on_text = on_text
        self._on_unusable = on_unusable
        self._on_closed = on_closed
        self._on_refused = on_refused
        self._limits = limits or ChargerLimits()
        self._doorman = Doorman(passwords)
        self._owners = Owners(self._limits.probe_seconds, self._replaced)
        self._lobby = Lobby(
            self._limits.max_handshakes, self._limits.handshake_seconds, self._refused_early
        )
        self._sessions: dict[int, Session] = {}
        self._closings: set[asyncio.Task[None]] = set()
        self._server: Server | None = None

    async def start(self) -> None:
        """Starts to listen.

        Raises:
            OSError: the address cannot be used, for example because it is in use.
        """
        limits = self._limits
        self._server = await serve(
            self._serve_charger,
            self._host,
            self._port,
            subprotocols=SUBPROTOCOLS,
            select_subprotocol=first_supported,
            process_request=self._admit,
            process_response=self._check_upgrade,
            server_header=None,
            # The lobby limits the first part of the handshake, this limits all of it.
            open_timeout=limits.handshake_seconds + limits.probe_seconds + limits.close_seconds,
            ping_interval=self._ping_seconds or None,
            ping_timeout=limits.pong_seconds,
            close_timeout=limits.close_seconds,
            max_size=MAX_TEXT_BYTES,
            logger=library_log(),
            create_connection=self._connection_type(),
        )

    async def stop(self) -> None:
        """Closes all connections with code 1001 and waits for their end."""
        if self._server is None:
            return
        self._server.close()
        self._lobby.clear()
        await self._server.wait_closed()
        await asyncio.gather(*self._closings)

    @property
    def port(self) -> int:
        """The TCP port it listens on; the real one if it was asked for port 0."""
        if self._server is None:
            raise AssertionError("the port is known after start()")
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    def send(self, connection: int, text: str) -> bool:
        """Sends `text` without waiting, and returns whether the connection took it.

        False means that it is closed or closing. A charger that leaves too much unread is
        cut and reported as unusable.
        """
        session = self._sessions.get(connection)
        return session is not None and not session.is_closing and push(session.socket, text)

    def close(self, connection: int, code: int = 1000, reason: str = "") -> None:
        """Starts to close a connection; `on_closed` comes when it is done, no text before."""
        session = self._sessions.get(connection)
        if session is not None and not session.is_closing:
            self._start_closing(session, code, reason)

    def _connection_type(self) -> type[ChargerConnection]:
        """Returns the class of this server's connections; the library constructs them."""
        server = self

        class BoundConnection(ChargerConnection):
            lobby = server._lobby
            lost = staticmethod(server._lost)
            stall_seconds = server._limits.stall_seconds

        return BoundConnection

    async def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        """Lets an upgrade request pass with None, or answers it with an HTTP error."""
        connection = _charger_connection(socket)
        try:
            identity = self._doorman.admit(visit_of(socket, request), socket.loop.time())
            connection.session = await self._owners.claim(identity, connection)
        except Refused as refused:
            self._report_refused(refused.reason, refused.identity, socket)
            return refusal_answer(socket, refused.reason)
        return None

    def _check_upgrade(
        self, socket: ServerConnection, request: Request, response: Response
    ) -> None:
        """Lets go of a connection that is refused, by `_admit` or by the library."""
        if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            self._lost(_charger_connection(socket))
            self._lobby.dismiss(socket)

    async def _serve_charger(self, socket: ServerConnection) -> None:
        """Serves an upgraded connection to its end."""
        session = _charger_connection(socket).session
        if session is None:
            raise AssertionError("an upgraded connection owns its identity")
        if socket.subprotocol is None:
            await self._refuse_subprotocol(session)
            return
        try:
            self._begin(session, socket.subprotocol)
            await self._read(session)
        finally:
            self._end(session)

    async def _refuse_subprotocol(self, session: Session) -> None:
        """Closes after a complete handshake without the header (OCPP-J 2.1, 3.3)."""
        self._report_refused(Refusal.SUBPROTOCOL, session.identity, session.socket)
        self._owners.release(session)
        await session.socket.close(1002, "no common OCPP subprotocol")

    def _begin(self, session: Session, subprotocol: str) -> None:
        socket = session.socket
        if socket.request is None:
            raise AssertionError("an upgraded connection has a request")
        session.is_open = True
        self._sessions[session.number] = session
        log.info(
            "charger %r connected from %s, %s", session.identity, source_of(socket), subprotocol
        )
        version = subprotocol.removeprefix("ocpp")
        self._on_connected(session.number, session.identity, socket.request.path, version)

    async def _read(self, session: Session) -> None:
        try:
            async for message in session.socket:
                if session.is_closing:
                    continue
                if isinstance(message, str):
                    self._on_text(session.number, message)
                else:
                    self._report_unusable(session, Unusable.BINARY)
                    self._start_closing(session, 1003, "OCPP-J uses text frames only")
        except ConnectionClosed:
            return  # `_end` tells why

    def _start_closing(self, session: Session, code: int, reason: str) -> None:
        session.is_closing = True
        closing = asyncio.create_task(session.socket.close(code, close_reason(reason)))
        self._closings.add(closing)
        closing.add_done_callback(self._closings.discard)

    def _end(self, session: Session) -> None:
        """Forgets a session and reports its end, once, however many ways lead here."""
        self._owners.release(session)
        if session.is_open:
            session.is_open = False
            reason = None if session.is_closing else unusable(session.socket)
            if reason is not None:
                self._report_unusable(session, reason)
            del self._sessions[session.number]
            log.info("charger %r disconnected", session.identity)
            self._on_closed(session.number)

    def _replaced(self, session: Session) -> None:
        """Ends a half-open session whose identity a new connection takes over."""
        self._end(session)
        self._start_closing(session, 1008, "replaced by a newer connection")

    def _lost(self, socket: ChargerConnection) -> None:
        """Frees the identity of a connection that ended before it was upgraded."""
        session = socket.session
        if session is not None and not session.is_open and self._owners.release(session):
            self._report_refused(Refusal.MALFORMED, session.identity, socket)

    def _refused_early(self, reason: Refusal, socket: ServerConnection) -> None:
        self._report_refused(reason, None, socket)

    def _report_refused(
        self, reason: Refusal, identity: str | None, socket: ServerConnection
    ) -> None:
        name = "a connection" if identity is None else f"charger {shown(identity)}"
        log.warning("%s from %s is refused: %s", name, source_of(socket), EXPLANATION[reason])
        self._on_refused(reason, identity)

    def _report_unusable(self, session: Session, reason: Unusable) -> None:
        log.warning("charger %r is disconnected: %s", session.identity, reason)
        self._on_unusable(session.number, reason)


def _charger_connection(socket: ServerConnection) -> ChargerConnection:
    if not isinstance(socket, ChargerConnection):
        raise AssertionError("serve() makes connections of the type it was given")
    return socket
