"""The watch of a virtual site: an answer to what is not on disk is found, and nothing else."""

import json
from collections.abc import Callable

import pytest

from laconic_gateway.core.records import Record
from laconic_gateway.core.site.offline.availability import PATIENCE_SECONDS
from tests.support.virtual_charger import Charger
from tests.support.virtual_judge import problems
from tests.support.virtual_problem import Trouble
from tests.support.virtual_requests import Party, Request
from tests.support.virtual_site import Setup, World

START = "StartTransaction"


def _away(answers: str = "local") -> World:
    """Return a world with one charger of OCPP 1.6; the expander cannot be reached."""
    world = World(1, Setup(parties=(Party(answers, ("1.6",)),)))
    world.air.is_down = True
    world.start()
    world.chargers[0].connect()
    world.run(10.0)
    return world


def _start(world: World) -> Request:
    """Have the charger say things until it starts a transaction."""
    charger = world.chargers[0]
    charger.speak()
    while _last(charger).action != START:
        world.run(PATIENCE_SECONDS + 10.0)
        charger.speak()
    return _last(charger)


def _start_again(world: World) -> Request:
    """Have the charger leave before it hears an answer, come back, and say its last start again."""
    world.chargers[0].leave()
    world.run(1.0)
    world.chargers[0].connect()
    world.chargers[0].speak()
    return _last(world.chargers[0])


def _last(charger: Charger) -> Request:
    return charger.requests[-1]


def _troubles(world: World) -> list[Trouble]:
    """Return what is wrong in the end."""
    world.air.is_down = False
    world.run(1_000.0)
    return [problem.trouble for problem in problems(world)]


@pytest.mark.parametrize("times", range(5))
def test_one_start_on_disk_is_enough_however_often_it_is_said_again(times: int) -> None:
    world = _away()
    first = last = _start(world)
    for _ in range(times):
        last = _start_again(world)
    world.run(PATIENCE_SECONDS + 1.0)
    assert len(last.answers) == 1 and last.payload == first.payload
    assert sum(f'"{START}"' in record.text for record in world.site.journal.ever) == 1
    assert _troubles(world) == []


@pytest.mark.parametrize("times", range(1, 5))
def test_a_start_that_is_answered_from_memory_and_was_never_on_disk_is_found(times: int) -> None:
    """Another start of the charger, and all else that it has said, are on disk."""
    world = _away()
    before = _start(world)
    world.run(PATIENCE_SECONDS + 1.0)
    assert before.answers
    world.site.journal.appends.stall()
    lost = _start(world)
    for _ in range(times - 1):
        _start_again(world)
    world.site.crash()
    world.site.journal.appends.recover()
    # What a site must never do: know a start that is in no journal.
    world.site.facts.found["start/CP1/1"] = _as_fact(lost)
    world.site.start()
    world.chargers[0].connect()
    world.chargers[0].speak()
    world.run(1.0)
    assert len(_last(world.chargers[0]).answers) == 1
    assert world.site.watch.early_answers == [f"CP1: {lost.message_id}{times * 'r'} {START}"]
    assert Trouble.CORRUPTED in _troubles(world)


def _as_fact(start: Request) -> str:
    content = json.loads(start.payload)
    same = [content[name] for name in ("connectorId", "idTag", "meterStart", "timestamp")]
    answer = '{"transactionId":7,"idTagInfo":{"status":"Invalid"}}'
    return json.dumps({"same": same, "sequence": 1_000, "answer": answer})


@pytest.mark.parametrize("action", ["MeterValues", "StatusNotification", START, "StopTransaction"])
def test_an_answer_before_the_write_is_found(action: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world = _away()
    world.site.journal.appends.stall()
    _report_unwritten(world, monkeypatch)
    request = _start(world) if action == START else world.chargers[0].say(action)
    world.run(PATIENCE_SECONDS + 1.0)
    assert len(request.answers) == 1
    assert world.site.watch.early_answers[-1] == f"CP1: {request.message_id} {action}"


def _report_unwritten(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the journal report each record at once, written or not."""
    append = world.site.journal.append

    def report_at_once(record: Record, on_durable: Callable[[int], None]) -> None:
        append(record, lambda _: None)
        world.schedule.after(0.0, lambda: on_durable(record.sequence))

    monkeypatch.setattr(world.site.journal, "append", report_at_once)
