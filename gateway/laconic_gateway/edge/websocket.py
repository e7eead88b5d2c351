"""What both WebSocket edges share: limits, writing without waiting, deadlines, a quiet log."""

import asyncio
import logging
from enum import StrEnum
from typing import Final

from websockets.asyncio.connection import Connection
from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.protocol import State

MAX_TEXT_BYTES: Final = 65_536
"""The longest OCPP-J message that Laconic carries, in bytes of UTF-8."""
MAX_UNSENT_BYTES: Final = 1_048_576
"""How much may wait for a peer that reads too slowly."""
CLOSE_SECONDS: Final = 5.0
"""How long the closing handshake may take before the TCP connection is cut."""
MAX_CLOSE_REASON_BYTES: Final = 123
"""RFC 6455, 5.5: a control frame holds 125 bytes, two of them are the code."""


class Unusable(StrEnum):
    """Why something that a peer sent, or did, is not usable; also the label of a counter."""

    BINARY = "binary"
    TOO_LONG = "too-long"
    NOT_UTF8 = "not-utf8"
    BROKEN_FRAME = "broken-frame"
    NOT_READING = "not-reading"


_UNUSABLE_BY_CLOSE_CODE = {
    1002: Unusable.BROKEN_FRAME,
    1007: Unusable.NOT_UTF8,
    1009: Unusable.TOO_LONG,
}


class GuardedConnection(Connection):
    """A WebSocket connection that never outlives a peer which stopped reading or closing.

    The library limits only the closings that it starts itself, and waits without limit for
    room in the write buffer.
    """

    stall_seconds: float = 30.0
    """How long the write buffer may stay full."""
    stalled = False
    """True after the connection was cut because the peer did not read."""
    _stall_timer: asyncio.TimerHandle | None = None
    _close_timer: asyncio.TimerHandle | None = None

    def give_up(self) -> None:
        """Cuts the connection at once, because the peer does not read."""
        self.stalled = True
        self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stall_timer = self.loop.call_later(self.stall_seconds, self.give_up)

    def resume_writing(self) -> None:
        super().resume_writing()
        _cancel(self._stall_timer)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._close_timer is None and self.protocol.close_expected():
            seconds = CLOSE_SECONDS if self.close_timeout is None else self.close_timeout
            self._close_timer = self.loop.call_later(seconds, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._stall_timer)
        _cancel(self._close_timer)
        super().connection_lost(exc)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def push(socket: GuardedConnection, text: str) -> bool:
    """Sends `text` without waiting, and returns whether the socket took it.

    A socket with more than MAX_UNSENT_BYTES waiting is cut.
    """
    if socket.state is not State.OPEN or socket.stalled:
        return False
    broadcast([socket], text)
    if socket.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
        socket.give_up()
    return not socket.stalled


async def answers_ping(socket: Connection, seconds: float) -> bool:
    """Returns whether the peer answers a WebSocket ping within `seconds`."""
    if socket.state is not State.OPEN:
        return False
    try:
        async with asyncio.timeout(seconds):
            await (await socket.ping())
    except (TimeoutError, ConnectionClosed):
        return False
    return True


def unusable(socket: GuardedConnection) -> Unusable | None:
    """Returns what was wrong with the peer if we ended the connection for it, else None."""
    if socket.stalled:
        return Unusable.NOT_READING
    protocol = socket.protocol
    if protocol.close_sent is None or protocol.close_rcvd_then_sent:
        return None
    return _UNUSABLE_BY_CLOSE_CODE.get(protocol.close_sent.code)


def close_reason(text: str) -> str:
    """Returns as much of `text` as a close frame can hold."""
    return text.encode()[:MAX_CLOSE_REASON_BYTES].decode(errors="ignore")


def fits(text: str) -> bool:
    """Returns whether `text` is at most MAX_TEXT_BYTES long."""
    # A character takes one to four bytes, so most messages need not be encoded to know.
    return len(text) * 4 <= MAX_TEXT_BYTES or len(text.encode()) <= MAX_TEXT_BYTES


class _WithoutExpectedFailures(logging.Filter):
    """Lets no record pass that is about a peer's failure: our own log has its line for it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, WebSocketException | OSError | EOFError)


def library_log() -> logging.Logger:
    """Returns the logger for the WebSocket library: warnings and bugs, nothing else.

    Below that level the library writes the headers of each handshake, and with them the
    chargers' passwords.
    """
    log = logging.getLogger("websockets.laconic")
    log.setLevel(logging.WARNING)
    if not log.filters:
        log.addFilter(_WithoutExpectedFailures())
    return log
