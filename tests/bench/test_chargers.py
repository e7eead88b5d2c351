"""The simulated chargers and the small CSMS, connected directly to each other."""

import asyncio
import importlib
import json
import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from laconic_bench.charger import Pace
from laconic_bench.chargers import Place, build_chargers, plan_site
from laconic_bench.csms import Csms
from laconic_bench.judge import Verdict, judge
from laconic_bench.notebook import Notebook
from laconic_bench.transcript import Transcript
from laconic_codec.messages import Call, CallResult, Send

FAST = Pace(
    meter_seconds=0.1,
    slot_meter_seconds=0.4,
    session_seconds=0.5,
    idle_seconds=0.1,
    swap_seconds=0.3,
    human_seconds=0.02,
    stream_seconds=0.3,
)


class Run:
    """One short life of a whole site without a gateway."""

    def __init__(self, seconds: float, seed: int) -> None:
        self.notebook = Notebook()
        self.places = plan_site(random.Random(seed))
        self._seconds = seconds
        self._seed = seed
        self.csms_transcripts: dict[str, Transcript] = {}
        asyncio.run(self._run())

    @property
    def verdict(self) -> Verdict:
        return judge(self.notebook.transcripts, self.csms_transcripts)

    def actions(self, identity: str) -> Counter[str]:
        entries = self.notebook.transcripts[identity].entries
        return Counter(m.action for e in entries if isinstance(m := e.message, Call | Send))

    async def _run(self) -> None:
        passwords = {place.identity: place.password for place in self.places}
        csms = Csms(passwords, 0.05, random.Random(self._seed), reset_probability=0.1)
        await csms.start()
        url = f"ws://127.0.0.1:{csms.port}"
        chargers = build_chargers(self.places, url, FAST, self.notebook, self._seed)
        lives = [asyncio.create_task(charger.run()) for charger in chargers]
        commands = asyncio.create_task(csms.command())
        await asyncio.wait([*lives, commands], timeout=self._seconds)
        await _cancel([commands])
        async with asyncio.timeout(10):
            await asyncio.gather(*(charger.quiesce() for charger in chargers))
            await _until(lambda: not judge(self.notebook.transcripts, csms.transcripts).lost)
        await _cancel(lives)
        await csms.stop()
        self.csms_transcripts = csms.transcripts


async def _until(reached: Callable[[], bool]) -> None:
    """Waits; the caller sets the time-out."""
    for _ in count():
        if reached():
            return
        await asyncio.sleep(0.02)


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        assert isinstance(result, asyncio.CancelledError), result


@pytest.fixture(scope="module")
def run() -> Run:
    return Run(seconds=6, seed=3)


def test_nothing_is_lost_or_changed_without_a_gateway(run: Run) -> None:
    verdict = run.verdict
    assert verdict.defects == 0
    assert verdict.delivered == verdict.ocpp_messages > 300
    assert run.notebook.timeouts == 0


def test_every_message_is_valid_by_the_schemas(run: Run) -> None:
    versions = {place.identity: place.kind.version for place in run.places}
    for identity, transcript in run.csms_transcripts.items():
        asked: dict[str, str] = {}
        for entry in transcript.entries:
            match entry.message:
                case Call() as call:
                    asked[call.message_id] = call.action
                    _validate(2, call.action, call.payload, versions[identity])
                case CallResult() as result:
                    _validate(3, asked[result.message_id], result.payload, versions[identity])
                case Send() as send:
                    _validate(6, send.action, send.payload, versions[identity])
                case other:
                    pytest.fail(f"unexpected message {other}")


def _validate(kind: int, action: str, payload: str, version: str) -> None:
    validators: Any = importlib.import_module("ocpp.messages")  # It has no types.
    validator = validators.get_validator(kind, action, version, parse_float=Decimal)
    validator.validate(json.loads(payload, parse_float=Decimal))


