"""Days of the whole system in virtual time: `make simulate`, on a small scale."""

import json
import os
import subprocess
import sys
from collections import Counter
from itertools import count

import pytest

from laconic_codec.encoder import ALL_CODINGS
from tests.support import simulate
from tests.support.killing import ROOT
from tests.support.simulate import SHARE, check_marks, first_day, main, setup_of
from tests.support.verdict import Verdict
from tests.support.virtual_faults import Faults
from tests.support.virtual_marks import BRANCHES, ENOUGH_DAYS, FAULTS
from tests.support.virtual_problem import Problem, Trouble
from tests.support.virtual_site import World

DAYS = 200
SEED = 7
ADAPTIVE_DAY = next(day for day in count(first_day(SEED)) if setup_of(day).codings == ALL_CODINGS)


@pytest.mark.alone
def test_days_of_every_kind_lose_double_reorder_and_change_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It also fails if a fault or a branch of recovery never happened."""
    code = main(["--days", str(DAYS), "--seed", str(SEED)])
    printed = capsys.readouterr()
    verdict = json.loads(printed.out)
    assert verdict == {name: 0 for name in verdict} | {"runs": DAYS}, printed.err
    assert code == 0


def test_what_is_wrong_is_counted_by_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Problem(Trouble.LOST, "a"), Problem(Trouble.LOST, "b"), Problem(Trouble.OTHER, "c")]

    def play_badly(day: int) -> tuple[list[Problem], World]:
        return (found if day == 5 else []), World(day)

    monkeypatch.setattr(simulate, "play", play_badly)
    verdict = simulate.play_days(3, 4)
    assert (verdict.runs, verdict.lost, verdict.seeds_failed) == (4, 2, 1)
    assert verdict.problems[-1] == "day 5: c" and not verdict.is_clean


def test_a_run_in_which_something_never_happened_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tables = {**FAULTS, **BRANCHES}
    everything = Counter({beginnings[0]: 3 for beginnings in tables.values()})
    for name, beginnings in [(None, ()), *tables.items()]:
        marks = Counter({m: n for m, n in everything.items() if not m.startswith(beginnings)})
        verdict = Verdict(runs=ENOUGH_DAYS, marks=marks if beginnings else everything)
        check_marks(verdict)
        assert verdict.is_clean is (name is None)
        assert name is None or any(problem.endswith(f": {name}") for problem in verdict.problems)
        few = Verdict(runs=ENOUGH_DAYS - 1, marks=marks)
        check_marks(few)
        assert few.is_clean
    assert "3 hole refilled" in capsys.readouterr().err


def test_every_fault_has_to_happen() -> None:
    world = World(1)
    assert {f"fault: {name}" for name in Faults(world, 1.0).names} <= {
        beginning for beginnings in FAULTS.values() for beginning in beginnings
    }


def test_two_runs_share_no_day() -> None:
    assert first_day(2) - first_day(1) >= 100_000
    assert first_day(SEED) % SHARE == 0


def test_a_day_plays_the_same_again_whatever_the_order_of_sets() -> None:
    """The hash is of every datagram, write, text and input, with its time."""
    hashes = [_played(ADAPTIVE_DAY, order) for order in ("1", "2")]
    assert hashes[0] == hashes[1]
    assert len({*hashes, _played(ADAPTIVE_DAY + 1, "1")}) == 2


def _played(day: int, order: str) -> str:
    command = [sys.executable, "-m", "tests.support.simulate", "--day", str(day)]
    environment = {**os.environ, "PYTHONHASHSEED": order}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stderr.rpartition(": ")[2]
