"""The judge of a virtual site finds what is wrong: here it is made wrong by hand."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.virtual_judge import problems
from tests.support.virtual_problem import Trouble
from tests.support.virtual_requests import Party
from tests.support.virtual_site import Setup, World


def _played(answers: str = "relay") -> World:
    """Return a world in which a charger has said five things and was told to do two."""
    world = World(1, Setup(parties=(Party(answers, ("1.6",)),)))
    world.start()
    world.chargers[0].connect()
    world.run(10.0)
    for _ in range(5):
        world.chargers[0].say("MeterValues")
        world.csms.command("CP1")
        world.run(70.0)
    world.run(1_000.0)
    assert problems(world, lossless=True) == []
    return world


def _lose(world: World) -> None:
    del world.csms.received["CP1"][2]


def _double(world: World) -> None:
    received = world.csms.received["CP1"]
    received.append(received[0])


def _swap(world: World) -> None:
    received = world.csms.received["CP1"]
    received[1], received[2] = received[2], received[1]


def _change(world: World) -> None:
    received = world.csms.received["CP1"]
    received[1] = replace(received[1], payload='{"n":999}')


def _answer_twice(world: World) -> None:
    request = world.chargers[0].requests[0]
    request.answers.append(request.answers[0])


def _answer_another(world: World) -> None:
    first, second = world.chargers[0].requests[:2]
    first.answers[:] = [second.answers[0]]


def _forget_answer(world: World) -> None:
    world.chargers[0].requests[0].answers.clear()


def _command_twice(world: World) -> None:
    world.chargers[0].commands.append(world.chargers[0].commands[0])


def _make_up_a_command(world: World) -> None:
    command = world.chargers[0].commands[0]
    world.chargers[0].commands.append(replace(command, number=None))


def _answer_early(world: World) -> None:
    world.site.watch.early_answers.append("CP1-1")


def _leave_unseen(world: World) -> None:
    world.chargers[0].lose_site()


@pytest.mark.parametrize(
    ("harm", "trouble"),
    [
        (_lose, Trouble.LOST),
        (_double, Trouble.DUPLICATED),
        (_swap, Trouble.REORDERED),
        (_change, Trouble.CORRUPTED),
        (_answer_twice, Trouble.DUPLICATED),
        (_answer_another, Trouble.CORRUPTED),
        (_forget_answer, Trouble.LOST),
        (_command_twice, Trouble.DUPLICATED),
        (_make_up_a_command, Trouble.CORRUPTED),
        (_answer_early, Trouble.CORRUPTED),
        (_leave_unseen, Trouble.OTHER),
    ],
)
def test_what_is_wrong_is_found(harm: Callable[[World], None], trouble: Trouble) -> None:
    world = _played()
    harm(world)
    assert trouble in [problem.trouble for problem in problems(world, lossless=True)]


def test_a_wrong_time_is_found_when_the_site_could_know_better() -> None:
    world = _played("local")
    world.chargers[0].say("Heartbeat")
    world.run(1.0)
    assert problems(world) == []
    told = world.site.watch.times_told[-1]
    world.site.watch.times_told.append(replace(told, error_seconds=30.0))
    assert [problem.trouble for problem in problems(world)] == [Trouble.OTHER]
    world.site.watch.times_told[-1] = replace(told, error_seconds=30.0, accuracy_seconds=None)
    assert problems(world) == []
