"""Recorded traffic of real chargers, replayed through the real gateway and expander."""

import asyncio
import json
from pathlib import Path
from typing import Final

import pytest

from laconic_bench.ports import free_port
from tests.support.corpus import FOLDER, Conversation, Step, conversations
from tests.support.ledger import Ends, differences
from tests.support.ocppj import Message, parse
from tests.support.raw import RawCsms, Socket, raw_charger, raw_csms, with_id
from tests.support.services import Plan, SiteCharger, services

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="the recorded traffic is not part of the repository; it is read from"
    " ../shared/corpus beside it, and that folder is missing",
)

HEARTBEAT: Final = '[3,"answer",{"currentTime":"2026-03-01T08:00:00Z"}]'


class Script:
    """What the CSMS answers to each charger: the logged answers in their order."""

    def __init__(self, replayed: list[Conversation], answers: str) -> None:
        self._skips_heartbeats = answers == "local"
        self._answers = {
            one.identity: iter([step.answer for step in one.steps if self.is_heard(step)])
            for one in replayed
        }

    def is_heard(self, step: Step) -> bool:
        """Tell whether the CSMS hears of this call; the gateway may answer heartbeats."""
        return step.is_up and not (
            self._skips_heartbeats and parse(step.call).action == "Heartbeat"
        )

    def answer(self, identity: str, message: Message) -> str:
        """Return the next logged answer under the id of `message`."""
        if self._skips_heartbeats and message.action == "Heartbeat":
            return with_id(HEARTBEAT, message.id)
        return with_id(next(self._answers[identity]), message.id)


async def replay(one: Conversation, password: str, url: str, csms: RawCsms) -> Ends:
    """Let one charger and the CSMS say what is logged, each when the other has answered."""
    async with raw_charger(url, one.version, one.identity, password) as charger:
        at_csms = await csms.socket(one.identity)
        for step in one.steps:
            await (charger.call(step.call) if step.is_up else command(step, at_csms, charger))
    await csms.gone(one.identity)
    return Ends(charger.log, csms.logs[one.identity])


async def command(step: Step, at_csms: Socket, charger: Socket) -> None:
    """Send a call of the CSMS and the charger's logged answer."""
    await at_csms.send(step.call)
    request = await charger.request()
    await charger.send(with_id(step.answer, request.id))
    await at_csms.answer()


@pytest.mark.parametrize("answers", ["local", "relay"])
def test_real_traffic_arrives_as_it_was_logged(answers: str, tmp_path: Path) -> None:
    replayed = conversations()
    script = Script(replayed, answers)
    chargers = [SiteCharger(one.identity, answers) for one in replayed]
    passwords = {one.identity: one.csms_password for one in chargers}
    port = free_port()

    async def run() -> list[Ends]:
        async with (
            raw_csms(script.answer, passwords, port) as csms,
            services(tmp_path, Plan(f"ws://127.0.0.1:{port}{{path}}", chargers)) as ours,
            asyncio.TaskGroup() as replays,
        ):
            tasks = [
                replays.create_task(replay(one, charger.password, ours.url, csms))
                for one, charger in zip(replayed, chargers, strict=True)
            ]
        return [task.result() for task in tasks]

    for one, ends in zip(replayed, asyncio.run(run()), strict=True):
        differing = differences(ends, answered_locally=answers == "local")
        assert differing == [], f"{one.identity}: {differing[0]}"
        assert sum(line.sent for line in ends.charger) == len(one.steps)


def test_the_corpus_reader_keeps_every_message() -> None:
    kept = conversations()
    lines = [line for path in FOLDER.glob("*.jsonl") for line in path.read_text().splitlines()]
    texts = [text for one in kept for step in one.steps for text in (step.call, step.answer)]
    logged = [json.loads(line)["raw"] for line in lines]
    assert set(logged) <= set(texts)
    assert len(texts) >= len(logged)
