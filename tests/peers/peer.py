# pyright: basic
"""What both Python peers share: the log, the commands, the answers, the `ocpp` package.

The package ships no types, hence the basic checking of this module alone.
"""

import asyncio
import itertools
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from ocpp.charge_point import (
    camel_to_snake_case,
    remove_nones,
    serialize_as_dict,
    snake_to_camel_case,
)
from ocpp.routing import on
from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed

ANSWERS = json.loads((Path(__file__).parent / "answers.json").read_text(encoding="utf-8"))
MODULES = {"ocpp1.6": "ocpp.v16", "ocpp2.0.1": "ocpp.v201", "ocpp2.1": "ocpp.v21"}

Command = Callable[[dict[str, Any]], Awaitable[object]]


class Peer(Protocol):
    """The part of `ocpp.charge_point.ChargePoint` that the programs use."""

    async def start(self) -> None: ...
    async def call(self, payload: object, suppress: bool = ...) -> object: ...


def report(event: Mapping[str, object]) -> None:
    """Write one event of the log: a line of JSON."""
    print(json.dumps(event), flush=True)


class Wire:
    """A WebSocket that reports every message; it is all that `ocpp` sees of the connection."""

    def __init__(self, socket: Connection, identity: str) -> None:
        self._socket = socket
        self._identity = identity

    async def recv(self) -> str:
        text = await self._socket.recv(decode=True)
        report({"event": "received", "identity": self._identity, "text": text})
        return str(text)

    async def send(self, text: str) -> None:
        report({"event": "sent", "identity": self._identity, "text": text})
        await self._socket.send(text)


_answered = itertools.count(1)


def _fill(template: Any, identity: str, number: int) -> Any:
    """Fill in what makes each answer differ from every other one."""
    if isinstance(template, list):
        return [_fill(item, identity, number) for item in template]
    if isinstance(template, dict):
        return {key: _fill(item, identity, number) for key, item in template.items()}
    if template == "{integer}":
        return 1000 + 7 * number
    if not isinstance(template, str):
        return template
    text = template.replace("{mark}", f"{identity}-{number}")
    return text.replace("{number}", f"{number % 1000:03}")


def _snake(payload: dict[str, Any]) -> dict[str, Any]:
    """Return `payload` with the key style of the package.

    The package 2.1.0 writes the keys soC and soH of BatteryData as "SoC" and "soh", which its own
    schema refuses. Keys in this form come out right.
    """
    text = json.dumps(camel_to_snake_case(payload))
    return dict(json.loads(text.replace('"soc":', '"so_c":').replace('"soh":', '"so_h":')))


def make_peer(side: str, subprotocol: str, identity: str, socket: Connection) -> Peer:
    """Make a ChargePoint of the package that answers from answers.json and counts its messages."""
    module = import_module(MODULES[subprotocol])
    templates = ANSWERS[subprotocol][side]

    def handler(action: str) -> Callable[..., object]:
        def method(_self: object, **_payload: object) -> object:
            payload = _fill(templates[action], identity, next(_answered))
            return getattr(module.call_result, action)(**_snake(payload))

        method.__name__ = f"on_{action}"
        routed: Callable[..., object] = on(action)(method)
        return routed

    handlers = {f"on_{action}": handler(action) for action in templates}
    make = type("Peer", (module.ChargePoint,), handlers)
    peer: Any = make(identity, Wire(socket, identity))
    if side == "charger":
        # Most chargers count. Two chargers that count use the same ids at the same time.
        peer._unique_id_generator = _message_ids.__next__
    made: Peer = peer
    return made


_message_ids = itertools.count(1)


async def call(peer: Peer, subprotocol: str, action: str, payload: dict[str, Any]) -> object:
    """Send a CALL through the package, validated both ways, and return the answer's payload."""
    module = import_module(MODULES[subprotocol])
    answer = await peer.call(getattr(module.call, action)(**_snake(payload)), suppress=False)
    return snake_to_camel_case(remove_nones(serialize_as_dict(answer)))


async def serve(peer: Peer, identity: str) -> None:
    """Run the package's receive loop until the connection ends, and report the end."""
    try:
        await peer.start()
    except ConnectionClosed:
        report({"event": "disconnected", "identity": identity})


async def obey(commands: Mapping[str, Command]) -> None:
    """Run `commands[line["do"]](line)` for each line of standard input and report how it ended."""
    reader = asyncio.StreamReader(limit=1 << 20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    running = set[asyncio.Task[None]]()
    while text := await reader.readline():
        line = json.loads(text)
        task = asyncio.create_task(_obey(commands[line["do"]], line))
        running.add(task)
        task.add_done_callback(running.discard)


async def _obey(command: Command, line: dict[str, Any]) -> None:
    try:
        payload = await command(line)
        report({"event": "done", "number": line["number"], "payload": payload})
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        report({"event": "failed", "number": line["number"], "error": text})