def test_every_kind_of_charger_lives_its_life(run: Run) -> None:
    two_wheeler, station, cabinet = (
        sum((run.actions(p.identity) for p in run.places if p.kind.version == v), Counter[str]())
        for v in ("1.6", "2.0.1", "2.1")
    )
    for action in ("Authorize", "StartTransaction", "MeterValues", "StopTransaction"):
        assert two_wheeler[action] > 10, action
    assert {"Reset", "GetConfiguration", "RemoteStartTransaction"} < two_wheeler.keys()
    assert {"RemoteStopTransaction", "ChangeConfiguration", "TriggerMessage"} < two_wheeler.keys()
    assert {"TransactionEvent", "Authorize", "GetVariables"} < station.keys()
    assert {"BatterySwap", "RequestBatterySwap", "NotifyPeriodicEventStream"} < cabinet.keys()


def test_a_charger_has_one_call_outstanding_at_most(run: Run) -> None:
    for transcript in run.notebook.transcripts.values():
        waiting: str | None = None
        for entry in transcript.entries:
            if entry.up and isinstance(entry.message, Call):
                assert waiting is None
                waiting = entry.message.message_id
            elif not entry.up and isinstance(entry.message, CallResult):
                assert entry.message.message_id == waiting
                waiting = None


def test_transaction_events_are_numbered_without_a_gap(run: Run) -> None:
    sequences: dict[str, list[int]] = {}
    for place in run.places:
        for entry in run.notebook.transcripts[place.identity].entries:
            message = entry.message
            if isinstance(message, Call) and message.action == "TransactionEvent":
                payload = json.loads(message.payload)
                transaction_id = payload["transactionInfo"]["transactionId"]
                sequences.setdefault(transaction_id, []).append(payload["seqNo"])
    assert len(sequences) > 10
    for sequence in sequences.values():
        assert sequence == list(range(len(sequence)))


def test_a_triggered_message_follows_the_answer_to_its_trigger(run: Run) -> None:
    triggered_in_all = 0
    for place in run.places:
        commands: set[str] = set()
        answered = triggered = 0
        for entry in run.notebook.transcripts[place.identity].entries:
            match entry.message:
                case Call(action="TriggerMessage") as command:
                    commands.add(command.message_id)
                case CallResult(payload=payload) as result if "Accepted" in payload:
                    answered += result.message_id in commands
                case Call(payload=payload) if '"Trigger"' in payload:
                    triggered += 1
                case _:
                    pass
            assert triggered <= answered
        triggered_in_all += triggered
    assert triggered_in_all > 0


def test_the_makes_write_differently(run: Run) -> None:
    payloads = {
        place.make.vendor: next(
            m.payload
            for e in run.notebook.transcripts[place.identity].entries
            if isinstance(m := e.message, Call) and m.action == "StatusNotification"
        )
        for place in run.places
        if place.kind.version == "1.6"
    }
    assert payloads["Acacia"].startswith('{"connectorId":0,')
    assert payloads["Baobab"].startswith('{"timestamp":"')
    assert payloads["Cassia"].startswith('{"connectorId": 0, ')


def test_the_csms_refuses_who_has_no_password() -> None:
    async def try_to_connect() -> tuple[int, int]:
        csms = Csms({"CP1": "right"}, command_seconds=1, rng=random.Random(0))
        await csms.start()
        statuses: list[int] = []
        for identity in ("CP1", "CP2"):
            with pytest.raises(InvalidStatus) as refused:
                await connect(f"ws://127.0.0.1:{csms.port}/{identity}", proxy=None)
            statuses.append(refused.value.response.status_code)
        await csms.stop()
        return statuses[0], statuses[1]

    assert asyncio.run(try_to_connect()) == (401, 404)


def test_the_plan_of_a_site_is_seeded() -> None:
    def plan(seed: int) -> list[Place]:
        return plan_site(random.Random(seed))

    assert plan(1) == plan(1) != plan(2)
    assert len(plan(1)) == 14
