"""A small CSMS: accepts a list of chargers, answers them, and commands them now and then."""

import asyncio
import base64
import binascii
import json
import random
import uuid
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Final

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.typing import Subprotocol

from laconic_bench.csms_answers import Answers, ChargerState
from laconic_bench.csms_commands import Command, next_command, reset_command
from laconic_bench.transcript import Entry, Transcript
from laconic_codec.messages import Call, CallError, CallResult

COMMAND_TIMEOUT_SECONDS: Final = 30.0
_SUBPROTOCOLS: Final = ("ocpp1.6", "ocpp2.0.1", "ocpp2.1")


class Csms:
    """WebSocket server on 127.0.0.1 for `ws://127.0.0.1:PORT/IDENTITY`."""

    def __init__(
        self,
        passwords: Mapping[str, str],
        command_seconds: float,
        rng: random.Random,
        reset_probability: float = 0.02,
    ) -> None:
        """`passwords` is by identity; a command goes out every `command_seconds` on average."""
        self.transcripts: dict[str, Transcript] = {}
        self.refused = 0
        """Connections that did not know the right password."""
        self.is_commanding = True
        """False: no new commands are sent; those that are out may still be answered."""
        self._passwords = passwords
        self._command_seconds = command_seconds
        self._rng = rng
        self._reset_probability = reset_probability
        self._answers = Answers(rng)
        self._states: dict[str, ChargerState] = {}
        self._sockets: dict[str, ServerConnection] = {}
        self._commanded: dict[str, tuple[str, asyncio.Event]] = {}
        self._server: Server

    @property
    def port(self) -> int:
        """TCP port of the server."""
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    @property
    def connected(self) -> int:
        """Number of chargers that are connected now."""
        return len(self._sockets)

    @property
    def is_awaiting_answers(self) -> bool:
        """True while a command has neither an answer nor run out of time."""
        return bool(self._commanded)

    async def start(self) -> None:
        """Opens the server."""
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            0,
            process_request=self._check_password,
            subprotocols=[Subprotocol(name) for name in _SUBPROTOCOLS],
            compression=None,
            ping_interval=None,
        )

    async def stop(self) -> None:
        """Closes the server and all connections."""
        self._server.close()
        await self._server.wait_closed()

    async def command(self) -> None:
        """Sends commands as long as `is_commanding` is true."""
        async with asyncio.TaskGroup() as group:
            while self.is_commanding:
                await asyncio.sleep(self._rng.expovariate(1 / self._command_seconds))
                ready = [identity for identity in sorted(self._sockets) if self._is_ready(identity)]
                if ready and self.is_commanding:
                    identity = self._rng.choice(ready)
                    group.create_task(self._command(identity, self._sockets[identity]))

    def _is_ready(self, identity: str) -> bool:
        return self._states[identity].accepted and identity not in self._commanded

    async def _command(self, identity: str, socket: ServerConnection) -> None:
        state = self._states[identity]
        action, payload = self._next_command(state)
        message_id = str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
        answered = asyncio.Event()
        self._commanded[identity] = (message_id, answered)
        call = Call(message_id, action, json.dumps(payload, separators=(",", ":")))
        try:
            await self._send(socket, identity, call.to_text())
            async with asyncio.timeout(COMMAND_TIMEOUT_SECONDS):
                await answered.wait()
        except TimeoutError:
            pass  # The judge sees whether the answer was lost.
        finally:
            del self._commanded[identity]

    def _next_command(self, state: ChargerState) -> Command:
        if self._rng.random() < self._reset_probability:
            state.accepted = False  # No more commands until it boots again.
            return reset_command(state)
        return next_command(state, self._rng)

    def _check_password(self, _: ServerConnection, request: Request) -> Response | None:
        identity = request.path.rsplit("/", 1)[-1]
        if identity not in self._passwords:
            self.refused += 1
            return _refusal(HTTPStatus.NOT_FOUND)
        if _credentials(request) != f"{identity}:{self._passwords[identity]}":
            self.refused += 1
            return _refusal(HTTPStatus.UNAUTHORIZED)
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None, "the handshake is over"
        identity = socket.request.path.rsplit("/", 1)[-1]
        version = (socket.subprotocol or "").removeprefix("ocpp")
        state = self._states.setdefault(identity, ChargerState(version))
        self._sockets[identity] = socket
        try:
            with suppress(ConnectionClosed):
                async for text in socket:
                    await self._receive(socket, identity, state, text)
        finally:
            if self._sockets.get(identity) is socket:
                del self._sockets[identity]

    async def _receive(
        self, socket: ServerConnection, identity: str, state: ChargerState, text: str | bytes
    ) -> None:
        assert isinstance(text, str), "a binary frame came from a charger"
        message = self._note(identity, up=True, text=text).message
        match message:
            case Call():
                answer = CallResult(message.message_id, self._answers.answer(state, message))
                await self._send(socket, identity, answer.to_text())
            case CallResult() | CallError():
                message_id, answered = self._commanded.get(identity, ("", None))
                if answered and message_id == message.message_id:
                    answered.set()
            case _:
                pass

    async def _send(self, socket: ServerConnection, identity: str, text: str) -> None:
        if socket.state is State.OPEN:
            self._note(identity, up=False, text=text)
            with suppress(ConnectionClosed):
                await socket.send(text)

    def _note(self, identity: str, up: bool, text: str) -> Entry:
        transcript = self.transcripts.setdefault(identity, Transcript(identity))
        return transcript.add(asyncio.get_running_loop().time(), up, text)


def _refusal(status: HTTPStatus) -> Response:
    headers = Headers({"Content-Length": "0", "Connection": "close"})
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Basic realm="CSMS"'
    return Response(status.value, status.phrase, headers, b"")


def _credentials(request: Request) -> str | None:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
