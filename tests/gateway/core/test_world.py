"""Site and expander together, in virtual time, under every fault that there is.

A failure names its seed: `play(SEED)` in a Python shell plays the same run again.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import pytest

from tests.support.virtual_judge import Problem, Trouble, in_doubt, problems
from tests.support.virtual_play import Play, Plot, plot_of, setup_of
from tests.support.virtual_site import World

SEEDS: Final = range(160)
QUIET_SEEDS: Final = range(1_000, 1_030)

FAULTS: Final = frozenset(
    {
        "up request lost",
        "up answer lost",
        "up request late",
        "up answer late",
        "up request overtaken",
        "up exchange failed",
        "up request hastened",
        "down request lost",
        "down answer lost",
        "down request overtaken",
        "down exchange failed",
        "down request hastened",
        "fragment up",
        "fragment down",
        "keepalive",
        "outage",
        "site restarted",
        "expander restarted",
        "both restarted",
        "new epoch",
        "charger left",
        "charger replaced",
        "version changed",
        "csms refused",
        "csms hung",
        "csms closed",
        "journal page",
        "journal trimmed",
        "outbox page",
        "site note link down",
        "site note late_answer ",
        "site note stand_in BootNotification",
        "site note stand_in StatusNotification",
        "site note stand_in TransactionEvent",
        "expander note refused_frame unknown_epoch",
        "expander note late_answer ",
    }
)
"""What must have happened in the runs, or they prove nothing."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run came to."""

    seed: int
    problems: tuple[Problem, ...]
    marks: Counter[str]
    in_doubt: int


def play(seed: int, plot: Plot | None = None, *, lossless: bool = False) -> Run:
    """Play one run; a defect that stops it is one of its problems."""
    world = World(seed, setup_of(seed))
    try:
        Play(world, plot or plot_of(world)).run()
        found = problems(world, lossless=lossless)
    except AssertionError as error:
        found = [Problem(Trouble.OTHER, f"{error} (after {world.schedule.now:.0f} s)")]
    return Run(seed, tuple(found), world.schedule.marks, in_doubt(world))


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    return [play(seed) for seed in SEEDS]


def test_whatever_happens_every_message_arrives_once_and_every_answer_finds_its_own(
    runs: list[Run],
) -> None:
    bad = {run.seed: run.problems[:3] for run in runs if run.problems}
    assert not bad, f"by seed: {bad}"


def test_every_kind_of_fault_has_happened(runs: list[Run]) -> None:
    seen = sum((run.marks for run in runs), Counter[str]())
    assert not FAULTS - seen.keys()


def test_a_message_is_repeated_only_when_a_socket_was_lost(runs: list[Run]) -> None:
    assert any(run.in_doubt for run in runs)
    for run in runs:
        losses = ("csms closed", "csms hung", "expander restarted")
        if not any(run.marks[loss] for loss in losses):
            assert run.in_doubt == 0, f"seed {run.seed}"


@pytest.mark.parametrize("late", [0.0, 0.05])
def test_where_nothing_is_lost_for_good_everybody_gets_an_answer(late: float) -> None:
    """Datagrams get lost and late, but no process, socket or charger goes away."""
    plot = Plot(loss=0.1, late=late, longest_pad=3_000)
    found = [play(seed, plot, lossless=True) for seed in QUIET_SEEDS]
    assert not {run.seed: run.problems[:3] for run in found if run.problems}
    assert not any(run.in_doubt for run in found)


def test_the_same_seed_has_the_same_trace() -> None:
    traces: list[list[tuple[float, str]]] = []
    for _ in range(2):
        world = World(7, setup_of(7))
        Play(world, Plot(loss=0.1, late=0.05, faults=8)).run()
        traces.append(world.schedule.trace)
    assert traces[0] == traces[1]
