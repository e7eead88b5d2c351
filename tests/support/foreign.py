"""Chargers and CSMSs that are not our code: child processes that this module drives.

Each is a program in `tests/peers/`. It reports every raw message as a line of JSON and takes
commands as lines of JSON. `Charger` and `Csms` hold the reports and wait for what is to come.
"""

import asyncio
import itertools
import json
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.ocppj import Message, parse

ROOT: Final = Path(__file__).parents[2]
PEERS: Final = ROOT / "tests" / "peers"
PATIENCE_SECONDS: Final = 20.0

Payload = dict[str, Any]


class PeerError(Exception):
    """A peer refused a message, got an error or did not do in time what it was to do."""


@dataclass(frozen=True, slots=True)
class Report:
    """One event that a peer reported."""

    event: str
    identity: str = ""
    text: str = ""
    """The raw OCPP-J message of "sent" and "received"."""
    path: str = ""
    subprotocol: str = ""
    status: int = 0
    error: str = ""
    port: int = 0
    number: int = 0
    payload: Payload | None = None

    def __str__(self) -> str:
        return f"{self.event} {self.identity} {self.text}{self.error}"


class Program:
    """One running peer."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = itertools.count(1)
        self._news = asyncio.Condition()
        self.reports: list[Report] = []

    async def listen(self) -> None:
        """Collect reports until the program ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            async with self._news:
                self.reports.append(Report(**json.loads(line)))
                self._news.notify_all()

    async def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until `condition` holds; it is asked again after each report.

        Raises:
            PeerError: `what` did not come in time.
        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._news:
                await self._news.wait_for(condition)
        except TimeoutError:
            last = "\n".join(str(report) for report in self.reports[-8:])
            raise PeerError(f"no {what} within {PATIENCE_SECONDS} s; last:\n{last}") from None

    async def do(self, **command: object) -> Payload:
        """Give one command and return the payload that it brought.

        Raises:
            PeerError: the command failed in the peer, or did not end in time.
        """
        number = next(self._numbers)
        line = json.dumps({**command, "number": number})
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        await self.wait_for(lambda: self._result(number) is not None, f"result of {line[:200]}")
        result = self._result(number)
        assert result is not None
        if result.event == "failed":
            raise PeerError(f"{line[:200]}: {result.error}")
        return result.payload or {}

    def _result(self, number: int) -> Report | None:
        return next((report for report in self.reports if report.number == number), None)

    def of(self, identity: str, *events: str) -> list[Report]:
        """Return the reports about one charger of these kinds, in order."""
        return [r for r in self.reports if r.identity == identity and r.event in events]

    def messages(self, identity: str, event: str) -> list[Message]:
        """Return the messages of one charger that were "sent" or "received", in order."""
        return [parse(report.text) for report in self.of(identity, event)]

    async def wait_for_event(self, identity: str, event: str, count: int) -> None:
        """Wait until `event` was reported `count` times about the charger."""
        what = f'event "{event}" number {count} of {identity}'
        await self.wait_for(lambda: len(self.of(identity, event)) >= count, what)

    async def wait_for_calls(self, identity: str, action: str, count: int) -> None:
        """Wait until `count` requests of `action` were received from the charger."""

        def arrived() -> bool:
            received = self.messages(identity, "received")
            return sum(message.action == action for message in received) >= count

        await self.wait_for(arrived, f"{action} number {count} of {identity}")


class Charger(Program):
    """A charger of somebody else."""

    def __init__(self, process: asyncio.subprocess.Process, identity: str) -> None:
        super().__init__(process)
        self.identity = identity

    async def connect(self) -> None:
        """Open the WebSocket."""
        await self.do(do="connect")

    async def disconnect(self) -> None:
        """Close the WebSocket."""
        await self.do(do="disconnect")

    async def call(self, action: str, payload: Payload) -> Payload:
        """Send a CALL and return the payload of the answer."""
        return await self.do(do="call", action=action, payload=payload)


class Csms(Program):
    """A CSMS of somebody else."""

    @property
    def port(self) -> int:
        """TCP port on loopback."""
        return next(report.port for report in self.reports if report.event == "listening")

    async def call(self, identity: str, action: str, payload: Payload) -> Payload:
        """Send a CALL to a charger and return the payload of the answer."""
        return await self.do(do="call", identity=identity, action=action, payload=payload)


def _command(library: str, role: str) -> list[str]:
    if library == "ocpp":
        return [sys.executable, "-m", f"tests.peers.{role}"]
    if not (PEERS / "node_modules" / "ocpp-rpc").is_dir():
        raise PeerError("ocpp-rpc is not installed: run npm ci --prefix tests/peers")
    return ["node", str(PEERS / f"{role}.mjs")]


async def _start(command: list[str]) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdin=pipe, stdout=pipe, limit=1 << 20
    )


@asynccontextmanager
async def _running(program: Program, process: asyncio.subprocess.Process) -> AsyncGenerator[None]:
    listening = asyncio.create_task(program.listen())
    try:
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()
        await listening


@asynccontextmanager
async def charger(
    library: str, url: str, version: str, identity: str, password: str
) -> AsyncGenerator[Charger]:
    """Run a charger of `library` ("ocpp-rpc" or "ocpp"); it is not yet connected."""
    process = await _start(
        [*_command(library, "charger"), url, f"ocpp{version}", identity, password]
    )
    program = Charger(process, identity)
    async with _running(program, process):
        yield program


@asynccontextmanager
async def csms(
    library: str, version: str, passwords: dict[str, str], port: int = 0
) -> AsyncGenerator[Csms]:
    """Run a CSMS of `library` ("ocpp-rpc" or "ocpp"), ready for connections."""
    arguments = [str(port), f"ocpp{version}", json.dumps(passwords)]
    process = await _start([*_command(library, "csms"), *arguments])
    program = Csms(process)
    async with _running(program, process):
        await program.wait_for(lambda: bool(program.reports), "listening CSMS")
        yield program
