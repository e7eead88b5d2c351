"""Site and expander together, in virtual time: a rough quarter of an hour, with much to say.

`make simulate` plays days, and sees to it that every fault and branch of recovery has happened. A
failure names its seed: `play(SEED)` in a Python shell plays the same run again.
"""

from dataclasses import dataclass
from typing import Final

import pytest

from tests.support.virtual_judge import in_doubt, problems
from tests.support.virtual_play import Play, Plot, plot_of, setup_of
from tests.support.virtual_problem import Problem, Trouble
from tests.support.virtual_site import World

SEEDS: Final = range(16)
QUIET_SEEDS: Final = range(1_000, 1_004)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run came to."""

    seed: int
    problems: tuple[Problem, ...]
    in_doubt: int


def play(seed: int, plot: Plot | None = None, *, lossless: bool = False) -> Run:
    """Play one run; a defect that stops it is one of its problems."""
    world = World(seed, setup_of(seed))
    try:
        Play(world, plot or plot_of(world)).run()
        found = problems(world, lossless=lossless)
    except AssertionError as error:
        found = [Problem(Trouble.OTHER, f"{error} (after {world.schedule.now:.0f} s)")]
    return Run(seed, tuple(found), in_doubt(world))


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    return [play(seed) for seed in SEEDS]


def test_whatever_happens_every_message_arrives_once_and_every_answer_finds_its_own(
    runs: list[Run],
) -> None:
    bad = {run.seed: run.problems[:3] for run in runs if run.problems}
    assert not bad, f"by seed: {bad}"


def test_a_message_is_repeated_only_when_a_socket_was_lost(runs: list[Run]) -> None:
    """The judge sees to that; here is that it had something to see."""
    assert any(run.in_doubt for run in runs)


@pytest.mark.parametrize("late", [0.0, 0.05])
def test_where_nothing_is_lost_for_good_everybody_gets_an_answer(late: float) -> None:
    """Datagrams get lost and late, but no process, socket or charger goes away."""
    plot = Plot(loss=0.1, late=late, longest_pad=3_000)
    found = [play(seed, plot, lossless=True) for seed in QUIET_SEEDS]
    assert not {run.seed: run.problems[:3] for run in found if run.problems}
    assert not any(run.in_doubt for run in found)
