"""How an operator's command reaches the expander that runs: a Unix socket beside its outbox.

One line of JSON there, one line back: `{"result": ...}` or `{"error": "..."}`. Whoever may open the
state directory may command; that is the user of the service, and root.
"""

import asyncio
import json
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from laconic_gateway.errors import GatewayError

SOCKET_FILE: Final = "expander.sock"
PATH_MAX_BYTES: Final = 107
"""Longest path of a Unix socket (sockaddr_un)."""
COMMAND_MAX_BYTES: Final = 4_096
COMMAND_SECONDS: Final = 2.0
"""How long a command may take to come: it is one line of a program on this machine."""
ANSWER_SECONDS: Final = 30.0
"""How long an operator waits: a commit to a slow disk is below."""

Command: TypeAlias = Mapping[str, Any]
Handle: TypeAlias = Callable[[Command], Awaitable[object]]
"""Carries out a command; what it raises of `GatewayError` is told to the operator."""

_log = logging.getLogger("laconic")


class OperatorSocket:
    """Takes commands. All methods belong to the event loop of `listen`."""

    def __init__(self, path: Path, server: asyncio.Server | None) -> None:
        self._path = path
        self._server = server

    @classmethod
    async def listen(cls, directory: Path, handle: Handle) -> "OperatorSocket":
        """Opens the socket. The caller has the outbox of this directory open, so nobody else has.

        Where it cannot be, a warning says so: commands then need a stopped expander.
        """
        path = directory / SOCKET_FILE

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(OSError, ValueError, TimeoutError):
                async with asyncio.timeout(COMMAND_SECONDS):  # a stop waits for who is connected
                    line = await reader.readline()
                answer = await _answer(line, handle)
                writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
                await writer.drain()
            writer.close()

        try:
            path.unlink(missing_ok=True)
            server = await asyncio.start_unix_server(serve, path, limit=COMMAND_MAX_BYTES)
            path.chmod(0o600)
        except (OSError, ValueError) as error:
            _log.warning(
                "%s: no operator can be heard here (%s); stop the expander for `laconic"
                " quarantine`, or choose a state_directory with a path below %d bytes",
                path,
                error,
                PATH_MAX_BYTES - len(SOCKET_FILE),
            )
            return cls(path, None)
        return cls(path, server)

    async def close(self) -> None:
        """Hears nobody any more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._path.unlink(missing_ok=True)


async def _answer(line: bytes, handle: Handle) -> dict[str, object]:
    try:
        command = json.loads(line)
        if not isinstance(command, dict):
            return {"error": "a command is a JSON object"}
        return {"result": await handle(cast(Command, command))}
    except GatewayError as error:
        return {"error": str(error)}
    except (ValueError, KeyError, TypeError) as error:
        return {"error": f"this is no command: {error!r}"}


def command(directory: Path, order: Command) -> Any:
    """Have the expander that runs on this state directory carry out a command.

    Raises:
        NobodyListens: none runs.
        GatewayError: it could not be carried out; the text says why.
    """
    path = directory / SOCKET_FILE
    with socket.socket(socket.AF_UNIX) as end:
        end.settimeout(ANSWER_SECONDS)
        try:
            end.connect(str(path))
        except OSError as error:
            raise NobodyListens(f"{path}: no expander listens") from error
        end.sendall(json.dumps(order).encode() + b"\n")
        with end.makefile("rb") as lines:
            answer = json.loads(lines.readline() or b'{"error": "the expander has stopped"}')
    if "error" in answer:
        raise GatewayError(answer["error"])
    return answer["result"]


class NobodyListens(GatewayError):
    """No expander runs on this state directory."""
