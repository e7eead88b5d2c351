"""A simulated charger: connection, one CALL at a time, commands, resets."""

import asyncio
import base64
import json
import random
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.protocol import State
from websockets.typing import Subprotocol

from laconic_bench.makes import Json, Make
from laconic_bench.notebook import Notebook, Timing
from laconic_bench.transcript import Transcript
from laconic_codec.messages import Call, CallError, CallResult, Message

CALL_TIMEOUT_SECONDS: Final = 30.0
INTERACTIVE_ACTIONS: Final = frozenset(
    {"Authorize", "StartTransaction", "StopTransaction", "BatterySwap"}
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast life goes at the chargers, in seconds. All waits are jittered by a quarter."""

    meter_seconds: float = 10.0
    """Between two samples of a vehicle that charges."""
    slot_meter_seconds: float = 60.0
    """Between two samples of a battery in a slot."""
    session_seconds: float = 150.0
    """Mean; a session is as likely to be very short as to be twice as long."""
    idle_seconds: float = 20.0
    """From one session on a connector to the next; the first begins within half of it."""
    swap_seconds: float = 40.0
    """From one battery swap to the next."""
    human_seconds: float = 1.0
    """Between two things that a person or a relay does."""
    stream_seconds: float = 30.0
    """Between two messages of a periodic event stream."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who a charger is and where it connects to."""

    identity: str
    password: str
    url: str
    """Without the identity and without a slash at the end."""


class _Disconnected(Exception):
    """The socket is closed, by whichever side."""


class Charger(ABC):
    """The part that all chargers share. `run` lives until it is cancelled."""

    version: str

    def __init__(
        self, account: Account, make: Make, pace: Pace, notebook: Notebook, rng: random.Random
    ) -> None:
        self.account = account
        self.make = make
        self.pace = pace
        self.rng = rng
        self.state = "offline"
        self._notebook = notebook
        self._transcript = Transcript(account.identity)
        notebook.transcripts[account.identity] = self._transcript
        self._message_ids = make.message_ids(rng)
        self._calling = asyncio.Lock()
        self._answer: tuple[str, asyncio.Future[Json]] | None = None
        self._socket: ClientConnection
        self._group: asyncio.TaskGroup
        self._doing: set[asyncio.Task[None]] = set()
        self._quiet = False

    @abstractmethod
    async def live(self) -> None:
        """What the charger does from its boot on."""

    @abstractmethod
    def obey(self, action: str, payload: Json) -> Json:
        """Returns the answer to a command; what follows from it is begun with `begin`."""

    async def run(self) -> None:
        """Connects, lives, and connects again after a reset or a loss of the connection."""
        headers = {"Authorization": "Basic " + self._credentials()}
        while True:
            try:
                async with connect(
                    f"{self.account.url}/{self.account.identity}",
                    subprotocols=[Subprotocol(f"ocpp{self.version}")],
                    additional_headers=headers,
                    compression=None,
                    proxy=None,
                ) as self._socket:
                    self._notebook.connections += 1
                    try:
                        await self._session()
                    finally:
                        await self._socket.close()
            except (OSError, WebSocketException):
                pass
            self.state = "offline"
            await self.pause(self.pace.human_seconds)

    async def quiesce(self) -> None:
        """Starts nothing new any more; the CALL that is under way gets its answer first."""
        self._quiet = True
        async with self._calling:
            for task in self._doing:
                task.cancel()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Does something beside everything else, until this connection ends."""
        if self._quiet:
            work.close()
            return
        task = self._group.create_task(work)
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)

    async def call(self, action: str, payload: Json) -> Json:
        """Sends a CALL when no other is outstanding and returns the payload of its answer.

        Returns an empty payload for a CALLERROR. Without an answer in
        `CALL_TIMEOUT_SECONDS` the charger drops the connection; the message counts as lost.
        """
        async with self._calling:
            loop = asyncio.get_running_loop()
            started_seconds = loop.time()
            message_id = next(self._message_ids)
            future: asyncio.Future[Json] = loop.create_future()
            self._answer = (message_id, future)
            await self._send(2, message_id, action, self.make.payload_text(payload))
            try:
                async with asyncio.timeout(CALL_TIMEOUT_SECONDS):
                    answer = await future
            except TimeoutError:
                # Closing makes sure that a late answer is never taken for a timely one.
                self._notebook.timeouts += 1
                await self._socket.close()
                raise _Disconnected from None
            finally:
                self._answer = None
            if action in INTERACTIVE_ACTIONS or "idToken" in payload:
                taken_seconds = loop.time() - started_seconds
                self._notebook.timings.append(Timing(action, started_seconds, taken_seconds))
            return answer

    async def send(self, action: str, payload: Json) -> None:
        """Sends a SEND (OCPP 2.1), which nobody answers."""
        await self._send(6, next(self._message_ids), action, self.make.payload_text(payload))

    async def beat(self, interval_seconds: float) -> None:
        """Sends heartbeats at the interval of the boot answer."""
        while True:
            await self.pause(interval_seconds)
            await self.call("Heartbeat", {})

    async def restart(self) -> None:
        """Closes the connection, as a reset does, once no CALL is outstanding."""
        await self.pause(self.pace.human_seconds)
        async with self._calling:
            await self._socket.close()

    async def pause_at_first(self, seconds: float) -> None:
        """Waits for any time up to this, so that the connectors do not move in step."""
        await asyncio.sleep(self.rng.uniform(0, seconds))

    async def pause(self, seconds: float) -> None:
        """Waits for about this time."""
        await asyncio.sleep(seconds * self.rng.uniform(0.75, 1.25))

    def samples_of_a_session(self) -> int:
        """Returns how many samples a session will have, if nobody stops it."""
        mean = self.pace.session_seconds / self.pace.meter_seconds
        return self.rng.randint(2, max(3, round(2 * mean) - 2))

    def now(self) -> str:
        """Returns the time as this make writes it."""
        return self.make.time_text(datetime.now(UTC))

    def _credentials(self) -> str:
        return base64.b64encode(
            f"{self.account.identity}:{self.account.password}".encode()
        ).decode()

    async def _session(self) -> None:
        try:
            async with asyncio.TaskGroup() as self._group:
                self._group.create_task(self._read())
                self.begin(self.live())
        except* _Disconnected:
            pass
        finally:
            self._doing.clear()

    async def _read(self) -> None:
        async for text in self._socket:
            assert isinstance(text, str), "a binary frame came from the server"
            await self._receive(text)
        raise _Disconnected

    async def _receive(self, text: str) -> None:
        message = self._note(up=False, text=text)
        match message:
            case Call():
                answer = self.obey(message.action, json.loads(message.payload))
                await self._send(3, message.message_id, self.make.payload_text(answer))
            case CallResult():
                self._take_answer(message.message_id, json.loads(message.payload))
            case CallError():
                self._take_answer(message.message_id, {})
            case _:
                pass

    def _take_answer(self, message_id: str, payload: Json) -> None:
        if self._answer is not None:
            awaited, future = self._answer
            if awaited == message_id and not future.done():
                future.set_result(payload)

    async def _send(self, *elements: object) -> None:
        if self._socket.state is not State.OPEN:
            raise _Disconnected
        text = self.make.message_text(*elements)
        self._note(up=True, text=text)
        try:
            await self._socket.send(text)
        except ConnectionClosed:
            raise _Disconnected from None

    def _note(self, up: bool, text: str) -> Message | None:
        entry = self._transcript.add(asyncio.get_running_loop().time(), up, text)
        self._notebook.recent.append((self.account.identity, entry))
        return entry.message
