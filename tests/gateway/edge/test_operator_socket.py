"""Commands of an operator to an expander that runs, over a real socket."""

import asyncio
from pathlib import Path

import pytest

from laconic_gateway.edge.operator_socket import (
    COMMAND_MAX_BYTES,
    SOCKET_FILE,
    Command,
    NobodyListens,
    OperatorSocket,
    command,
)
from laconic_gateway.errors import GatewayError


async def echo(order: Command) -> object:
    if order["command"] == "fail":
        raise GatewayError("there is no such message")
    return [order, "é" * 100_000]


async def ask(directory: Path, **order: object) -> object:
    return await asyncio.to_thread(command, directory, order)


def test_a_command_is_answered(tmp_path: Path) -> None:
    async def story() -> None:
        listening = await OperatorSocket.listen(tmp_path, echo)
        assert (tmp_path / SOCKET_FILE).stat().st_mode & 0o777 == 0o600
        assert await ask(tmp_path, command="list") == [{"command": "list"}, "é" * 100_000]
        with pytest.raises(GatewayError, match="there is no such message"):
            await ask(tmp_path, command="fail")
        with pytest.raises(GatewayError, match="this is no command"):
            await ask(tmp_path, other="list")
        await listening.close()

    asyncio.run(story())
    assert list(tmp_path.iterdir()) == []


def test_nobody_listens_before_and_after(tmp_path: Path) -> None:
    async def story() -> None:
        with pytest.raises(NobodyListens):
            await ask(tmp_path, command="list")
        await (await OperatorSocket.listen(tmp_path, echo)).close()
        with pytest.raises(NobodyListens):
            await ask(tmp_path, command="list")

    asyncio.run(story())


def test_the_socket_of_a_process_that_was_killed_is_replaced(tmp_path: Path) -> None:
    async def story() -> None:
        first = await OperatorSocket.listen(tmp_path, echo)
        second = await OperatorSocket.listen(tmp_path, echo)
        assert await ask(tmp_path, command="list")
        await second.close()
        await first.close()

    asyncio.run(story())


@pytest.mark.parametrize("line", [b"", b"\n", b"[]\n", b"\xff\n", b"{" * COMMAND_MAX_BYTES * 2])
def test_rubbish_ends_nothing(tmp_path: Path, line: bytes) -> None:
    async def story() -> None:
        listening = await OperatorSocket.listen(tmp_path, echo)
        reader, writer = await asyncio.open_unix_connection(tmp_path / SOCKET_FILE)
        writer.write(line)
        writer.write_eof()
        await reader.read()
        writer.close()
        assert await ask(tmp_path, command="list")
        await listening.close()

    asyncio.run(story())


def test_a_path_that_is_too_long_is_said_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        deep = tmp_path / ("x" * 120)
        deep.mkdir()
        listening = await OperatorSocket.listen(deep, echo)
        assert "no operator can be heard here" in caplog.text
        await listening.close()

    asyncio.run(story())
