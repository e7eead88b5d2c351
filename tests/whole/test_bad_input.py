"""Bad input meets the real services: the right answer, one counter, and nobody is disturbed."""

import asyncio
import json
import os
import socket
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import pytest
from websockets.exceptions import InvalidStatus

from laconic_bench.ports import free_port
from tests.support.metrics_page import metric, metric_reaches
from tests.support.ocppj import CALL_ERROR, CALL_RESULT, Message, parse
from tests.support.raw import RawCsms, Socket, raw_charger, raw_csms, with_id
from tests.support.services import Plan, Services, SiteCharger, services

T = TypeVar("T")
BAD, WITNESS = SiteCharger("bad"), SiteCharger("witness")
ACCEPTED: Final = '[3,"id",{"idTagInfo":{"status":"Accepted"}}]'
LIMIT_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class World:
    """Two services, a CSMS, and the event loop that all tests of this module share."""

    runner: asyncio.Runner
    ours: Services
    csms: RawCsms

    def run(self, story: Coroutine[Any, Any, T]) -> T:
        """Run a story to its end."""
        return self.runner.run(story)

    async def noticed(self) -> tuple[float, int]:
        """How many unusable inputs the gateway has counted, and how many warnings it has logged."""
        counted = await metric(self.ours.site_metrics_port, "laconic_bad_input_total")
        return counted, self.ours.site.log.count(" warning ")


