"""How one WebSocket to the CSMS is opened, and the words for why it could not be."""

import asyncio
import base64
import ssl
from pathlib import Path
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, NegotiationError, WebSocketException
from websockets.typing import Subprotocol

from laconic_gateway.edge.websocket import CLOSE_SECONDS, GuardedConnection, library_log

MAX_MESSAGE_BYTES: Final = 1_048_576
"""A longer message of the CSMS costs it the connection; the site's own limit is lower."""
OPEN_SECONDS: Final = 10.0
PONG_SECONDS: Final = 30.0


class CsmsConnection(GuardedConnection, ClientConnection):
    """A connection to the CSMS that does not outlive a stalled peer."""


class _Connect(connect):
    """Connects once: a redirect would carry a charger's password to another place."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class CsmsFailure(Exception):
    """A socket did not open; `status` is the HTTP status of the refusal, if it was one."""

    def __init__(self, status: int | None, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = printable(reason)


class CsmsHandshake:
    """Opens sockets, all with the same settings.

    `ca_file` holds the certificates (PEM) to trust instead of the system's; `ping_seconds`
    is 0 for no pings.

    Raises:
        ValueError: `ca_file` cannot be used.
    """

    def __init__(self, is_secure: bool, ca_file: Path | None, ping_seconds: float) -> None:
        # One context for all: it takes 20 ms and 700 kB, and each connection would make one.
        self._tls = _tls_context(ca_file) if is_secure else None
        self._ping_seconds = ping_seconds

    async def open(
        self, url: str, identity: str, version: str, password: str | None
    ) -> CsmsConnection:
        """Returns an open socket that speaks the charger's OCPP version.

        Raises:
            CsmsFailure: it could not be opened.
        """
        try:
            socket = await self._connect(url, identity, version, password)
        except (OSError, ValueError, WebSocketException) as error:
            raise _failure(error, version) from None
        if socket.subprotocol is None:
            try:
                await socket.close(1002)
            finally:  # the caller may be cancelled meanwhile
                socket.transport.abort()
            raise _failure(NegotiationError("no subprotocol"), version)
        if not isinstance(socket, CsmsConnection):
            raise AssertionError("connect() makes connections of the type it was given")
        return socket

    def _connect(self, url: str, identity: str, version: str, password: str | None) -> _Connect:
        return _Connect(
            url,
            subprotocols=[Subprotocol(f"ocpp{version}")],
            additional_headers=_credentials(identity, password),
            compression=None,
            proxy=None,
            user_agent_header="laconic",
            open_timeout=OPEN_SECONDS,
            ping_interval=self._ping_seconds or None,
            ping_timeout=PONG_SECONDS,
            close_timeout=CLOSE_SECONDS,
            max_size=MAX_MESSAGE_BYTES,
            logger=library_log(),
            create_connection=CsmsConnection,
            ssl=self._tls,
        )


class Pace:
    """Lets one caller after the other pass, at least `interval_seconds` apart."""

    def __init__(self, interval_seconds: float) -> None:
        self._interval_seconds = interval_seconds
        self._next_seconds = 0.0
        self._lock = asyncio.Lock()

    async def turn(self) -> None:
        """Returns when it is the caller's turn; a cancelled caller takes no turn."""
        loop = asyncio.get_running_loop()
        async with self._lock:
            await asyncio.sleep(self._next_seconds - loop.time())
            self._next_seconds = loop.time() + self._interval_seconds


def printable(text: str) -> str:
    """Returns `text`, part of which a peer wrote, safe for a log line."""
    return "".join(each if each.isprintable() else "?" for each in text)


def _tls_context(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise ValueError(
            f"the certificates in {ca_file} cannot be used: {error}; "
            "ca_file must name a readable file of certificates in PEM form"
        ) from None


def _credentials(identity: str, password: str | None) -> dict[str, str]:
    if password is None:
        return {}
    plain = f"{identity}:{password}".encode()
    return {"Authorization": f"Basic {base64.b64encode(plain).decode()}"}


def _failure(error: Exception, version: str) -> CsmsFailure:
    """Returns what went wrong with an opening, for the operator."""
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        return CsmsFailure(status, f"the CSMS answers HTTP {status}")
    if isinstance(error, NegotiationError) and "subprotocol" in str(error):
        return CsmsFailure(None, f"the CSMS does not accept subprotocol ocpp{version}")
    if isinstance(error, WebSocketException):
        return CsmsFailure(None, f"the answer of the CSMS is no WebSocket handshake: {error}")
    return CsmsFailure(None, f"the CSMS cannot be reached: {error}")
