"""What all simulated chargers share, against servers that behave well and badly.

The sockets are real; the time is virtual.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from random import Random
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from laconic_bench.charger import CALL_TIMEOUT_SECONDS, Account, Charger, Pace
from laconic_bench.makes import ACACIA, Json
from laconic_bench.notebook import Notebook
from laconic_bench.virtual import jumping_loop
from laconic_codec.messages import Call, CallResult

Answering = Callable[[ServerConnection, str], Awaitable[None]]
"""What a server does with one text."""
Life = Callable[["Puppet"], Coroutine[Any, Any, None]]


class Puppet(Charger):
    """A charger that does what the test wants on each of its connections."""

    version = "1.6"

    def __init__(self, url: str, life: Life) -> None:
        self.notebook = Notebook()
        account = Account("CP1", "secret", url)
        super().__init__(account, ACACIA, Pace(), self.notebook, Random(1))
        self._life = life

    async def live(self) -> None:
        await self._life(self)

    def obey(self, action: str, payload: Json) -> Json:
        if action == "Reset":
            self.begin(self.restart())
        return {"status": "Accepted"}


class Play:
    """One puppet and one server for some virtual time; afterwards, what both have seen."""

    def __init__(
        self,
        life: Life,
        answer: Answering,
        seconds: float = 60,
        then: Life | None = None,
    ) -> None:
        self.headers: list[tuple[str | None, str | None, str]] = []
        """Per connection: credentials, subprotocol, path."""
        self.heard: list[str] = []
        """What the server has heard."""
        self.puppet: Puppet
        jumping_loop.run(self._run(life, answer, seconds, then))

    @property
    def notebook(self) -> Notebook:
        return self.puppet.notebook

    async def _run(self, life: Life, answer: Answering, seconds: float, then: Life | None) -> None:
        async def converse(socket: ServerConnection) -> None:
            request = socket.request
            assert request is not None
            credentials = request.headers.get("Authorization")
            self.headers.append((credentials, socket.subprotocol, request.path))
            async for text in socket:
                self.heard.append(str(text))
                await answer(socket, str(text))

        async with serve(
            converse, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")], ping_interval=None
        ) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            self.puppet = Puppet(f"ws://127.0.0.1:{port}/ocpp", life)
            running = asyncio.create_task(self.puppet.run())
            await asyncio.wait([running], timeout=seconds)
            if then is not None:
                await then(self.puppet)
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


async def good(socket: ServerConnection, text: str) -> None:
    """Answers every CALL."""
    elements = json.loads(text)
    if elements[0] == 2:
        await socket.send(json.dumps([3, elements[1], {"to": elements[2]}]))


async def mute(_: ServerConnection, __: str) -> None:
    """Answers nothing."""


async def _authorize(puppet: Puppet) -> None:
    await puppet.call("Authorize", {"idTag": "T"})


def test_a_charger_says_who_it_is() -> None:
    play = Play(_authorize, good)
    assert play.headers == [("Basic Q1AxOnNlY3JldA==", "ocpp1.6", "/ocpp/CP1")]


def test_an_answer_belongs_to_its_call_and_is_timed_if_somebody_waits() -> None:
    answers: list[Json] = []

    async def life(puppet: Puppet) -> None:
        answers.append(await puppet.call("Heartbeat", {}))
        answers.append(await puppet.call("Authorize", {"idTag": "T"}))
        answers.append(await puppet.call("TransactionEvent", {"idToken": {"idToken": "T"}}))
        answers.append(await puppet.call("TransactionEvent", {}))

    play = Play(life, good)
    actions = ["Heartbeat", "Authorize", "TransactionEvent", "TransactionEvent"]
    assert answers == [{"to": action} for action in actions]
    timed = [timing.action for timing in play.notebook.timings]
    assert timed == ["Authorize", "TransactionEvent"]


def test_one_call_is_outstanding_at_most() -> None:
    async def life(puppet: Puppet) -> None:
        await asyncio.gather(*(puppet.call("Heartbeat", {}) for _ in range(5)))

    play = Play(life, good)
    messages = [entry.message for entry in play.notebook.transcripts["CP1"].entries]
    assert [type(message) for message in messages] == [Call, CallResult] * 5


def test_without_an_answer_the_charger_connects_again() -> None:
    play = Play(_authorize, mute, seconds=3.5 * CALL_TIMEOUT_SECONDS)
    assert play.notebook.timeouts == 3
    assert play.notebook.connections == len(play.headers) == 4
    assert play.notebook.timings == []


def test_an_answer_to_another_call_is_not_taken() -> None:
    async def wrong(socket: ServerConnection, _: str) -> None:
        await socket.send('[3,"another",{"status":"Accepted"}]')

    play = Play(_authorize, wrong, seconds=1.5 * CALL_TIMEOUT_SECONDS)
    assert play.notebook.timeouts == 1


def test_an_error_is_an_answer_without_content() -> None:
    answers: list[Json] = []

    async def refuse(socket: ServerConnection, text: str) -> None:
        await socket.send(json.dumps([4, json.loads(text)[1], "InternalError", "", {}]))

    async def life(puppet: Puppet) -> None:
        answers.append(await puppet.call("Authorize", {"idTag": "T"}))

    assert Play(life, refuse).notebook.timeouts == 0
    assert answers == [{}]


def test_a_command_is_answered_while_a_call_is_outstanding() -> None:
    asked: list[str] = []

    async def ask_back(socket: ServerConnection, text: str) -> None:
        message_type, message_id, *_ = json.loads(text)
        if message_type == 2:
            asked.append(message_id)
            await socket.send('[2,"c1","ClearCache",{}]')
        else:
            await socket.send(json.dumps([3, asked[0], {}]))

    play = Play(_authorize, ask_back)
    assert play.heard[1] == '[3,"c1",{"status":"Accepted"}]'
    assert len(play.heard) == 2
    assert play.notebook.timeouts == 0


def test_a_reset_is_answered_before_the_connection_ends() -> None:
    async def reset(socket: ServerConnection, text: str) -> None:
        await good(socket, text)
        if "first" in text:
            await socket.send('[2,"c1","Reset",{"type":"Soft"}]')

    async def life(puppet: Puppet) -> None:
        number = "first" if puppet.notebook.connections == 1 else "second"
        await puppet.call("BootNotification", {"number": number})

    play = Play(life, reset)
    first, answer, second = play.heard
    assert "first" in first
    assert answer == '[3,"c1",{"status":"Accepted"}]'
    assert "second" in second


def test_heartbeats_come_at_about_the_interval() -> None:
    async def life(puppet: Puppet) -> None:
        await puppet.beat(60)

    beats = len(Play(life, good, seconds=1_200).heard)
    assert 1_200 / 75 - 1 <= beats <= 1_200 / 45


def test_a_quiet_charger_waits_for_its_answer_and_begins_nothing() -> None:
    async def life(puppet: Puppet) -> None:
        while True:
            await puppet.call("Heartbeat", {})
            await puppet.pause(10)

    async def be_quiet(puppet: Puppet) -> None:
        await puppet.quiesce()
        calls.append(len(puppet.notebook.transcripts["CP1"].entries))
        puppet.begin(_authorize(puppet))
        await asyncio.sleep(60)
        calls.append(len(puppet.notebook.transcripts["CP1"].entries))

    calls: list[int] = []
    Play(life, good, then=be_quiet)
    assert calls[0] == calls[1] > 0
    assert calls[0] % 2 == 0, "every CALL has its answer"


def test_a_server_that_is_not_there_is_tried_again() -> None:
    async def work() -> Puppet:
        puppet = Puppet("ws://127.0.0.1:9", _authorize)
        running = asyncio.create_task(puppet.run())
        await asyncio.wait([running], timeout=60)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return puppet

    puppet = jumping_loop.run(work())
    assert puppet.state == "offline"
    assert puppet.notebook.connections == 0