def answer(_identity: str, message: Message) -> str | None:
    """Accept everything; a vendor's "hold" waits until the test answers it."""
    return None if '"hold"' in message.payload else with_id(ACCEPTED, message.id)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The services and the CSMS, running."""
    passwords = {one.identity: one.csms_password for one in (BAD, WITNESS)}
    port = free_port()
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", [BAD, WITNESS])
    folder = tmp_path_factory.mktemp("services")
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        csms = runner.run(stack.enter_async_context(raw_csms(answer, passwords, port)))
        ours = runner.run(stack.enter_async_context(services(folder, plan)))
        yield World(runner, ours, csms)
        runner.run(stack.aclose())


def authorize(number: int) -> str:
    return f'[2,"good-{number}","Authorize",{{"idTag":"TAG-{number}"}}]'


class Visit:
    """The bad charger and the witness, both connected; the witness is served before and after."""

    def __init__(self, world: World, version: str) -> None:
        self._world = world
        self._version = version
        self._stack = AsyncExitStack()
        self.bad: Socket
        self._witness: Socket

    async def __aenter__(self) -> "Visit":
        self.bad = await self._connect(BAD)
        self._witness = await self._connect(WITNESS)
        self.heard_before = len(self._world.csms.requests(BAD.identity))
        await self.serve_witness()
        return self

    async def __aexit__(self, *failure: object) -> None:
        if failure[0] is None:
            await self.serve_witness()
        await self._stack.aclose()
        await self._world.csms.gone(BAD.identity)
        await self._world.csms.gone(WITNESS.identity)

    async def _connect(self, charger: SiteCharger) -> Socket:
        url = self._world.ours.url
        connection = raw_charger(url, self._version, charger.identity, charger.password)
        return await self._stack.enter_async_context(connection)

    async def serve_witness(self) -> None:
        """Let the witness ask the CSMS something and get the answer."""
        assert (await self._witness.call(authorize(1))).content == (CALL_RESULT, "", _payload())

    @property
    def heard(self) -> list[Message]:
        """What the CSMS heard of the bad charger in this visit."""
        return self._world.csms.requests(BAD.identity)[self.heard_before :]


def _payload() -> str:
    return ACCEPTED.partition('"id",')[2].removesuffix("]")


@dataclass(frozen=True, slots=True)
class Case:
    """One unusable text, and the error it earns in 1.6 and in 2.x: (id, code), None for silence."""

    name: str
    text: str
    in_16: tuple[str, str] | None
    in_2x: tuple[str, str] | None


# What is damaged but has a readable id is answered under that id (OCPP-J 2.1, 4.2.3).
FORMAT_16: Final = ("7", "FormationViolation")
FORMAT_2X: Final = ("7", "RpcFrameworkError")
FRAMEWORK: Final = ("-1", "RpcFrameworkError")
LONG_ID: Final = "x" * 37
CASES: Final = (
    Case("not JSON", '{"x":', None, FRAMEWORK),
    Case("empty", "", None, FRAMEWORK),
    Case("an object", '{"a":1}', None, FRAMEWORK),
    Case("a text", '"text"', None, FRAMEWORK),
    Case("an empty array", "[]", None, FRAMEWORK),
    Case("truncated", '[2,"7","Authorize",{"idTag":', FORMAT_16, FORMAT_2X),
    Case("two texts", '[2,"7","Authorize",{}] []', FORMAT_16, FORMAT_2X),
    Case("truncated id", '[2,"7', None, FRAMEWORK),
    Case("a number as id", '[2,7,"Authorize",{}]', None, FRAMEWORK),
    Case("no payload", '[2,"7","Authorize"]', FORMAT_16, FORMAT_2X),
    Case("a number as action", '[2,"7",5,{}]', FORMAT_16, FORMAT_2X),
    Case("unknown type", '[9,"7","Authorize",{}]', None, ("7", "MessageTypeNotSupported")),
    Case("a text as type", '["2","7","Authorize",{}]', None, ("7", "MessageTypeNotSupported")),
    Case("a damaged answer", '[3,"7"]', None, None),
    Case(
        "long id",
        f'[2,"{LONG_ID}","Authorize",{{}}]',
        (LONG_ID, "FormationViolation"),
        (LONG_ID, "RpcFrameworkError"),
    ),
    Case("deep nesting", "[" * 30_000, None, FRAMEWORK),
)


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_unusable_text(world: World, case: Case, version: str) -> None:
    expected = case.in_16 if version == "1.6" else case.in_2x

    async def story() -> None:
        counted, logged = await world.noticed()
        async with Visit(world, version) as visit:
            await visit.bad.send_anything(case.text)
            if expected is not None:
                error = await visit.bad.answer()
                assert (error.kind, error.id) == (CALL_ERROR, expected[0])
                assert json.loads(error.payload.split("\t")[0]) == expected[1]
            # Whatever else came back would come before this answer.
            assert (await visit.bad.call(authorize(2))).id == "good-2"
            assert [message.payload for message in visit.heard] == ['{"idTag":"TAG-2"}']
        assert await world.noticed() == (counted + 1, logged + 1)

    world.run(story())


def data_transfer(length_bytes: int) -> str:
    """A message of exactly this length."""
    head, tail = '[2,"long","DataTransfer",{"vendorId":"v","data":"', '"}]'
    return f"{head}{'é' * 1000}{'.' * (length_bytes - len(head) - len(tail) - 2000)}{tail}"


def test_a_text_of_64_kib_arrives(world: World) -> None:
    text = data_transfer(LIMIT_BYTES)
    assert len(text.encode()) == LIMIT_BYTES

    async def story() -> None:
        async with Visit(world, "1.6") as visit:
            assert (await visit.bad.call(text)).kind == CALL_RESULT
            assert [message.payload for message in visit.heard] == [parse(text).payload]

    world.run(story())


@pytest.mark.parametrize(
    ("frame", "close_code"),
    [
        pytest.param(data_transfer(LIMIT_BYTES + 1), 1009, id="over 64 KiB"),
        pytest.param(b'[2,"1","Authorize",{}]', 1003, id="binary"),
    ],
)
def test_an_unusable_frame_ends_the_connection(
    world: World, frame: str | bytes, close_code: int
) -> None:
    async def story() -> None:
        counted, logged = await world.noticed()
        async with Visit(world, "1.6") as visit:
            await visit.bad.send_anything(frame)
            assert await visit.bad.closed() == close_code
            await visit.serve_witness()
            assert visit.heard == []
        assert await world.noticed() == (counted + 1, logged + 1)
        async with Visit(world, "1.6") as visit:
            assert (await visit.bad.call(authorize(3))).id == "good-3"

    world.run(story())


@pytest.mark.parametrize("version", ["1.6", "2.0.1"])
def test_a_call_while_one_is_outstanding_waits_for_its_turn(world: World, version: str) -> None:
    async def story() -> None:
        async with Visit(world, version) as visit:
            await visit.bad.send('[2,"first","DataTransfer",{"vendorId":"hold"}]')
            await visit.bad.send(authorize(1))
            await visit.bad.send(authorize(2))
            await world.csms.received(BAD.identity, visit.heard_before + 1)
            await visit.serve_witness()
            [first] = visit.heard
            at_csms = await world.csms.socket(BAD.identity)
            await at_csms.send(with_id('[3,"",{"status":"Accepted"}]', first.id))
            answers = [await visit.bad.answer() for _ in range(3)]
            assert [one.id for one in answers] == ["first", "good-1", "good-2"]
            tags = [json.loads(message.payload).get("idTag") for message in visit.heard]
            assert tags == [None, "TAG-1", "TAG-2"]

    world.run(story())


@pytest.mark.parametrize(
    ("identity", "password", "status"),
    [("nobody", WITNESS.password, 404), (WITNESS.identity, "wrong", 401)],
)
def test_who_may_not_connect(world: World, identity: str, password: str, status: int) -> None:
    async def story() -> None:
        name = "laconic_refused_connections_total"
        counted = await metric(world.ours.site_metrics_port, name)
        async with Visit(world, "1.6"):
            with pytest.raises(InvalidStatus) as refusal:
                async with raw_charger(world.ours.url, "1.6", identity, password):
                    pass
            assert refusal.value.response.status_code == status
        assert await metric(world.ours.site_metrics_port, name) == counted + 1

    world.run(story())


def test_a_datagram_of_garbage_is_dropped_without_an_answer(world: World) -> None:
    async def story() -> None:
        name = "laconic_dropped_datagrams_total"
        counted = await metric(world.ours.expander_metrics_port, name)
        garbage = [os.urandom(length) for length in range(2, 200)]  # one byte: a bare keepalive
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            async with Visit(world, "1.6") as visit:
                for datagram in garbage:
                    stranger.sendto(datagram, ("127.0.0.1", world.ours.udp_port))
                await visit.serve_witness()
            with pytest.raises(BlockingIOError):
                stranger.recv(2048, socket.MSG_DONTWAIT)
        await metric_reaches(world.ours.expander_metrics_port, name, counted + len(garbage))

    world.run(story())
