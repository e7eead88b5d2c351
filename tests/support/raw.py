"""Bare WebSocket ends: a charger and a CSMS that say exactly the text they are told to say."""

import asyncio
import base64
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, unquote

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from tests.support.ledger import Line
from tests.support.ocppj import ANSWERS, CALL, Message, elements, parse
from tests.support.services import HERE, Host

PATIENCE_SECONDS: Final = 20.0
POLL_SECONDS: Final = 0.01
SUBPROTOCOLS: Final = tuple(Subprotocol(f"ocpp{version}") for version in ("1.6", "2.0.1", "2.1"))


def with_id(text: str, message_id: str) -> str:
    """Return the message `text` with another id and everything else as it is."""
    old = elements(text)[1]
    start = text.index(old, text.index(","))
    return f'{text[:start]}"{message_id}"{text[start + len(old) :]}'


def basic(identity: str, password: str) -> dict[str, str]:
    """Return the header of HTTP Basic authentication."""
    credentials = base64.b64encode(f"{identity}:{password}".encode()).decode()
    return {"Authorization": f"Basic {credentials}"}


async def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until `condition` holds.

    Raises:
        AssertionError: it did not in time; `what` names it.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():  # noqa: ASYNC110 (a condition has no event to wait for)
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise AssertionError(f"not within {PATIENCE_SECONDS} s: {what}") from None


class Socket:
    """One WebSocket and the log of what went over it."""

    def __init__(
        self,
        connection: ClientConnection | ServerConnection,
        log: list[Line],
        on_request: Callable[[Message], Awaitable[None]] | None = None,
    ) -> None:
        self._connection = connection
        self._on_request = on_request
        self._requests = asyncio.Queue[Message]()
        self._answers = asyncio.Queue[Message]()
        self.log = log

    async def listen(self) -> None:
        """Log and sort what arrives until the connection ends."""
        try:
            async for text in self._connection:
                message = parse(str(text))
                self.log.append(Line(False, message))
                await self._sort(message)
        except ConnectionClosed:
            pass

    async def _sort(self, message: Message) -> None:
        if message.kind in ANSWERS:
            self._answers.put_nowait(message)
        elif self._on_request is not None:
            await self._on_request(message)
        else:
            self._requests.put_nowait(message)

    async def send(self, text: str) -> None:
        """Send a well-formed OCPP-J message."""
        self.log.append(Line(True, parse(text)))
        await self._connection.send(text)

    async def send_anything(self, data: str | bytes) -> None:
        """Send what need not be an OCPP-J message; it does not go into the log."""
        await self._connection.send(data)

    async def request(self) -> Message:
        """Wait for the next CALL or SEND."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._requests.get()

    async def answer(self) -> Message:
        """Wait for the next answer."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._answers.get()

    async def call(self, text: str) -> Message:
        """Send a CALL and wait for the next answer."""
        await self.send(text)
        return await self.answer()

    async def closed(self) -> int:
        """Wait until the other end closes and return the close code (RFC 6455, 7.4)."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._connection.wait_closed()
        return self._connection.close_code or 0


@asynccontextmanager
async def raw_charger(
    url: str, version: str, identity: str, password: str, connection: socket.socket | None = None
) -> AsyncGenerator[Socket]:
    """Connect a charger to `url` + "/" + its identity, over a TCP connection if one is given."""
    async with connect(
        f"{url}/{quote(identity, safe='')}",
        subprotocols=[Subprotocol(f"ocpp{version}")],
        additional_headers=basic(identity, password),
        compression=None,
        max_size=None,
        sock=connection,
    ) as websocket:
        charger = Socket(websocket, [])
        listening = asyncio.create_task(charger.listen())
        try:
            yield charger
        finally:
            await websocket.close()
            await listening


Answerer = Callable[[str, Message], str | None]
"""Makes the answer to a charger's CALL, as text; None leaves the CALL unanswered."""


class RawCsms:
    """A CSMS that answers with what `answerer` says and keeps a log for each charger."""

    def __init__(self, answerer: Answerer, passwords: Mapping[str, str]) -> None:
        self._answerer = answerer
        self._passwords = passwords
        self._sockets: dict[str, Socket] = {}
        self.logs: dict[str, list[Line]] = {}
        self.visits: dict[str, list[str]] = {}
        """By identity: "connected PATH SUBPROTOCOL" and "disconnected", in order."""

    async def socket(self, identity: str) -> Socket:
        """Wait until the charger is connected and return its socket."""
        await until(lambda: identity in self._sockets, f"{identity} at the CSMS")
        return self._sockets[identity]

    async def gone(self, identity: str) -> None:
        """Wait until the charger is not connected."""
        await until(lambda: identity not in self._sockets, f"{identity} gone from the CSMS")

    async def received(self, identity: str, count: int) -> None:
        """Wait until the charger has sent at least `count` requests other than heartbeats."""
        what = f"request {count} of {identity} at the CSMS"
        await until(lambda: len(self.requests(identity)) >= count, what)

    def requests(self, identity: str) -> list[Message]:
        """Return what the charger sent but answers and heartbeats, in order."""
        lines = self.logs.get(identity, [])
        messages = (line.message for line in lines if not line.sent)
        return [one for one in messages if one.kind not in ANSWERS and one.action != "Heartbeat"]

    def admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse a charger whose Basic credentials are not its own."""
        identity = _identity(request)
        expected = basic(identity, self._passwords.get(identity, ""))
        if request.headers.get("Authorization") == expected["Authorization"]:
            return None
        return connection.respond(HTTPStatus.UNAUTHORIZED, "Unauthorized\n")

    async def serve(self, connection: ServerConnection) -> None:
        """Answer one charger until its connection ends."""
        request = connection.request
        assert request is not None
        identity = _identity(request)
        visits = self.visits.setdefault(identity, [])
        visits.append(f"connected {request.path} {connection.subprotocol}")

        async def answer(message: Message) -> None:
            text = self._answerer(identity, message) if message.kind == CALL else None
            if text is not None:
                await charger.send(text)

        charger = Socket(connection, self.logs.setdefault(identity, []), answer)
        self._sockets[identity] = charger
        await charger.listen()
        del self._sockets[identity]
        visits.append("disconnected")


@asynccontextmanager
async def raw_csms(
    answerer: Answerer, passwords: Mapping[str, str], port: int, host: Host = HERE
) -> AsyncGenerator[RawCsms]:
    """Run a CSMS on a port of the host's loopback."""
    csms = RawCsms(answerer, passwords)
    listening = host.new_socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    async with serve(
        csms.serve,
        sock=listening,
        subprotocols=SUBPROTOCOLS,
        process_request=csms.admit,
        max_size=None,
    ):
        yield csms


def _identity(request: Request) -> str:
    return unquote(request.path.rpartition("/")[2])
