"""The small CSMS over real sockets; the time is virtual."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from laconic_bench.csms import COMMAND_TIMEOUT_SECONDS, Csms
from laconic_bench.virtual import jumping_loop
from laconic_codec.messages import Call

BOOT = '[2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]'


def _run(work: Coroutine[Any, Any, None]) -> None:
    jumping_loop.run(work)


@asynccontextmanager
async def _csms(command_seconds: float = 5.0) -> AsyncGenerator[Csms]:
    csms = Csms({"CP1": "right", "CP2": "right"}, command_seconds, Random(1), reset_probability=0)
    await csms.start()
    commands = asyncio.create_task(csms.command())
    try:
        yield csms
    finally:
        csms.is_commanding = False
        await commands
        await csms.stop()


def _connect(csms: Csms, identity: str = "CP1", password: str | None = "right") -> connect:
    secret = base64.b64encode(f"{identity}:{password}".encode()).decode()
    return connect(
        f"ws://127.0.0.1:{csms.port}/{identity}",
        subprotocols=[Subprotocol("ocpp1.6")],
        additional_headers={"Authorization": f"Basic {secret}"} if password else {},
        proxy=None,
        ping_interval=None,
    )


async def _boot(socket: ClientConnection) -> None:
    await socket.send(BOOT)
    answer = json.loads(await socket.recv())
    assert answer[:2] == [3, "1"]
    assert answer[2]["status"] == "Accepted"


@pytest.mark.parametrize(
    ("identity", "password", "status"),
    [("CP1", None, 401), ("CP1", "wrong", 401), ("CP3", "right", 404)],
)
def test_who_is_not_known_is_refused(identity: str, password: str | None, status: int) -> None:
    async def work() -> None:
        async with _csms() as csms:
            with pytest.raises(InvalidStatus) as refused:
                await _connect(csms, identity, password)
            assert refused.value.response.status_code == status
            assert (csms.refused, csms.connected) == (1, 0)

    _run(work())


def test_calls_are_answered_and_written_down() -> None:
    async def work() -> None:
        async with _csms() as csms:
            async with _connect(csms) as socket:
                assert socket.subprotocol == "ocpp1.6"
                assert csms.connected == 1
                await socket.send('[2,"7","Heartbeat",{}]')
                answer = await socket.recv()
            entries = csms.transcripts["CP1"].entries
            assert [(entry.up, entry.size_bytes) for entry in entries] == [
                (True, 22),
                (False, len(answer)),
            ]
            assert json.loads(answer)[:2] == [3, "7"]

    _run(work())


def test_no_command_goes_to_a_charger_before_its_boot() -> None:
    async def work() -> None:
        async with _csms() as csms, _connect(csms) as socket:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(120):
                    await socket.recv()
            await _boot(socket)
            assert json.loads(await socket.recv())[0] == 2

    _run(work())


def test_a_charger_has_one_command_to_answer_at_most() -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        async with _csms(command_seconds=1.0) as csms, _connect(csms) as socket:
            await _boot(socket)
            first = json.loads(await socket.recv())
            asked_seconds = loop.time()
            assert csms.is_awaiting_answers
            await socket.recv()
            assert loop.time() - asked_seconds >= COMMAND_TIMEOUT_SECONDS - 0.1
            await socket.send(json.dumps([3, first[1], {"status": "Accepted"}]))

    _run(work())


def test_an_answer_makes_room_for_the_next_command() -> None:
    async def work() -> None:
        async with _csms(command_seconds=1.0) as csms, _connect(csms) as socket:
            await _boot(socket)
            for _ in range(20):
                command = json.loads(await socket.recv())
                await socket.send(json.dumps([3, command[1], {"status": "Rejected"}]))
            entries = csms.transcripts["CP1"].entries
            commands = [e.message for e in entries if not e.up and isinstance(e.message, Call)]
            assert len({command.message_id for command in commands}) >= 20
            assert entries[-1].at_seconds - entries[0].at_seconds < 20 * COMMAND_TIMEOUT_SECONDS

    _run(work())


def test_a_new_connection_takes_the_place_of_the_old_one() -> None:
    async def work() -> None:
        async with _csms() as csms:
            async with _connect(csms) as old:
                async with _connect(csms) as new:
                    assert csms.connected == 1
                    await old.close()
                    assert csms.connected == 1
                    await _boot(new)
            async with asyncio.timeout(10):
                while csms.connected:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)

    _run(work())
